//! How each engine reads a cell.
//!
//! A number becomes a whole number of its last decimals, a day a day, a text itself
//! without spaces around it; each of them only in the plain form that no engine reads
//! otherwise, by the text of the cell, and null in any other.

/// An engine, as far as queries differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// DuckDB.
    DuckDb,
    /// DuckDB, where all that is computed fits into its whole numbers of 64 bits.
    DuckDbNarrow,
    /// PostgreSQL.
    PostgreSql,
    /// Spark and Sail.
    Spark,
    /// SQLite.
    Sqlite,
}

/// Days of the years from 1600 on; the last of February is told by no pattern.
const DAY: &str = "(1[6-9][0-9][0-9]|[2-9][0-9][0-9][0-9])-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])\
    |(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)";
/// Words of ASCII with one space between.
const TEXT: &str = "[!-~]+( [!-~]+)*";

impl Dialect {
    /// Each, with the word for it.
    pub const WORDS: [(&'static str, Self); 4] =
        [("duckdb", Self::DuckDb), ("postgresql", Self::PostgreSql), ("sqlite", Self::Sqlite), ("spark", Self::Spark)];

    /// How many digits a whole number has at most, whatever is computed.
    pub(super) fn digits_max(self) -> u32 {
        match self {
            Self::DuckDb => 38,
            Self::DuckDbNarrow | Self::Sqlite => 18,
            // A sum is as wide as its widest term and one digit more.
            Self::Spark => 37,
            Self::PostgreSql => 1_000,
        }
    }

    /// Whether it is DuckDB.
    pub(super) fn is_duckdb(self) -> bool {
        matches!(self, Self::DuckDb | Self::DuckDbNarrow)
    }

    /// The type of DuckDB's whole numbers.
    pub(super) fn integer(self) -> &'static str {
        if self == Self::DuckDbNarrow { "BIGINT" } else { "HUGEINT" }
    }

    /// A name, quoted.
    pub fn quoted(self, name: &str) -> String {
        let quote = if self == Self::Spark { "`" } else { "\"" };
        format!("{quote}{}{quote}", name.replace(quote, &quote.repeat(2)))
    }

    /// A text of plain signs, quoted; nothing where it has others.
    pub(super) fn text(self, text: &[u8]) -> Option<String> {
        let is_plain = |it: &u8| it.is_ascii_graphic() || *it == b' ';
        let text = std::str::from_utf8(text).ok().filter(|it| it.bytes().all(|it| is_plain(&it)))?;
        let quoted = format!("'{}'", text.replace('\'', "''"));
        // A text may be compared in an order of its own here; bytes are not.
        Some(if self.is_duckdb() { format!("encode({quoted})") } else { quoted })
    }

    /// A whole number that computes as wide as columns do.
    pub(super) fn constant(self, it: i128) -> String {
        if self == Self::Sqlite { format!("({it})") } else { self.whole(&format!("'{it}'")) }
    }

    /// A count or a sum as such a number.
    pub(super) fn whole(self, it: &str) -> String {
        match self {
            Self::DuckDb | Self::DuckDbNarrow => format!("CAST({it} AS {})", self.integer()),
            Self::PostgreSql => format!("CAST({it} AS NUMERIC)"),
            Self::Spark => format!("CAST({it} AS DECIMAL(38, 0))"),
            Self::Sqlite => it.to_owned(),
        }
    }

    /// A number with up to so many digits and decimals, in its last decimals.
    pub(super) fn number(self, column: &str, digits: u32, scale: u32) -> String {
        let whole = digits - scale;
        let fraction = if scale > 0 { format!("([.][0-9]{{1,{scale}}})?") } else { String::new() };
        let pattern = format!("-?[0-9]{{1,{whole}}}{fraction}");
        let unit = 10_i128.pow(scale);
        let text = self.as_text(column);
        let fits = self.fits(&text, &pattern);
        let decimal = format!("DECIMAL({digits}, {scale})");
        match self {
            Self::DuckDb | Self::DuckDbNarrow => {
                let integer = self.integer();
                format!("CASE WHEN {fits} THEN CAST(TRY_CAST({text} AS {decimal}) * {unit} AS {integer}) END")
            }
            Self::PostgreSql => format!("CASE WHEN {fits} THEN CAST({text} AS NUMERIC) * {unit} END"),
            Self::Spark => {
                format!("CASE WHEN {fits} THEN CAST(CAST({text} AS {decimal}) * {unit} AS DECIMAL(38, 0)) END")
            }
            Self::Sqlite => sqlite_number(column, whole, scale),
        }
    }

    /// A day, by its text.
    pub(super) fn day(self, column: &str) -> String {
        let text = self.as_text(column);
        let fits = self.fits(&text, DAY);
        match self {
            Self::DuckDb | Self::DuckDbNarrow => format!("CASE WHEN {fits} THEN TRY_CAST({text} AS DATE) END"),
            Self::PostgreSql | Self::Spark => format!("CASE WHEN {fits} THEN CAST({text} AS DATE) END"),
            // Days of this form stand in the order of their texts.
            Self::Sqlite => format!(
                "CASE WHEN typeof({column}) = 'text' AND {column} GLOB '[1-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' \
                 AND {column} >= '1600' COLLATE BINARY AND substr({column}, 6, 2) BETWEEN '01' AND '12' \
                 AND substr({column}, 9, 2) BETWEEN '01' AND CASE substr({column}, 6, 2) WHEN '02' THEN '28' \
                 WHEN '04' THEN '30' WHEN '06' THEN '30' WHEN '09' THEN '30' WHEN '11' THEN '30' ELSE '31' END \
                 THEN {column} END"
            ),
        }
    }

    /// A text without the spaces around it.
    pub(super) fn plain_text(self, column: &str) -> String {
        let text = self.as_text(column);
        let text = match self {
            Self::DuckDb | Self::DuckDbNarrow => format!("trim({text}, ' ')"),
            Self::PostgreSql => format!("btrim({text}, ' ')"),
            Self::Spark | Self::Sqlite => format!("trim({text})"),
        };
        match self {
            Self::DuckDb | Self::DuckDbNarrow => {
                format!("CASE WHEN {} THEN encode({text}) END", self.fits(&text, TEXT))
            }
            Self::PostgreSql | Self::Spark => format!("CASE WHEN {} THEN {text} END", self.fits(&text, TEXT)),
            Self::Sqlite => format!(
                "CASE WHEN typeof({column}) = 'text' AND {column} NOT GLOB '*[^ -~]*' AND {text} NOT GLOB '*  *' \
                 AND {text} <> '' THEN {text} END"
            ),
        }
    }

    /// A text as it stands, of a column in which nothing but plain ones is looked for.
    pub(super) fn bare_text(self, column: &str) -> String {
        let text = self.as_text(column);
        match self {
            Self::DuckDb | Self::DuckDbNarrow => format!("encode({text})"),
            Self::PostgreSql | Self::Spark => text,
            Self::Sqlite => format!("CASE WHEN typeof({column}) = 'text' THEN {column} END"),
        }
    }

    /// That a cell surely holds nothing.
    pub(super) fn is_blank(self, column: &str) -> String {
        let is_empty = match self {
            Self::Sqlite => format!("(typeof({column}) = 'text' AND length({column}) = 0)"),
            _ => format!("length({}) = 0", self.as_text(column)),
        };
        format!("({column} IS NULL OR {is_empty})")
    }

    fn as_text(self, column: &str) -> String {
        match self {
            Self::DuckDb | Self::DuckDbNarrow => format!("CAST({column} AS VARCHAR)"),
            Self::PostgreSql => format!("CAST({column} AS TEXT) COLLATE \"C\""),
            Self::Spark => format!("CAST({column} AS STRING)"),
            Self::Sqlite => column.to_owned(),
        }
    }

    /// Whether all of a text fits a pattern, which each engine reads alike.
    fn fits(self, text: &str, pattern: &str) -> String {
        match self {
            Self::DuckDb | Self::DuckDbNarrow => format!("regexp_full_match({text}, '{pattern}')"),
            Self::PostgreSql => format!("{text} ~ '^({pattern})$'"),
            // Before a last line break is an end, too.
            Self::Spark => format!("{text} RLIKE '^({pattern})$' AND instr({text}, chr(10)) = 0"),
            Self::Sqlite => String::new(),
        }
    }
}

/// SQLite has no decimals: whole numbers, and texts that print like what is read of them.
fn sqlite_number(column: &str, whole: u32, scale: u32) -> String {
    let most = 10_i128.pow(whole) - 1;
    let unit = 10_i128.pow(scale);
    let is_small = format!("{column} BETWEEN -{most} AND {most}");
    let as_whole = format!("CAST({column} AS INTEGER)");
    let same = format!("{column} = CAST({as_whole} AS TEXT) COLLATE BINARY AND {as_whole} BETWEEN -{most} AND {most}");
    let mut text = format!("WHEN {same} THEN {as_whole} * {unit}");
    if scale > 0 {
        let digits = format!("CAST(REPLACE({column}, '.', '') AS INTEGER)");
        for decimals in 1..=scale {
            let one = 10_i128.pow(decimals);
            let printed = format!(
                "CASE WHEN {digits} < 0 THEN '-' ELSE '' END || \
                 printf('%d.%0{decimals}d', abs({digits}) / {one}, abs({digits}) % {one})"
            );
            let rest = unit / one;
            text.push_str(&format!(" WHEN {column} = ({printed}) COLLATE BINARY THEN {digits} * {rest}"));
        }
        let length = whole + scale + 2;
        text = format!("WHEN length({column}) > {length} THEN NULL {text}");
    } else {
        text = format!("WHEN length({column}) > {} THEN NULL {text}", whole + 1);
    }
    format!(
        "CASE typeof({column}) WHEN 'integer' THEN CASE WHEN {is_small} THEN {column} * {unit} END \
         WHEN 'text' THEN CASE {text} END END"
    )
}
