use super::*;
use crate::source::delimited::sieve::Dialect;

struct Bytes(Vec<u8>);

impl Parts for Bytes {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> std::io::Result<usize> {
        let start = usize::try_from(offset).unwrap().min(self.0.len());
        let length = into.len().min(self.0.len() - start);
        into[..length].copy_from_slice(&self.0[start..start + length]);
        Ok(length)
    }
}

const HEADING: &str = "id,n\n";

/// A record that is left: its text, row from 0, and line.
type Left = (String, usize, u32);

#[derive(Debug, PartialEq)]
struct Found {
    old: Vec<Left>,
    new: Vec<Left>,
    same: usize,
    moved: usize,
}

fn of(old: &str, new: &str, limits: Limits) -> Found {
    let bytes = |it: &str| Bytes(format!("{HEADING}{it}").into_bytes());
    let (old, new) = (bytes(old), bytes(new));
    let file = |it| Large {
        parts: it,
        name: "t.csv",
        sample: HEADING,
        body: HEADING.len() as u64,
        scales: None,
        left_out: &[],
        keys: None,
    };
    let (old, new) = (file(&old), file(&new));
    let sayings = Saying::of((old, new), (Dialect::default(), Dialect::default())).unwrap();
    let found = rest((old, new), &sayings, limits).unwrap().unwrap();
    let side = |file, side: &left::Side| -> Vec<Left> {
        let record = |it: (u64, u32)| {
            let document = left::document((file, Dialect::default()), "", (side, &[it]), None).unwrap().unwrap();
            (document.text[1..].trim_end().to_owned(), it.1 as usize, document.position(1).line)
        };
        side.left.iter().copied().map(record).collect()
    };
    let moved = order::moved(&found.order).map_or(0, |it| it.into_iter().filter(|it| *it).count());
    Found { old: side(old, &found.old), new: side(new, &found.new), same: found.met - moved, moved }
}

fn rows(ids: impl Iterator<Item = u32>) -> String {
    ids.map(|it| [it, it * 7 % 100].map(|it| it.to_string()).join(",") + "\n").collect()
}

fn told(of: &[Left]) -> Vec<(&str, usize, u32)> {
    let beyond = of.iter().filter(|it| it.1 >= SAMPLE_ROWS as usize);
    beyond.map(|it| (it.0.as_str(), it.1, it.2)).collect()
}

const WIDE: Limits = Limits { memory: 1 << 30, block: 4096, is_patch: false, narrow: 1 << 12 };

#[test]
fn what_both_files_have_is_taken_away() {
    let old = rows(0..1000);
    let new =
        old.replace("\n500,0\n", "\n500,1\n").replace("\n700,0\n", "\n").replace("\n800,0\n", "\n5000,0\n800,0\n");
    let found = of(&old, &new, WIDE);
    assert_eq!(told(&found.old), [("500,0", 500, 502), ("700,0", 700, 702)]);
    assert_eq!(told(&found.new), [("500,1", 500, 502), ("5000,0", 799, 801)]);
    assert_eq!((found.same, found.moved), (898, 0));
}

#[test]
fn equal_files_leave_the_sample_only() {
    let old = rows(0..1000);
    let found = of(&old, &old, WIDE);
    assert_eq!((found.old.len(), found.same, found.moved), (100, 900, 0));
    assert_eq!(found.old, found.new);
}

#[test]
fn lines_are_those_of_the_file_behind_blank_ones_and_quoted_breaks() {
    let old = format!("{}\n,\n\"a\nb\",1\n900,1\n", rows(0..200));
    let found = of(&old, &old.replace("900,1", "900,2"), WIDE);
    assert_eq!(told(&found.old), [("900,1", 201, 206)]);
    assert_eq!(found.same, 101);
}

#[test]
fn the_order_is_counted_and_leaves_nothing() {
    let found = of(&rows(0..1000), &rows((0..1000).rev()), WIDE);
    // The rows that are left for a sample, and their twins.
    assert_eq!((told(&found.old), found.old.len(), found.new.len()), (vec![], 100, 100));
    assert_eq!((found.same, found.moved), (1, 899));
}

#[test]
fn little_memory_and_small_blocks_change_nothing() {
    let old = rows(0..3000);
    let mut ids: Vec<u32> = (0..3100).filter(|it| it % 97 != 5).collect();
    ids.sort_by_key(|it| it.wrapping_mul(2_654_435_761));
    let new = rows(ids.into_iter());
    let wide = of(&old, &new, WIDE);
    assert!(told(&wide.old).len() > 20 && told(&wide.new).len() > 90 && wide.moved > 2000);
    for memory in [40_000, 4_000] {
        for block in [1, 7, 512] {
            assert_eq!(
                of(&old, &new, Limits { memory, block, is_patch: false, narrow: 1 << 12 }),
                wide,
                "{memory}, {block}"
            );
        }
    }
}
