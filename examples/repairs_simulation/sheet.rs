//! Balance sheets: groups of rows with their totals, and columns with theirs.

use crate::random::Random;

pub const SLIPS: [&str; 10] = [
    "digit",
    "digits exchanged",
    "digit added",
    "digit dropped",
    "sign",
    "factor",
    "swapped",
    "total and part exchanged",
    "shifted",
    "pasted",
];

/// What a slip changed.
pub struct Made {
    pub cells: Vec<(usize, usize)>,
    /// Whether a row stands one cell off.
    pub is_shifted: bool,
}

/// A table: groups of rows, each with a total, under a total of all; columns,
/// and their total where it is crossed.
#[derive(Clone)]
pub struct Sheet {
    /// How many rows each group has beside its total.
    groups: Vec<usize>,
    /// How many columns beside the total.
    columns: usize,
    /// Whether the columns have a total.
    crossed: bool,
    pub figures: Vec<Vec<i64>>,
}

impl Sheet {
    pub fn draw(random: &mut Random) -> Self {
        let forms: [(&[usize], usize); 6] =
            [(&[2], 2), (&[2, 2], 2), (&[2, 3], 3), (&[3, 3], 3), (&[2, 2, 2], 3), (&[4, 3], 3)];
        let (groups, columns) = forms[random.below(forms.len())];
        let crossed = random.below(4) > 0;
        let mut sheet = Self { groups: groups.to_vec(), columns, crossed, figures: Vec::new() };
        for _ in 0..sheet.names().len() {
            let figures = (0..columns).map(|_| {
                let size = [60, 900, 9_000][random.below(3)];
                random.between(size / 6, size)
            });
            let mut row: Vec<i64> = figures.collect();
            row.extend(crossed.then_some(0));
            sheet.figures.push(row);
        }
        sheet.add_up();
        sheet
    }

    /// Another edition of it: every figure a little different.
    pub fn moved(&self, random: &mut Random) -> Self {
        let mut sheet = self.clone();
        for row in &mut sheet.figures {
            for it in row.iter_mut() {
                let tenth = (*it / 12).max(2);
                *it = (*it + random.between(-tenth, tenth)).max(1);
            }
        }
        sheet.add_up();
        sheet
    }

    /// The rows: those of a group after its total, the total of all last.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (group, rows) in self.groups.iter().enumerate() {
            names.push(format!("G{group}"));
            names.extend((0..*rows).map(|it| format!("G{group} r{it}")));
        }
        names.push("All".to_owned());
        names
    }

    fn heads(&self) -> Vec<usize> {
        let mut heads = Vec::new();
        let mut at = 0;
        for rows in &self.groups {
            heads.push(at);
            at += rows + 1;
        }
        heads
    }

    fn add_up(&mut self) {
        let (heads, all) = (self.heads(), self.figures.len() - 1);
        for column in 0..self.columns {
            for (head, rows) in heads.iter().zip(&self.groups) {
                self.figures[*head][column] = (1..=*rows).map(|it| self.figures[head + it][column]).sum();
            }
            self.figures[all][column] = heads.iter().map(|it| self.figures[*it][column]).sum();
        }
        for row in self.figures.iter_mut().filter(|_| self.crossed) {
            row[self.columns] = row[..self.columns].iter().sum();
        }
    }

    pub fn column_names(&self) -> Vec<String> {
        (0..self.columns).map(|it| format!("c{it}")).chain(self.crossed.then(|| "total".to_owned())).collect()
    }

    fn width(&self) -> usize {
        self.columns + usize::from(self.crossed)
    }

    pub fn csv(&self) -> String {
        let mut text = format!("item,{}\n", self.column_names().join(","));
        for (name, row) in self.names().iter().zip(&self.figures) {
            let figures: Vec<String> = row.iter().map(ToString::to_string).collect();
            text.push_str(&format!("{name},{}\n", figures.join(",")));
        }
        text
    }

    pub fn rules(&self) -> String {
        let columns = self.column_names();
        let typed: Vec<String> = columns.iter().map(|it| format!("{it} = \"integer\"")).collect();
        let quoted = |names: &[String]| names.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(", ");
        let mut text = format!(
            "crossfoot = 1\ndataset = \"t\"\ncadence = \"weekly\"\nfiles = [\"*.csv\"]\nperiod = {{ filename = \"%Y-%m-%d\" }}\n\
             [tables.t]\nkey = [\"item\"]\ncolumns = {{ item = \"label\", {} }}\n",
            typed.join(", ")
        );
        if self.crossed {
            let parts = quoted(&columns[..self.columns]);
            text.push_str(&format!("[[rules]]\nname = \"across\"\nsum = {{ total = \"total\", parts = [{parts}] }}\n"));
        }
        let names = self.names();
        let bracketed = |rows: &[usize]| {
            let names: Vec<String> = rows.iter().map(|it| format!("[{}]", names[*it])).collect();
            quoted(&names)
        };
        let mut sum = |name: String, total: usize, parts: &[usize]| {
            text.push_str(&format!(
                "[[rules]]\nname = \"{name}\"\nsum = {{ total = {}, parts = [{}], columns = [{}] }}\n",
                bracketed(&[total]),
                bracketed(parts),
                quoted(&columns)
            ));
        };
        let heads = self.heads();
        for (group, (head, rows)) in heads.iter().zip(&self.groups).enumerate() {
            sum(format!("group-{group}"), *head, &(1..=*rows).map(|it| head + it).collect::<Vec<_>>());
        }
        if heads.len() > 1 {
            sum("all".to_owned(), names.len() - 1, &heads);
        } else {
            sum("all".to_owned(), names.len() - 1, &[heads[0]]);
        }
        text
    }

    /// Makes a slip; gives what it changed, or nothing where it would change
    /// nothing.
    pub fn slip(&mut self, kind: &str, before: &Self, random: &mut Random) -> Option<Made> {
        let cells = self.changed(kind, before, random)?;
        Some(Made { cells, is_shifted: kind == "shifted" })
    }

    fn changed(&mut self, kind: &str, before: &Self, random: &mut Random) -> Option<Vec<(usize, usize)>> {
        let (row, column) = (random.below(self.figures.len()), random.below(self.width()));
        let old = self.figures[row][column];
        let printed = old.to_string();
        let at = random.below(printed.len());
        let mut digits: Vec<char> = printed.chars().collect();
        let digit = char::from(b'0' + u8::try_from(random.below(10)).expect("a digit"));
        match kind {
            "digit" => digits[at] = digit,
            "digits exchanged" if at + 1 < digits.len() => digits.swap(at, at + 1),
            "digit added" => digits.insert(at, digit),
            "digit dropped" if digits.len() > 1 => drop(digits.remove(at)),
            "sign" => digits.insert(0, '-'),
            "factor" => digits.extend(["0", "00", "000"][random.below(3)].chars()),
            "swapped" | "total and part exchanged" => {
                let other = self.other(kind, (row, column), random)?;
                let new = self.figures[other.0][other.1];
                (self.figures[row][column], self.figures[other.0][other.1]) = (new, old);
                let mut cells = vec![(row, column), other];
                cells.sort_unstable();
                return (new != old).then_some(cells);
            }
            "shifted" => {
                let line = &mut self.figures[row];
                let then = line.clone();
                line.rotate_right(1);
                line[0] = random.between(1, 900);
                let changed = (0..line.len()).filter(|it| line[*it] != then[*it]).map(|it| (row, it));
                return Some(changed.collect());
            }
            "pasted" => {
                self.figures[row][column] = before.figures[row][column];
                return (self.figures[row][column] != old).then(|| vec![(row, column)]);
            }
            _ => return None,
        }
        let leading = digits.len() > 1 && digits.iter().find(|it| **it != '-') == Some(&'0');
        let new: i64 = digits.iter().collect::<String>().parse().ok()?;
        self.figures[row][column] = new;
        (new != old && !leading).then(|| vec![(row, column)])
    }

    fn other(&self, kind: &str, (row, column): (usize, usize), random: &mut Random) -> Option<(usize, usize)> {
        if kind == "total and part exchanged" {
            // The total across, else that of the group.
            let head = self.heads().into_iter().rev().find(|it| *it < row && row + 1 < self.figures.len());
            let other = if self.crossed { Some((row, self.columns)) } else { head.map(|it| (it, column)) };
            return other.filter(|_| column < self.columns);
        }
        let down = random.below(2) == 0;
        let other = if down { (row + 1, column) } else { (row, column + 1) };
        (other.0 < self.figures.len() && other.1 < self.columns && column < self.columns).then_some(other)
    }

    /// The rules that a cell stands in.
    fn rules_of(&self, (row, column): (usize, usize)) -> Vec<String> {
        let heads = self.heads();
        let mut rules: Vec<String> = self.crossed.then(|| format!("row {row}")).into_iter().collect();
        for (head, rows) in heads.iter().zip(&self.groups) {
            if (*head..=head + rows).contains(&row) {
                rules.push(format!("group {head} {column}"));
            }
        }
        if heads.contains(&row) || row + 1 == self.figures.len() {
            rules.push(format!("all {column}"));
        }
        rules
    }

    /// Whether the rules tell the cells from all others: see the top of the file.
    pub fn is_identifiable(&self, cells: &[(usize, usize)]) -> bool {
        let all = (0..self.figures.len()).flat_map(|row| (0..self.width()).map(move |column| (row, column)));
        let all: Vec<(usize, usize)> = all.collect();
        cells.iter().all(|cell| all.iter().all(|it| it == cell || self.rules_of(*it) != self.rules_of(*cell)))
    }
}
