//! What the formulas of a workbook give, where they are simple: sums,
//! differences, products, quotients, powers and a few functions over cells.
//!
//! A formula is worked out from the values that stand in the file, so one that
//! is stale is found where it stands, not in all that build upon it. What is
//! not simple is not judged.

use std::collections::HashMap;

use super::cells::{RawCell, RawSheet};
use super::printed;

/// Values that differ by less, as a share, are the same in binary arithmetic.
const NEAR: f64 = 1e-9;
/// So many cells are looked up in one workbook at most.
const LOOKUPS_MAX: usize = 20_000_000;
/// Formulas nest less deeply.
const DEPTH_MAX: usize = 64;
/// Formulas without values may build upon each other so often.
const PASSES_MAX: usize = 16;

/// Works out the formulas of all sheets: gives values to those that have none,
/// and tells the values that are not what their formula gives.
pub(super) fn judge(sheets: &mut [RawSheet]) {
    if !sheets.iter().any(|it| it.cells.iter().any(|it| it.formula.is_some())) {
        return;
    }
    let mut book = Book::of(sheets);
    for pass in 0..PASSES_MAX {
        let mut filled = false;
        for (at, sheet) in sheets.iter_mut().enumerate() {
            let pending = |it: &&mut RawCell| it.formula.is_some() && it.value.is_none() && it.shown.is_empty();
            for cell in sheet.cells.iter_mut().filter(pending) {
                let given = book.value(at, cell.formula.as_deref().unwrap_or(""));
                if let Some(value) = given {
                    cell.shown = printed::number(value, cell.code.as_deref().unwrap_or("General"));
                    (cell.value, cell.is_judged) = (Some(value), true);
                    book.sheets[at].insert((cell.row, cell.column), FormulaCell::Number(value));
                    filled = true;
                }
            }
        }
        if !filled || pass + 1 == PASSES_MAX {
            break;
        }
    }
    for (at, sheet) in sheets.iter_mut().enumerate() {
        for cell in &mut sheet.cells {
            let Some(formula) = cell.formula.clone() else { continue };
            if cell.shown.is_empty() {
                cell.shown = format!("={formula}");
            }
            let Some((value, given)) = cell.value.zip(book.value(at, &formula)) else { continue };
            cell.is_judged = true;
            if (value - given).abs() > NEAR * value.abs().max(given.abs()).max(1.0) {
                let shown = printed::number(given, cell.code.as_deref().unwrap_or("General"));
                let full = printed::general(given);
                cell.stale = Some(if shown == cell.shown { full } else { shown });
            }
        }
    }
}

/// What a cell holds.
#[derive(Clone, Copy)]
enum FormulaCell {
    Number(f64),
    Other,
    /// A formula whose value is not known yet.
    Pending,
}

/// The cells of all sheets by place.
struct Book {
    names: Vec<String>,
    sheets: Vec<HashMap<(u32, u32), FormulaCell>>,
    left: usize,
}

impl Book {
    fn of(sheets: &[RawSheet]) -> Self {
        let held = |it: &RawCell| match it.value {
            Some(value) => FormulaCell::Number(value),
            None if it.formula.is_some() && it.shown.is_empty() => FormulaCell::Pending,
            None => FormulaCell::Other,
        };
        let cells = |it: &RawSheet| it.cells.iter().map(|it| ((it.row, it.column), held(it))).collect();
        Self {
            names: sheets.iter().map(|it| it.name.to_lowercase()).collect(),
            sheets: sheets.iter().map(cells).collect(),
            left: LOOKUPS_MAX,
        }
    }

    /// What a formula gives, if it is simple and all its cells have values.
    fn value(&mut self, sheet: usize, formula: &str) -> Option<f64> {
        let mut parser = Parser { rest: formula.trim_start_matches('='), book: self, sheet, depth: 0 };
        let value = parser.sum()?.number()?;
        parser.space();
        (parser.rest.is_empty() && value.is_finite()).then_some(value)
    }
}

/// A value in the making.
enum Value {
    Number(f64),
    /// The numbers of an area.
    Area(Vec<f64>),
}

impl Value {
    fn number(self) -> Option<f64> {
        match self {
            Self::Number(it) => Some(it),
            Self::Area(_) => None,
        }
    }

    fn numbers(self) -> Vec<f64> {
        match self {
            Self::Number(it) => vec![it],
            Self::Area(it) => it,
        }
    }
}

struct Parser<'a> {
    rest: &'a str,
    book: &'a mut Book,
    sheet: usize,
    depth: usize,
}

impl Parser<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn takes(&mut self, sign: char) -> bool {
        self.space();
        let rest = self.rest.strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn sum(&mut self) -> Option<Value> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return None;
        }
        let mut value = self.product()?;
        loop {
            let sign = if self.takes('+') {
                1.0
            } else if self.takes('-') {
                -1.0
            } else {
                self.depth -= 1;
                return Some(value);
            };
            value = Value::Number(value.number()? + sign * self.product()?.number()?);
        }
    }

    fn product(&mut self) -> Option<Value> {
        let mut value = self.power()?;
        loop {
            if self.takes('*') {
                value = Value::Number(value.number()? * self.power()?.number()?);
            } else if self.takes('/') {
                value = Value::Number(value.number()? / self.power()?.number()?);
            } else {
                return Some(value);
            }
        }
    }

    fn power(&mut self) -> Option<Value> {
        let mut value = self.signed()?;
        while self.takes('^') {
            value = Value::Number(value.number()?.powf(self.signed()?.number()?));
        }
        Some(value)
    }

    fn signed(&mut self) -> Option<Value> {
        let mut sign = 1.0;
        loop {
            if self.takes('-') {
                sign = -sign;
            } else if !self.takes('+') {
                break;
            }
        }
        let mut value = self.primary()?;
        while self.takes('%') {
            value = Value::Number(value.number()? / 100.0);
        }
        if sign < 0.0 { Some(Value::Number(-value.number()?)) } else { Some(value) }
    }

    fn primary(&mut self) -> Option<Value> {
        if self.takes('(') {
            let value = self.sum()?;
            return self.takes(')').then_some(value);
        }
        if self.rest.starts_with(|it: char| it.is_ascii_digit() || it == '.') {
            return self.literal();
        }
        let name: usize =
            self.rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '.').unwrap_or(self.rest.len());
        if name > 0 && self.rest[name..].starts_with('(') {
            let function = self.rest[..name].to_uppercase();
            self.rest = &self.rest[name + 1..];
            return self.call(&function);
        }
        self.reference()
    }

    fn literal(&mut self) -> Option<Value> {
        let bytes = self.rest.as_bytes();
        let mut end = bytes.iter().take_while(|it| it.is_ascii_digit() || **it == b'.').count();
        let exponent = |at: usize| {
            let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
            let digits = bytes.get(at + 1 + sign..)?.iter().take_while(|it| it.is_ascii_digit()).count();
            (digits > 0).then_some(at + 1 + sign + digits)
        };
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            end = exponent(end).unwrap_or(end);
        }
        let value = self.rest[..end].parse().ok()?;
        self.rest = &self.rest[end..];
        Some(Value::Number(value))
    }

    fn call(&mut self, function: &str) -> Option<Value> {
        let mut arguments = Vec::new();
        loop {
            arguments.push(self.sum()?);
            if self.takes(')') {
                break;
            }
            if !self.takes(',') {
                return None;
            }
        }
        let scalar = |at: usize, it: &mut Vec<Value>| it.drain(at..=at).next().and_then(Value::number);
        if function == "ROUND" && arguments.len() == 2 {
            let digits = scalar(1, &mut arguments)?;
            let scale = 10_f64.powf(digits);
            // Half away from zero, of what the digits say.
            let scaled = scalar(0, &mut arguments)? * scale;
            let nudged = scaled + scaled.signum() * scaled.abs().max(1.0) * 1e-12;
            return Some(Value::Number(nudged.round() / scale));
        }
        if function == "ABS" && arguments.len() == 1 {
            return Some(Value::Number(scalar(0, &mut arguments)?.abs()));
        }
        let numbers: Vec<f64> = arguments.into_iter().flat_map(Value::numbers).collect();
        #[expect(clippy::cast_precision_loss, reason = "a sheet has far fewer cells")]
        let count = numbers.len() as f64;
        Some(Value::Number(match function {
            "SUM" => numbers.iter().sum(),
            "PRODUCT" => numbers.iter().product(),
            "COUNT" => count,
            "AVERAGE" if count > 0.0 => numbers.iter().sum::<f64>() / count,
            "MIN" if count > 0.0 => numbers.iter().copied().fold(f64::INFINITY, f64::min),
            "MAX" if count > 0.0 => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            _ => return None,
        }))
    }

    /// A cell or an area, of this sheet or another.
    fn reference(&mut self) -> Option<Value> {
        let mut sheet = self.sheet;
        if let Some(inside) = self.rest.strip_prefix('\'') {
            let (name, rest) = inside.split_once("'!")?;
            (sheet, self.rest) = (self.named(&name.replace("''", "'"))?, rest);
        } else if let Some((name, rest)) = self.rest.split_once('!')
            && name.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | '.'))
        {
            (sheet, self.rest) = (self.named(name)?, rest);
        }
        let from = self.cell()?;
        if !self.rest.starts_with(':') {
            return match self.book.sheets[sheet].get(&from) {
                Some(FormulaCell::Number(it)) => Some(Value::Number(*it)),
                Some(FormulaCell::Other | FormulaCell::Pending) => None,
                None => Some(Value::Number(0.0)),
            };
        }
        self.rest = &self.rest[1..];
        let to = self.cell()?;
        self.area(sheet, (from.0.min(to.0), from.1.min(to.1)), (from.0.max(to.0), from.1.max(to.1)))
    }

    fn area(&mut self, sheet: usize, from: (u32, u32), to: (u32, u32)) -> Option<Value> {
        let cells = &self.book.sheets[sheet];
        let size = u64::from(to.0 - from.0 + 1) * u64::from(to.1 - from.1 + 1);
        let looked = cells.len().min(usize::try_from(size).unwrap_or(usize::MAX));
        self.book.left = self.book.left.checked_sub(looked)?;
        let cells = &self.book.sheets[sheet];
        let mut numbers = Vec::new();
        let mut take = |it: FormulaCell| match it {
            FormulaCell::Number(it) => {
                numbers.push(it);
                Some(())
            }
            FormulaCell::Other => Some(()),
            FormulaCell::Pending => None,
        };
        if looked == cells.len() {
            let inside = |it: &(u32, u32)| (from.0..=to.0).contains(&it.0) && (from.1..=to.1).contains(&it.1);
            // In the order of cells, so that sums come out alike each time.
            let mut found: Vec<_> = cells.iter().filter(|it| inside(it.0)).collect();
            found.sort_by_key(|it| it.0);
            found.into_iter().try_for_each(|it| take(*it.1))?;
        } else {
            for row in from.0..=to.0 {
                (from.1..=to.1).filter_map(|column| cells.get(&(row, column))).try_for_each(|it| take(*it))?;
            }
        }
        Some(Value::Area(numbers))
    }

    fn named(&self, name: &str) -> Option<usize> {
        self.book.names.iter().position(|it| *it == name.to_lowercase())
    }

    /// The row, from 1, and the column, from 0, of an address (`$C$8`).
    fn cell(&mut self) -> Option<(u32, u32)> {
        let end = self.rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '$').unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        crate::table::address(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> Vec<RawSheet> {
        let cell = |row, column, value| RawCell {
            row,
            column,
            value: Some(value),
            shown: value.to_string(),
            ..RawCell::default()
        };
        let text = RawCell { row: 4, column: 1, shown: "n/a".to_owned(), is_text: true, ..RawCell::default() };
        let cells = vec![cell(1, 1, 2.0), cell(2, 1, 3.5), cell(3, 1, -1.0), text];
        let other = RawSheet { name: "Other one".to_owned(), cells: vec![cell(1, 0, 10.0)], ..RawSheet::default() };
        vec![RawSheet { name: "Main".to_owned(), cells, ..RawSheet::default() }, other]
    }

    #[test]
    fn simple_formulas_are_worked_out_and_others_are_not() {
        let sheets = book();
        let mut book = Book::of(&sheets);
        for (formula, value) in [
            ("SUM(B1:B4)", Some(4.5)),
            ("B1+B2*2", Some(9.0)),
            ("-B1^2", Some(4.0)),
            ("(B1 - B3) / 2%", Some(150.0)),
            ("SUM(B$1:$B$3,'Other one'!A1)", Some(14.5)),
            ("main!B1", Some(2.0)),
            ("ROUND(AVERAGE(B1:B3),1)", Some(1.5)),
            ("MAX(B1:B3)-MIN(B1:B3)+COUNT(B1:B9)", Some(7.5)),
            ("1.5e2+A9", Some(150.0)),
            ("B4+1", None),
            ("VLOOKUP(B1,B1:B4,1)", None),
            ("IF(B1>1,2,3)", None),
            ("SUM(B1:B3", None),
            ("B1/A9", None),
            ("Missing!B1", None),
        ] {
            assert_eq!(book.value(0, formula), value, "{formula}");
        }
        assert_eq!(book.value(0, &"(".repeat(5_000)), None);
    }

    #[test]
    fn values_that_formulas_do_not_give_are_stale() {
        let mut sheets = book();
        let formula = |row, formula: &str, value: Option<f64>| RawCell {
            row,
            column: 2,
            formula: Some(formula.to_owned()),
            value,
            shown: value.map(|it| it.to_string()).unwrap_or_default(),
            ..RawCell::default()
        };
        let formulas = [
            formula(1, "SUM(B1:B3)", Some(4.5)),
            formula(2, "SUM(B1:B3)", Some(4.0)),
            formula(3, "C4*2", None),
            formula(4, "C1+1", None),
            formula(5, "HYPERLINK(B1)", None),
        ];
        sheets[0].cells.extend(formulas);
        judge(&mut sheets);
        let told = |at: usize| (sheets[0].cells[at + 4].shown.as_str(), sheets[0].cells[at + 4].stale.as_deref());
        assert_eq!(told(0), ("4.5", None));
        assert_eq!(told(1), ("4", Some("4.5")));
        assert_eq!((told(2), told(3)), (("11", None), ("5.5", None)));
        assert_eq!(told(4), ("=HYPERLINK(B1)", None));
    }
}
