//! Tables of statistical offices in JSON: JSON-stat (1 and 2) and SDMX-JSON (1 and 2).
//!
//! Both keep figures in a cube: dimensions with their categories, and values by
//! position. A cube becomes one row a value: its category of each dimension, in a
//! column each, then the columns `value` and, where the file has one, `status`.
//!
//! Sources: json-stat.org/format; the SDMX-JSON data message of sdmx.org.

use super::Reader;
use super::scan::{Kind, Value};
use crate::source::{Fault, FaultKind, Grid, GridCell, GridRow};
use crate::table::Span;

/// A cube has so many rows at most; more are no table to be held at once.
const ROWS_MAX: usize = 5_000_000;

type Members = [(Span, Value)];

/// One dimension: its name, and the label of each of its categories in order.
struct Dimension {
    name: GridCell,
    categories: Vec<GridCell>,
}

impl Reader<'_> {
    /// The cubes of a document, with their titles; none where it holds none.
    pub(super) fn cubes(&self, value: &Value) -> Option<Vec<Grid>> {
        let root = members(value)?;
        if let Some(data) = self.get(root, "dataSets").map(|_| root).or_else(|| members(self.get(root, "data")?)) {
            return self.sdmx(data);
        }
        if let Some(grid) = self.stat(value) {
            return Some(vec![grid]);
        }
        // Version 1 has datasets by name, as has a bundle of version 1.3.
        let grids: Vec<Grid> = root.iter().filter_map(|it| self.stat(&it.1)).collect();
        (!grids.is_empty()).then_some(grids)
    }

    fn get<'v>(&self, members: &'v Members, key: &str) -> Option<&'v Value> {
        members.iter().find(|it| self.text(it.0) == key).map(|it| &it.1)
    }

    /// A dataset of JSON-stat.
    fn stat(&self, value: &Value) -> Option<Grid> {
        let set = members(value)?;
        let (all, values) = (members(self.get(set, "dimension")?)?, self.get(set, "value")?);
        let ids = self.get(set, "id").or_else(|| self.get(all, "id"))?;
        let mut dimensions = Vec::new();
        for id in items(ids)? {
            let name = self.cell(id);
            let it = members(self.get(all, name.text(self.document))?)?;
            let name =
                self.get(it, "label").filter(|it| matches!(it.kind, Kind::Text)).map_or(name, |it| self.cell(it));
            dimensions.push(Dimension { name, categories: self.categories(members(self.get(it, "category")?)?)? });
        }
        let rows = dimensions.iter().try_fold(1_usize, |rows, it| rows.checked_mul(it.categories.len()))?;
        if dimensions.is_empty() || rows > ROWS_MAX {
            return None;
        }
        let title = self.get(set, "label").filter(|it| matches!(it.kind, Kind::Text));
        let mut grid = empty(dimensions.iter(), title.map(|it| self.cell(it).text(self.document).to_owned()));
        let at = self.by_position(values, rows)?;
        let status = self.get(set, "status").and_then(|it| self.by_position(it, rows));
        if status.is_some() {
            grid.headings.push(made_up("status"));
        }
        let given = items(values).map_or(rows, <[Value]>::len);
        if given != rows {
            let message = format!("expected {rows} values according to the sizes of the dimensions, found {given}");
            grid.faults.push(Fault { kind: FaultKind::Ragged, row: None, span: values.span, message });
        }
        let mut odometer = vec![0; dimensions.len()];
        for row in 0..rows {
            let mut cells: Vec<GridCell> =
                dimensions.iter().zip(&odometer).map(|(it, at)| it.categories[*at].clone()).collect();
            let span = at[row].as_ref().map_or(values.span, |it| it.span);
            cells.push(at[row].clone().unwrap_or_default());
            cells.extend(status.as_ref().map(|it| it[row].clone().unwrap_or_default()));
            grid.rows.push(GridRow { cells, span, ..GridRow::default() });
            // The last dimension runs fastest.
            for (at, it) in odometer.iter_mut().zip(&dimensions).rev() {
                *at += 1;
                if *at < it.categories.len() {
                    break;
                }
                *at = 0;
            }
        }
        Some(grid)
    }

    /// The labels of categories, in the order of their index.
    fn categories(&self, category: &Members) -> Option<Vec<GridCell>> {
        let labels = self.get(category, "label").and_then(members).unwrap_or_default();
        let label = |code: GridCell| {
            let found = self.get(labels, code.text(self.document));
            found.map_or(code, |it| self.cell(it))
        };
        match self.get(category, "index") {
            Some(Value { kind: Kind::Array(codes), .. }) => Some(codes.iter().map(|it| label(self.cell(it))).collect()),
            Some(Value { kind: Kind::Object(codes), .. }) => {
                let mut order: Vec<(usize, GridCell)> = Vec::new();
                for (code, at) in codes {
                    order.push((self.document.slice(at.span).parse().ok()?, self.quoted(*code)));
                }
                order.sort_by_key(|it| it.0);
                Some(order.into_iter().map(|it| label(it.1)).collect())
            }
            // A dimension of one category needs no index.
            _ => Some(labels.iter().map(|it| self.cell(&it.1)).collect()),
        }
    }

    /// Values by their position: a list, an object of positions, or one for all.
    fn by_position(&self, values: &Value, rows: usize) -> Option<Vec<Option<GridCell>>> {
        let mut cells = vec![None; rows];
        match &values.kind {
            Kind::Array(items) => {
                for (cell, item) in cells.iter_mut().zip(items) {
                    *cell = Some(self.cell(item));
                }
            }
            Kind::Object(members) => {
                for (key, value) in members {
                    let at = self.text(*key).parse::<usize>().ok().filter(|it| *it < rows)?;
                    cells[at] = Some(self.cell(value));
                }
            }
            _ => cells.fill(Some(self.cell(values))),
        }
        Some(cells)
    }

    /// The data sets of an SDMX-JSON message: observations by series, or flat.
    fn sdmx(&self, data: &Members) -> Option<Vec<Grid>> {
        let structure = self.get(data, "structure").or_else(|| items(self.get(data, "structures")?)?.first());
        let structure = members(structure?)?;
        let dimensions = members(self.get(structure, "dimensions")?)?;
        let of = |level: &str| self.get(dimensions, level).and_then(items).unwrap_or_default();
        let all = [of("dataSet"), of("series"), of("observation")].map(|it| self.dimensions(it));
        let [sets, series, observations] = all;
        let (sets, series, observations) = (sets?, series?, observations?);
        let mut grids = Vec::new();
        for set in items(self.get(data, "dataSets")?)? {
            let set = members(set)?;
            let mut grid = empty(sets.iter().chain(&series).chain(&observations), None);
            let first: Vec<GridCell> = sets.iter().filter_map(|it| it.categories.first().cloned()).collect();
            let mut add = |above: &[GridCell], all: &Members| {
                for (key, value) in all {
                    let mut cells = first.clone();
                    cells.extend_from_slice(above);
                    cells.extend(self.at_key(*key, &observations)?);
                    let observed = items(value).and_then(<[Value]>::first);
                    cells.push(observed.map(|it| self.cell(it)).unwrap_or_default());
                    grid.rows.push(GridRow { cells, span: value.span, ..GridRow::default() });
                }
                Some(())
            };
            if let Some(all) = self.get(set, "observations").and_then(members) {
                add(&[], all)?;
            }
            for (key, one) in self.get(set, "series").and_then(members).unwrap_or_default() {
                let observations = members(self.get(members(one)?, "observations")?)?;
                add(&self.at_key(*key, &series)?, observations)?;
            }
            grids.push(grid);
        }
        Some(grids)
    }

    fn dimensions(&self, all: &[Value]) -> Option<Vec<Dimension>> {
        let named = |it: &Members| {
            let name = self.get(it, "name").filter(|it| matches!(it.kind, Kind::Text)).or_else(|| self.get(it, "id"));
            name.map(|it| self.cell(it))
        };
        let dimension = |it: &Value| {
            let it = members(it)?;
            let values = items(self.get(it, "values")?)?.iter().map(|it| named(members(it)?));
            Some(Dimension { name: named(it)?, categories: values.collect::<Option<_>>()? })
        };
        all.iter().map(dimension).collect()
    }

    /// The categories that a key names by position: `0:3:1`.
    fn at_key(&self, key: Span, dimensions: &[Dimension]) -> Option<Vec<GridCell>> {
        let text = self.text(key);
        let mut parts = text.split(':');
        let mut cells = Vec::new();
        for it in dimensions {
            cells.push(it.categories.get(parts.next()?.parse::<usize>().ok()?)?.clone());
        }
        parts.next().is_none().then_some(cells)
    }
}

/// A table without rows under the names of dimensions.
fn empty<'d>(dimensions: impl Iterator<Item = &'d Dimension>, title: Option<String>) -> Grid {
    let headings = dimensions.map(|it| it.name.clone()).chain([made_up("value")]).collect();
    Grid { title, headings, headings_printed: true, ..Grid::default() }
}

fn made_up(name: &str) -> GridCell {
    GridCell { span: Span::default(), unescaped: Some(name.into()) }
}

fn members(value: &Value) -> Option<&Members> {
    if let Kind::Object(members) = &value.kind { Some(members) } else { None }
}

fn items(value: &Value) -> Option<&[Value]> {
    if let Kind::Array(items) = &value.kind { Some(items) } else { None }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use crate::table::Document;

    fn shown(text: &str) -> Vec<String> {
        let document = Document::new("t.json", text.to_owned(), "UTF-8");
        let page = read(&document).unwrap();
        let grid = &page.grids[0];
        let rows = std::iter::once(&grid.headings).chain(grid.rows.iter().map(|it| &it.cells));
        rows.map(|it| it.iter().map(|it| it.text(&document)).collect::<Vec<_>>().join("|")).collect()
    }

    #[test]
    fn a_cube_of_json_stat_is_a_row_a_value() {
        let dimension = r#""dimension": {"area": {"label": "Area", "category": {"index": {"N": 1, "S": 0}, "label": {"N": "North", "S": "South"}}},
            "year": {"category": {"index": ["2001", "2002"]}}}"#;
        let rows = ["Area|year|value", "South|2001|4", "South|2002|5.50", "North|2001|", "North|2002|7"];
        let second = format!(
            r#"{{"version": "2.0", "class": "dataset", "id": ["area", "year"], "size": [2, 2], {dimension}, "value": [4, 5.50, null, 7]}}"#
        );
        assert_eq!(shown(&second), rows);
        let sparse = second.replace("[4, 5.50, null, 7]", r#"{"0": 4, "1": 5.50, "3": 7}"#);
        assert_eq!(shown(&sparse), rows);
        let first = format!(r#"{{"crimes": {{"value": [4, 5.50, null, 7], {dimension}}}}}"#)
            .replace(r#""dimension": {"#, r#""dimension": {"id": ["area", "year"], "size": [2, 2], "#);
        assert_eq!(shown(&first), rows);
    }

    #[test]
    fn a_cube_with_too_few_values_is_told() {
        let text = r#"{"id": ["y"], "size": [3], "dimension": {"y": {"category": {"index": ["1", "2", "3"]}}}, "value": [4, 5]}"#;
        let page = read(&Document::new("t.json", text.to_owned(), "UTF-8")).unwrap();
        assert_eq!(
            page.grids[0].faults[0].message,
            "expected 3 values according to the sizes of the dimensions, found 2"
        );
    }

    #[test]
    fn a_message_of_sdmx_is_a_row_an_observation() {
        let text = r#"{"dataSets": [{"series": {"0:1": {"observations": {"0": [12.5, 0], "1": [13]}}}}],
            "structure": {"dimensions": {
                "series": [{"id": "FREQ", "values": [{"id": "A", "name": "Annual"}]},
                           {"id": "GEO", "name": "Area", "values": [{"id": "N"}, {"id": "S"}]}],
                "observation": [{"id": "TIME_PERIOD", "values": [{"id": "2001"}, {"id": "2002"}]}]}}}"#;
        assert_eq!(shown(text), ["FREQ|Area|TIME_PERIOD|value", "Annual|S|2001|12.5", "Annual|S|2002|13"]);
        let flat = text
            .replace(
                r#"{"series": {"0:1": {"observations": {"0": [12.5, 0], "1": [13]}}}}"#,
                r#"{"observations": {"0:1:0": [12.5], "0:1:1": [13]}}"#,
            )
            .replace(
                r#""observation": ["#,
                r#""observation": [{"id": "FREQ", "values": [{"id": "A", "name": "Annual"}]},
                {"id": "GEO", "name": "Area", "values": [{"id": "N"}, {"id": "S"}]}, "#,
            )
            .replace(
                r#""series": [{"id": "FREQ", "values": [{"id": "A", "name": "Annual"}]},
                           {"id": "GEO", "name": "Area", "values": [{"id": "N"}, {"id": "S"}]}],"#,
                "",
            );
        assert_eq!(shown(&flat), ["FREQ|Area|TIME_PERIOD|value", "Annual|S|2001|12.5", "Annual|S|2002|13"]);
    }
}
