//! Where a number style rests on few cells, and what to say of it.

use super::weigh::{Usual, Weighed};
use super::{ColumnSigns, Signs, StyleDoubt, Why};
use crate::source::typing::cells::fits;
use crate::source::typing::columns::Matched;
use crate::source::typing::{Context, TypeFault, TypeFaultKind, expected};
use crate::table::{DecimalSign, NumberStyle, Shaped, Span, Thousands, read_figure};

/// So many cells may be slips; more of them show a style.
const FEW: usize = 2;
/// A reading is certain where others have no more than this of the probability,
/// and open where they have more than that.
const CERTAIN: f64 = 0.02;
const OPEN: f64 = 0.1;
/// So many odd cells of a column are told.
const ODD_MAX: usize = 5;
/// A semicolon between cells speaks for a decimal comma as so many cells do.
const SEMICOLONS: usize = 5;

/// Some cells of a column, and the row of the first.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cells {
    pub(super) count: usize,
    first: Option<usize>,
}

/// What one style makes of a column, held against another.
#[derive(Debug, Default)]
pub(super) struct Against {
    /// Only the one reads them.
    pub(super) lost: Cells,
    /// Both read them, but only the one as of their declared type.
    misfits: Cells,
    /// Only the one reads them with decimals.
    decimals: Cells,
    /// Only the other reads them with decimals.
    thousands: Cells,
}

impl Cells {
    fn take(&mut self, shape: Shaped) {
        self.count += shape.count;
        self.first = Some(self.first.map_or(shape.first, |it| it.min(shape.first)));
    }
}

impl Against {
    /// Whether the one reads cells as thousands that the other reads with decimals.
    pub(super) fn has_thousands(&self) -> bool {
        self.thousands.count > 0
    }

    /// Whether cells read with other values.
    pub(super) fn is_open(&self) -> bool {
        self.decimals.count + self.thousands.count + self.misfits.count > 0
    }
}

impl ColumnSigns {
    /// What a style makes of the column, held against another.
    pub(super) fn against(&self, style: NumberStyle, other: NumberStyle) -> Against {
        let mut found = Against::default();
        for (text, shape) in self.tally.shapes() {
            let Some(read) = self.read(text, style) else { continue };
            let Some(or) = self.read(text, other) else {
                found.lost.take(shape);
                continue;
            };
            let fits = |it| self.whole.is_none_or(|kind| fits(it, kind));
            match () {
                () if read.value == or.value => {}
                () if fits(&read) && !fits(&or) => found.misfits.take(shape),
                () if read.value.exponent < or.value.exponent => found.decimals.take(shape),
                () => found.thousands.take(shape),
            }
        }
        found
    }

    fn doubt(&self, cells: Cells, other: NumberStyle, why: Why) -> Option<StyleDoubt> {
        Some(StyleDoubt { column: self.index, row: cells.first?, other, why })
    }

    /// A figure that is grouped where others as long are not.
    fn ungrouped(&self, style: NumberStyle) -> Option<StyleDoubt> {
        let groups = matches!(style.thousands, Thousands::Space | Thousands::Apostrophe | Thousands::Point);
        let plain = NumberStyle { thousands: Thousands::None, ..style };
        let grouped = self.against(style, plain).lost;
        let few = (1..=FEW).contains(&grouped.count) && self.tally.ungrouped + 1 >= 4 * grouped.count;
        // As many digits without a mark as marked ones have: one of both is no figure of
        // this style, and only others can show which.
        let shown = self.against(style, NumberStyle::ENGLISH).lost.count;
        let long = self.as_long_as_grouped();
        let enough = shown <= FEW || long + 1 >= grouped.count;
        let mixed = style.thousands == Thousands::Point && grouped.count > 0 && long > 0 && enough;
        let odd = (groups && (few || mixed)) || self.is_grouped_late(style, grouped.count);
        // A mark that groups nothing is a decimal sign.
        let other = match style.thousands {
            Thousands::Point => NumberStyle::ENGLISH,
            Thousands::Comma | Thousands::Indian => NumberStyle::GERMAN,
            _ => plain,
        };
        if odd { self.doubt(grouped, other, Why::Ungrouped) } else { None }
    }

    /// Whether commas group some figures, where more that are as long have none.
    ///
    /// Groups from five digits on are usual; years and counts stand in one
    /// column of a few rows.
    fn is_grouped_late(&self, style: NumberStyle, grouped: usize) -> bool {
        const MANY: usize = 4;
        let is_comma = matches!(style.thousands, Thousands::Comma | Thousands::Indian);
        if !is_comma || grouped == 0 || self.tally.ungrouped < MANY.max(grouped) {
            return false;
        }
        let is_short = |it: (&str, Shaped)| it.0.split(',').map(str::len).eq([1, 3]);
        self.tally.lengths().any(|it| it.0 > 4 && it.1 > 0) || self.tally.shapes().any(is_short)
    }

    /// How many plain numbers are as long as those that a point groups.
    fn as_long_as_grouped(&self) -> usize {
        let is_short = |it: (&str, Shaped)| it.0.split('.').map(str::len).eq([1, 3]);
        let least = if self.tally.shapes().any(is_short) { 4 } else { 5 };
        self.tally.lengths().filter(|it| it.0 >= least).map(|it| it.1).sum()
    }

    /// How many plain numbers have no decimals.
    pub(super) fn wholes(&self) -> usize {
        self.tally.lengths().map(|it| it.1).sum()
    }

    /// Figures that may be meant in another style by the posterior of the table.
    fn unsure(&self, at: usize, style: NumberStyle, weighed: &Weighed) -> Option<StyleDoubt> {
        let mut found: Option<(f64, Cells, NumberStyle)> = None;
        for (text, shape) in self.tally.shapes() {
            let (share, other) = weighed.otherwise(at, self, text, style);
            if share <= CERTAIN {
                continue;
            }
            let it = found.get_or_insert((0.0, Cells::default(), other));
            it.1.take(shape);
            if share > it.0 {
                (it.0, it.2) = (share, other);
            }
        }
        let (share, cells, other) = found?;
        let figures = cells.count;
        self.doubt(cells, other, if share > OPEN { Why::Undecided { figures } } else { Why::Unlikely { figures } })
    }

    /// Figures that are odd in their column, and may be meant in another style.
    ///
    /// `points` of the table show that a point is the decimal sign: with two or
    /// more, only a cell that has no like in its column is odd.
    fn odd(&self, style: NumberStyle, points: usize) -> Vec<StyleDoubt> {
        let is_shown = style.decimal == DecimalSign::Point && points > 1;
        let shapes = self.tally.shapes().filter(|it| it.0.contains(['.', ',']));
        let usual = Usual::of(self, style);
        let odd = shapes.filter_map(|(text, shape)| {
            let other = usual.otherwise(text, shape, is_shown)?;
            Some(StyleDoubt { column: self.index, row: shape.first, other, why: Why::Odd { figures: shape.count } })
        });
        let mut odd: Vec<StyleDoubt> = odd.collect();
        odd.sort_by_key(|it| it.row);
        odd.truncate(ODD_MAX);
        odd
    }
}

impl Signs {
    /// Where another style than the one found may be meant.
    pub(super) fn doubts(&self, style: NumberStyle, weighed: &Weighed) -> Vec<StyleDoubt> {
        let usual = self.columns.first().map_or(NumberStyle::ENGLISH, |it| it.tally.styles()[0]);
        let mut doubts = Vec::new();
        if style != usual {
            doubts.extend(self.resting(style, usual));
        }
        let told = doubts.first().map(|it| it.column);
        let points = self.points();
        for (at, column) in self.columns.iter().enumerate().filter(|it| Some(it.1.index) != told) {
            match column.unsure(at, style, weighed).or_else(|| column.ungrouped(style)) {
                Some(it) => doubts.push(it),
                None => doubts.extend(column.odd(style, points)),
            }
        }
        doubts
    }

    /// Figures that are grouped where others as long are not.
    pub(super) fn ungrouped(&self, style: NumberStyle) -> Vec<StyleDoubt> {
        self.columns.iter().filter_map(|it| it.ungrouped(style)).collect()
    }

    /// Cells that are odd in a style that is known, and may be meant in another.
    pub(super) fn odd_cells(&self, style: NumberStyle) -> Vec<StyleDoubt> {
        let points = self.points();
        self.columns.iter().flat_map(|it| it.odd(style, points)).collect()
    }

    /// The cell that a style other than the usual one rests on.
    fn resting(&self, style: NumberStyle, usual: NumberStyle) -> Option<StyleDoubt> {
        let columns: Vec<(&ColumnSigns, Against)> =
            self.columns.iter().map(|it| (it, it.against(style, usual))).collect();
        let sum = |of: fn(&Against) -> Cells| columns.iter().map(|it| of(&it.1).count).sum::<usize>();
        let first = |of: fn(&Against) -> Cells| columns.iter().find(|it| of(&it.1).count > 0);
        let (lost, misfits) = (sum(|it| it.lost), sum(|it| it.misfits));
        let (decimals, thousands) = (sum(|it| it.decimals), sum(|it| it.thousands));
        let with = |of: fn(&Against) -> Cells, number: fn(&ColumnSigns) -> usize| {
            columns.iter().filter(|it| of(&it.1).count > 0).map(|it| number(it.0)).sum::<usize>()
        };
        if lost == 0 {
            let ungrouped = with(|it| it.misfits, |it| it.tally.ungrouped);
            let few = misfits <= FEW && !self.has_semicolons;
            let (column, against) = first(|it| it.misfits)?;
            let doubtful = few || ungrouped > misfits;
            let why = Why::Declared(column.whole?);
            return if doubtful { column.doubt(against.misfits, usual, why) } else { None };
        }
        let short_by = |of: fn(&Against) -> Cells| with(of, |it| it.tally.short);
        let as_decimals =
            decimals > 0 && (!self.has_semicolons || (decimals >= SEMICOLONS * lost && short_by(|it| it.decimals) > 0));
        let as_thousands = thousands > 0
            && !self.has_semicolons
            && (short_by(|it| it.thousands) == 0 || with(|it| it.thousands, |it| it.tally.ungrouped) > 0);
        if lost + misfits > FEW || !(as_decimals || as_thousands) {
            return None;
        }
        let (column, against) = first(|it| it.lost)?;
        let of: fn(&Against) -> Cells = if as_decimals { |it| it.decimals } else { |it| it.thousands };
        let (turned, cells) = first(of)?;
        let why = Why::Decides { others: sum(of), first: (turned.index, of(cells).first?) };
        column.doubt(against.lost, usual, why)
    }
}

impl Context<'_> {
    /// Tells of a doubt, with both readings.
    pub(in crate::source::typing) fn style_fault(&self, matched: &[Matched], doubt: &StyleDoubt) -> TypeFault {
        let cell = |(column, row): (usize, usize)| self.grid.rows.get(row)?.cells.get(matched[column].position);
        let text = |at| cell(at).map_or("", |it| it.text(self.document));
        let at = (doubt.column, doubt.row);
        let in_style = |at: (usize, usize), style| {
            let unit = self.unit(&matched[at.0].schema, matched[at.0].position);
            read_figure(text(at), style, unit).map(|it| it.value.to_string()).unwrap_or_default()
        };
        let readings = |at| (text(at), in_style(at, self.style), in_style(at, doubt.other));
        let (printed, read, other) = readings(at);
        let message = match &doubt.why {
            Why::Decides { others, first } => {
                let shown = deciding(printed, self.style);
                let (printed, read, other) = readings(*first);
                format!("{shown}, so {}", either(*others, printed, &read, &other))
            }
            Why::Undecided { figures } => {
                format!("{}; no other figure shows which is right", either(*figures, printed, &read, &other))
            }
            Why::Unlikely { figures } => {
                format!("{}; the other figures support the first", either(*figures, printed, &read, &other))
            }
            Why::Odd { figures } => {
                format!(
                    "{}; it is printed differently from the others in its column",
                    either(*figures, printed, &read, &other)
                )
            }
            Why::Ungrouped if other.is_empty() => format!(
                "\"{printed}\" is read as {read}, but other figures above 999 have no thousands mark; it may be two figures"
            ),
            Why::Ungrouped => format!(
                "\"{printed}\" is read as {read}, but other figures above 999 have no thousands mark; it may be {other}"
            ),
            Why::Declared(kind) => {
                format!("\"{printed}\" is read as {read} because {} is declared, but may be {other}", expected(*kind))
            }
        };
        TypeFault {
            kind: match doubt.why {
                Why::Unlikely { .. } => TypeFaultKind::StyleNote,
                _ => TypeFaultKind::StyleDoubt,
            },
            row: u32::try_from(doubt.row).ok(),
            column: Some(doubt.column),
            missing: None,
            message,
            hint: Some(hint(self.style, doubt.other)),
            span: cell(at).map_or(Span::default(), |it| it.span),
        }
    }
}

/// Both readings of one figure, or of several that read alike.
fn either(figures: usize, printed: &str, read: &str, other: &str) -> String {
    if figures == 1 {
        return format!("\"{printed}\" is read as {read}, but may be {other}");
    }
    let (is, may_be) =
        if read.contains('.') { ("with decimals", "be thousands") } else { ("as thousands", "have decimals") };
    format!("{figures} figures such as \"{printed}\" are read {is} ({read}), but may {may_be} ({other})")
}

/// What a cell shows of its style.
fn deciding(printed: &str, style: NumberStyle) -> String {
    let sign = style.decimal.sign();
    if printed.contains(sign) {
        return format!("\"{printed}\" shows that \"{sign}\" is the decimal sign");
    }
    let mark = printed.chars().find(|it| style.thousands.is_mark(*it));
    format!("\"{printed}\" shows that \"{}\" is the thousands mark", mark.unwrap_or(' '))
}

/// How to settle a doubt.
fn hint(style: NumberStyle, other: NumberStyle) -> String {
    let (kept, changed) = (declared(style), declared(other));
    let locales = match (locale(style), locale(other)) {
        (Some(kept), Some(changed)) => format!(" (or give --locale {kept} or --locale {changed})"),
        _ => String::new(),
    };
    format!("to keep this reading, declare style = {kept} in a rule file; for the other, {changed}{locales}")
}

/// A style as a rule file declares it.
fn declared(style: NumberStyle) -> &'static str {
    match (style.thousands, style.decimal) {
        (Thousands::None, DecimalSign::Point) => "{ thousands = \"none\" }",
        (Thousands::None, DecimalSign::Comma) => "{ decimal = \",\" }",
        (Thousands::Comma, _) => "{ thousands = \",\" }",
        (Thousands::Point, _) => "{ thousands = \".\" }",
        (Thousands::Space, DecimalSign::Point) => "{ thousands = \" \" }",
        (Thousands::Space, DecimalSign::Comma) => "{ thousands = \" \", decimal = \",\" }",
        (Thousands::Apostrophe, DecimalSign::Point) => "{ thousands = \"'\" }",
        (Thousands::Apostrophe, DecimalSign::Comma) => "{ thousands = \"'\", decimal = \",\" }",
        (Thousands::Indian, _) => "{ thousands = \"indian\" }",
    }
}

/// A language tag that stands for a style.
fn locale(style: NumberStyle) -> Option<&'static str> {
    ["en", "de", "fr", "de-CH", "en-IN"].into_iter().find(|it| NumberStyle::of_locale(it) == Some(style))
}
