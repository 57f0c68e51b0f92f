//! Drawn tables: a plain sample, and rows with odd cells behind it.

use proptest::prelude::*;

/// How a table is declared and printed.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn by itself")]
pub(super) struct Form {
    /// Declared: the mark between thousands, and the sign of decimals.
    pub(super) style: Option<(char, char)>,
    /// Whether the style is left for the reader to find out.
    unsaid: bool,
    /// Whether `id` is large, and has a mark between its thousands.
    grouped: bool,
    /// The columns of the key.
    key: &'static [&'static str],
    /// Whether figures may not be blank.
    strict: bool,
    /// Whether signs are declared.
    markers: bool,
    /// Whether a column is declared that is not printed.
    spare: bool,
    /// What engines may refuse: a unit, decimals, or the form of days.
    more: Option<&'static str>,
    /// Whether `code` and `note` are left for the reader to type.
    undeclared: bool,
    crlf: bool,
    mark: bool,
}

pub(super) fn forms() -> impl Strategy<Value = Form> {
    let style = prop_oneof![
        12 => Just(None),
        3 => Just(Some((',', '.'))),
        3 => Just(Some((' ', '.'))),
        2 => Just(Some(('.', ','))),
    ];
    let rare = || proptest::bool::weighted(0.15);
    let keys: [&[&str]; 5] = [&[], &["id"], &["id", "part"], &["area", "day"], &["code", "id"]];
    let more = prop_oneof![
        24 => Just(None),
        1 => Just(Some("unit = \"thousands\"")),
        1 => Just(Some("decimals = 2")),
    ];
    let some = || proptest::bool::weighted(0.3);
    let style = (style, some(), some());
    (style, proptest::sample::select(keys.to_vec()), any::<[bool; 4]>(), (rare(), rare()), more).prop_map(
        |((style, unsaid, grouped), key, [strict, spare, crlf, mark], (undeclared, markers), more)| Form {
            style,
            unsaid,
            grouped,
            key,
            strict,
            markers,
            spare,
            more,
            undeclared: undeclared && !key.contains(&"code"),
            crlf,
            mark: mark && crlf,
        },
    )
}

impl Form {
    /// Without what is read of no file of columns.
    pub(super) fn of_columns(mut self, has_keys: bool) -> Self {
        (self.markers, self.grouped) = (false, false);
        if has_keys || self.key.contains(&"area") || self.key.contains(&"code") {
            self.key = &[];
        }
        self
    }

    /// The rule file above its rules.
    pub(super) fn declaration(&self, second: bool) -> String {
        let quoted = |it: &&str| format!("\"{it}\"");
        let mut text = "crossfoot = 1\ndataset = \"d\"\n".to_owned();
        if !second {
            text += "files = [\"t.*\"]\n";
        }
        text += "[tables.t]\n";
        if second {
            text += "files = [\"t.*\"]\n";
        }
        if !self.key.is_empty() {
            text += &format!("key = [{}]\n", self.key.iter().map(quoted).collect::<Vec<_>>().join(", "));
        }
        if let Some((thousands, decimal)) = self.style.filter(|_| !self.unsaid) {
            text += &format!("style = {{ thousands = \"{thousands}\", decimal = \"{decimal}\" }}\n");
        }
        let more = self.more.map_or(String::new(), |it| format!(", {it}"));
        text += &format!(
            "[tables.t.columns]\nid = \"count\"\npart = \"integer\"\nn = {{ type = \"amount\", blank = {}{more} }}\n\
             m = \"amount\"\nday = \"date\"\nlate = \"date\"\narea = \"label\"\n",
            !self.strict
        );
        if !self.undeclared {
            text += "code = \"text\"\nnote = \"text\"\n";
        }
        if self.spare {
            text += "spare = { type = \"count\", optional = true }\n";
        }
        if self.markers {
            text += "[tables.t.markers]\nmissing = [\"7\"]\nnil = [\"none\"]\nconfidential = [\"x y\"]\n";
        }
        if second {
            text += "[tables.u]\nfiles = [\"u.*\"]\nkey = [\"area\"]\n[tables.u.columns]\narea = \"label\"\ncount = \"count\"\n\
                     weight = \"amount\"\n";
        }
        text
    }

    /// Whether the reader has to type the texts.
    pub(super) fn is_undeclared(&self) -> bool {
        self.undeclared
    }

    /// Whether an optional column is declared, and not printed.
    pub(super) fn has_spare(&self) -> bool {
        self.spare
    }

    fn decimal(&self) -> char {
        self.style.map_or('.', |it| it.1)
    }

    /// A sign that no figure holds parts cells.
    fn delimiter(&self) -> char {
        if self.decimal() == ',' { ';' } else { ',' }
    }

    fn end(&self) -> &'static str {
        if self.crlf { "\r\n" } else { "\n" }
    }

    fn heading(&self) -> String {
        let names = ["id", "part", "n", "m", "day", "late", "area", "code", "note"];
        names.join(&self.delimiter().to_string())
    }
}

/// What a cell holds.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    /// A number in hundredths, with so many decimals.
    Number(i64, u8),
    /// A number with a mark between its thousands.
    Grouped(i64),
    /// As it stands, in quotes where it has to be.
    Text(String),
    /// As it stands.
    Raw(&'static str),
}

impl Cell {
    fn write(&self, form: &Form) -> String {
        let delimiter = form.delimiter();
        let quoted = |it: String| {
            let bare = !it.contains([delimiter, '"', '\n', '\r']);
            if bare { it } else { format!("\"{}\"", it.replace('"', "\"\"")) }
        };
        match self {
            Self::Number(hundredths, decimals) => quoted(number(*hundredths, *decimals, form.decimal())),
            Self::Grouped(it) => {
                let mark = form.style.map_or(',', |it| it.0);
                quoted(format!("{}{mark}{:03}", it / 1_000, it % 1_000))
            }
            Self::Text(it) => quoted(it.clone()),
            Self::Raw(it) => (*it).to_owned(),
        }
    }

    /// The text that it holds.
    pub(super) fn text(&self, form: &Form) -> String {
        match self {
            Self::Number(hundredths, decimals) => number(*hundredths, *decimals, form.decimal()),
            Self::Grouped(it) => format!("{}{}{:03}", it / 1_000, form.style.map_or(',', |it| it.0), it % 1_000),
            Self::Text(it) => it.clone(),
            Self::Raw(it) => (*it).to_owned(),
        }
    }
}

fn number(hundredths: i64, decimals: u8, sign: char) -> String {
    let (minus, size) = (if hundredths < 0 { "-" } else { "" }, hundredths.abs());
    match decimals {
        0 => format!("{minus}{}", size / 100),
        1 => format!("{minus}{}{sign}{}", size / 100, size / 10 % 10),
        _ => format!("{minus}{}{sign}{:02}", size / 100, size % 100),
    }
}

/// A record: the cells of the nine columns, or something that is no row.
#[derive(Clone, Debug)]
pub(super) enum Line {
    Row(Box<[Cell; 9]>),
    /// A row with a cell more or less.
    Ragged(Box<[Cell; 9]>, bool),
    Other(&'static str),
}

/// What is drawn of both tables.
#[derive(Clone, Debug)]
pub(super) struct Tables {
    /// So many rows are plain.
    pub(super) plain: usize,
    pub(super) odd: Vec<Line>,
    /// Whether the odd rows stand before the end of the plain ones.
    pub(super) inside: bool,
    second: Vec<(Cell, Cell, Cell)>,
}

pub(super) fn tables() -> impl Strategy<Value = Tables> {
    // What tells the form of a file holds about 700 rows.
    let plain = prop_oneof![12 => 40_usize..80, 1 => Just(800)];
    let second = (areas(), mostly(0..9, 0), mostly(0..900, 1));
    (plain, proptest::collection::vec(line(), 0..40), any::<bool>(), proptest::collection::vec(second, 0..8))
        .prop_map(|(plain, odd, inside, second)| Tables { plain, odd, inside, second })
}

fn areas() -> impl Strategy<Value = Cell> {
    let plain = proptest::sample::select(vec!["North", "South", "East", "West", "All"]);
    let odd = proptest::sample::select(vec!["", " North ", "north", "North  ", "x y", "n/a", "Øst"]);
    prop_oneof![12 => plain.prop_map(|it| Cell::Text(it.into())), 1 => odd.prop_map(|it| Cell::Text(it.into()))]
}

/// Numbers of a range in units, for the most part with so many decimals.
fn mostly(range: std::ops::Range<i64>, decimals: u8) -> impl Strategy<Value = Cell> {
    let fraction = if decimals == 0 { Just(0_i64).boxed() } else { (0..100_i64).boxed() };
    let plain = (range.clone(), fraction).prop_map(move |(it, more)| Cell::Number(it * 100 + more, decimals));
    let other = (range, 0_u8..3).prop_map(|(it, decimals)| Cell::Number(it * 100, decimals));
    let grouped = (1_000..40_000_i64).prop_map(Cell::Grouped);
    prop_oneof![60 => plain, 4 => other, 1 => grouped, 2 => odd_number().prop_map(Cell::Raw)]
}

fn odd_number() -> impl Strategy<Value = &'static str> {
    let all = vec![
        "",
        " ",
        "..",
        "-",
        "n/a",
        "none",
        "7",
        "x y",
        "?",
        "3*",
        "12 1)",
        "(4)",
        "1e3",
        "+5",
        " 6 ",
        "\"8\"",
        "−2",
        "5%",
        "1234567890123456789",
        "0.00000000000000000001",
        "123456789012345678901234567890.5",
        "1,5",
        "1.234",
        "1 234",
        "99999999999999999999999999999999999999",
        "3.000000000000000000000",
        "\"two\nlines\"",
        "0.0",
        "-0",
        "€4",
    ];
    proptest::sample::select(all)
}

fn days(month: &'static str) -> impl Strategy<Value = Cell> {
    let plain = (1_u8..29).prop_map(move |it| Cell::Text(format!("2001-{month}-{it:02}")));
    let all = vec![
        "",
        "2001-02-30",
        "20010203",
        "2001/02/03",
        "3.2.2001",
        "3/2/2001",
        "2/13/2001",
        "2001-02-03T10:00",
        "3 Feb 2001",
        "n/a",
        "1500-01-01",
        "\"2001-02-03\"",
        " 2001-02-03",
        "2001-2-3",
        "x y",
    ];
    prop_oneof![50 => plain, 1 => proptest::sample::select(all).prop_map(Cell::Raw)]
}

fn texts(plain: &'static str) -> impl Strategy<Value = Cell> {
    let all = vec![
        "",
        "R",
        " R",
        "r",
        "A  b",
        "a\u{a0}b",
        "é",
        "a\nb",
        "say \"x\"",
        "a,b;c",
        "x y",
        "none",
        "7",
        "n/a",
        "12",
        "1.0",
        "2001-02-03",
        "\u{200b}",
        "R\u{200b}",
    ];
    let odd = proptest::sample::select(all).prop_map(|it| Cell::Text(it.to_owned()));
    prop_oneof![16 => plain.prop_map(Cell::Text), 1 => odd]
}

fn line() -> impl Strategy<Value = Line> {
    let cells = (
        mostly(0..700, 0),
        mostly(-4..9, 0),
        mostly(0..60, 2),
        mostly(0..60, 1),
        days("02"),
        days("03"),
        areas(),
        texts("R|A b|c"),
        texts("[a-c]{1,2}"),
    );
    let cells = cells.prop_map(|(a, b, c, d, e, f, g, h, i)| Box::new([a, b, c, d, e, f, g, h, i])).boxed();
    let others = vec!["", "Source: the office", "* preliminary", ",,,,,,,,", "id,part,n,m,day,late,area,code,note"];
    prop_oneof![
        30 => cells.clone().prop_map(Line::Row),
        1 => (cells, any::<bool>()).prop_map(|(it, longer)| Line::Ragged(it, longer)),
        1 => proptest::sample::select(others).prop_map(Line::Other),
    ]
}

impl Tables {
    /// The cells of a plain row.
    pub(super) fn plain_row(at: usize) -> [Cell; 9] {
        let it = i64::try_from(at).unwrap();
        let areas = ["North", "South", "East", "West"];
        [
            Cell::Number(it * 1_000, 0),
            Cell::Number(100, 0),
            Cell::Number(it % 30 * 100 + 125, 2),
            Cell::Number(it % 7 * 100 + 50, 1),
            Cell::Text(format!("2001-02-{:02}", at % 28 + 1)),
            Cell::Text(format!("2001-03-{:02}", at % 28 + 1)),
            Cell::Text(areas[at % 4].to_owned()),
            Cell::Text("R".to_owned()),
            Cell::Text("a, b".to_owned()),
        ]
    }

    /// All records, in order.
    pub(super) fn lines(&self) -> Vec<Line> {
        let plain = |it: usize| Line::Row(Box::new(Self::plain_row(it)));
        let mut lines: Vec<Line> = (0..self.plain).map(plain).collect();
        let at = if self.inside { self.plain * 3 / 4 } else { self.plain };
        lines.splice(at..at, self.odd.iter().cloned());
        lines
    }

    /// The first table as delimited text.
    pub(super) fn text(&self, form: &Form) -> String {
        let mark = if form.mark { "\u{feff}" } else { "" };
        written(form, &self.lines(), &format!("{mark}{}{}", form.heading(), form.end()))
    }

    pub(super) fn odd_text(&self, form: &Form) -> String {
        written(form, &self.odd, "")
    }

    pub(super) fn second_text(&self, form: &Form) -> String {
        let delimiter = form.delimiter().to_string();
        let row =
            |it: &(Cell, Cell, Cell)| [&it.0, &it.1, &it.2].map(|it| it.write(form)).join(&delimiter) + form.end();
        let heading = ["area", "count", "weight"].join(&delimiter) + form.end();
        heading + &self.second.iter().map(row).collect::<Vec<_>>().concat()
    }
}

fn written(form: &Form, lines: &[Line], heading: &str) -> String {
    let delimiter = form.delimiter().to_string();
    let large = |it: &Cell| match it {
        Cell::Number(hundredths, 0) if form.grouped && *hundredths >= 1_000 => Cell::Grouped(*hundredths),
        it => it.clone(),
    };
    let joined = |it: &[Cell; 9]| {
        let [id, others @ ..] = it;
        let others = others.each_ref().map(|it| it.write(form));
        std::iter::once(large(id).write(form)).chain(others).collect::<Vec<_>>().join(&delimiter)
    };
    let mut text = heading.to_owned();
    for it in lines {
        text += &match it {
            Line::Row(cells) => joined(cells),
            Line::Ragged(cells, true) => format!("{}{delimiter}more", joined(cells)),
            Line::Ragged(cells, false) => {
                joined(cells).rsplit_once(&delimiter).map_or(String::new(), |it| it.0.to_owned())
            }
            Line::Other(it) => (*it).to_owned(),
        };
        text += form.end();
    }
    text
}
