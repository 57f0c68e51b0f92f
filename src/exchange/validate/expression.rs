//! Expressions of R, as far as rules are written in them, into SQL.

use std::collections::BTreeMap;

use crate::exchange::draft::{matches, sql, sql_text, unique};

/// A rule, and what its columns are used as.
pub(super) struct Rule {
    pub(super) says: Says,
    pub(super) columns: BTreeMap<String, Use>,
}

pub(super) enum Says {
    /// A condition in SQL.
    Condition(String),
    /// A rule of a kind of its own, as TOML has it.
    Stanza(String),
    /// Only what type a column has.
    Type,
}

/// What a column is used as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Any,
    Text,
    Number,
    Whole,
}

// An expression that nests deeper, or goes on for longer, is no rule that a person wrote.
const DEPTH_MAX: usize = 60;
const OPERATORS_MAX: usize = 500;

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(String),
    Text(String),
    Name(String),
    Sign(String),
}

#[derive(Clone, Debug)]
enum Tree {
    Number(String),
    Text(String),
    Name(String),
    Not(Box<Tree>),
    Minus(Box<Tree>),
    Binary(String, Box<Tree>, Box<Tree>),
    /// A function's arguments, each with its name where it has one.
    Call(String, Vec<(Option<String>, Tree)>),
    If(Box<Tree>, Box<Tree>),
}

type Parsed<T> = Result<T, String>;

/// Reads a rule.
pub(super) fn rule(text: &str) -> Parsed<Rule> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0, operators: 0 };
    let tree = parser.expression(0)?;
    if let Some(rest) = parser.tokens.get(parser.at) {
        return Err(format!("not understood from {}", rest.shown()));
    }
    let mut columns = BTreeMap::new();
    let says = match whole(&tree, &mut columns)? {
        Some(says) => says,
        None => Says::Condition(condition(&tree, &mut columns)?),
    };
    Ok(Rule { says, columns })
}

impl Token {
    fn shown(&self) -> String {
        match self {
            Self::Number(it) | Self::Name(it) | Self::Sign(it) => it.clone(),
            Self::Text(it) => format!("\"{it}\""),
        }
    }
}

const SIGNS: [&str; 23] = [
    "%in%", "%vin%", "%%", "%/%", ":=", "==", "!=", "<=", ">=", "&&", "||", "<", ">", "&", "|", "!", "+", "-", "*",
    "/", "^", "(", ")",
];

fn tokens(text: &str) -> Parsed<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '0'..='9' => {
                let length = rest.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(rest.len());
                // An exponent has to be written out; `L` marks a whole number.
                let behind = &rest[length..];
                if behind.starts_with(['e', 'E', 'x']) {
                    return Err(format!("the number {}… is not written in full", &rest[..length]));
                }
                (Token::Number(rest[..length].to_owned()), length + usize::from(behind.starts_with('L')))
            }
            '"' | '\'' => quoted(rest, first)?,
            '`' => {
                let end = rest[1..].find('`').ok_or("a ` is not closed")?;
                (Token::Name(rest[1..=end].to_owned()), end + 2)
            }
            it if it.is_alphabetic() || it == '.' || it == '_' => {
                let is_part = |it: char| it.is_alphanumeric() || it == '.' || it == '_';
                let length = rest.find(|it| !is_part(it)).unwrap_or(rest.len());
                (Token::Name(rest[..length].to_owned()), length)
            }
            ',' | '=' if !rest.starts_with("==") => (Token::Sign(first.to_string()), 1),
            _ => {
                let sign = SIGNS.iter().find(|it| rest.starts_with(**it));
                let sign = sign.ok_or_else(|| format!("{first} is not understood"))?;
                (Token::Sign((*sign).to_owned()), sign.len())
            }
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// A text in quotes, and how many bytes it takes.
fn quoted(text: &str, quote: char) -> Parsed<(Token, usize)> {
    let mut out = String::new();
    let mut signs = text.char_indices().skip(1);
    while let Some((at, it)) = signs.next() {
        match it {
            '\\' => out.extend(signs.next().map(|it| match it.1 {
                'n' => '\n',
                't' => '\t',
                other => other,
            })),
            it if it == quote => return Ok((Token::Text(out), at + 1)),
            it => out.push(it),
        }
    }
    Err("a string is not closed".to_owned())
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    operators: usize,
}

/// How tightly an operator binds, from R's own table.
fn strength(sign: &str) -> Option<u8> {
    Some(match sign {
        "|" | "||" => 1,
        "&" | "&&" => 2,
        "==" | "!=" | "<" | ">" | "<=" | ">=" => 4,
        "+" | "-" => 5,
        "*" | "/" => 6,
        "%in%" | "%vin%" | "%%" => 7,
        "^" => 9,
        _ => return None,
    })
}

impl Parser {
    fn takes(&mut self, sign: &str) -> bool {
        let is_next = matches!(self.tokens.get(self.at), Some(Token::Sign(it)) if it == sign);
        self.at += usize::from(is_next);
        is_next
    }

    fn expects(&mut self, sign: &str) -> Parsed<()> {
        if self.takes(sign) { Ok(()) } else { Err(format!("expected {sign}")) }
    }

    fn expression(&mut self, least: u8) -> Parsed<Tree> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err("nested too deep".to_owned());
        }
        let mut left = self.first()?;
        while let Some(Token::Sign(sign)) = self.tokens.get(self.at).cloned() {
            let Some(strength) = strength(&sign).filter(|it| *it >= least) else { break };
            self.at += 1;
            // Each of them makes the tree one level deeper.
            self.operators += 1;
            if self.operators > OPERATORS_MAX {
                return Err(format!("more than {OPERATORS_MAX} operators"));
            }
            let right = self.expression(strength + 1)?;
            left = Tree::Binary(sign, Box::new(left), Box::new(right));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn first(&mut self) -> Parsed<Tree> {
        let token = self.tokens.get(self.at).cloned().ok_or("ends too early")?;
        self.at += 1;
        Ok(match token {
            Token::Number(it) => Tree::Number(it),
            Token::Text(it) => Tree::Text(it),
            Token::Name(it) if it == "if" => {
                self.expects("(")?;
                let when = self.expression(0)?;
                self.expects(")")?;
                let then = self.expression(0)?;
                if matches!(self.tokens.get(self.at), Some(Token::Name(it)) if it == "else") {
                    return Err("an if with an else is not understood".to_owned());
                }
                Tree::If(Box::new(when), Box::new(then))
            }
            Token::Name(name) if self.takes("(") => Tree::Call(name, self.arguments()?),
            Token::Name(name) => Tree::Name(name),
            Token::Sign(sign) => match sign.as_str() {
                "(" => {
                    let inner = self.expression(0)?;
                    self.expects(")")?;
                    inner
                }
                "!" => Tree::Not(Box::new(self.expression(3)?)),
                "-" => Tree::Minus(Box::new(self.expression(8)?)),
                other => return Err(format!("{other} is not understood here")),
            },
        })
    }

    fn arguments(&mut self) -> Parsed<Vec<(Option<String>, Tree)>> {
        let mut all = Vec::new();
        while !self.takes(")") {
            let named = match (self.tokens.get(self.at), self.tokens.get(self.at + 1)) {
                (Some(Token::Name(name)), Some(Token::Sign(sign))) if sign == "=" => Some(name.clone()),
                _ => None,
            };
            self.at += if named.is_some() { 2 } else { 0 };
            all.push((named, self.expression(0)?));
            if !self.takes(",") && !matches!(self.tokens.get(self.at), Some(Token::Sign(it)) if it == ")") {
                return Err("expected , or )".to_owned());
            }
        }
        Ok(all)
    }
}

type Columns = BTreeMap<String, Use>;

/// The rules that have a kind of their own, or only say a type.
fn whole(tree: &Tree, columns: &mut Columns) -> Parsed<Option<Says>> {
    let Tree::Call(name, arguments) = tree else { return Ok(None) };
    let names = || -> Option<Vec<String>> {
        let name = |it: &(Option<String>, Tree)| match it {
            (None, Tree::Name(name)) => Some(name.clone()),
            _ => None,
        };
        arguments.iter().map(name).collect()
    };
    match (name.as_str(), arguments.as_slice()) {
        ("is_unique" | "all_unique", [_, ..]) => {
            let names = names().ok_or("its arguments are not columns")?;
            for it in &names {
                used(columns, it, Use::Any);
            }
            Ok(Some(Says::Stanza(unique(&names))))
        }
        ("is.numeric" | "is.integer" | "is.character", [(None, Tree::Name(column))]) => {
            let kind = match name.as_str() {
                "is.numeric" => Use::Number,
                "is.integer" => Use::Whole,
                _ => Use::Text,
            };
            used(columns, column, kind);
            Ok(Some(Says::Type))
        }
        ("grepl" | "field_format", [(_, first), (_, second)]) => {
            let is_grep = name == "grepl";
            let (pattern, column) = if is_grep { (first, second) } else { (second, first) };
            let (Tree::Text(pattern), Tree::Name(column)) = (pattern, column) else {
                return Err(format!("{name} takes a column and a pattern"));
            };
            used(columns, column, Use::Text);
            let pattern = if is_grep { pattern.clone() } else { globbed(pattern) };
            Ok(Some(Says::Stanza(matches(column, &pattern))))
        }
        _ => Ok(None),
    }
}

/// A pattern with `*` and `?` as a regular expression.
fn globbed(pattern: &str) -> String {
    let sign = |it: char| match it {
        '*' => ".*".to_owned(),
        '?' => ".".to_owned(),
        it => regex::escape(&it.to_string()),
    };
    format!("^{}$", pattern.chars().map(sign).collect::<String>())
}

fn used(columns: &mut Columns, name: &str, how: Use) {
    let it = columns.entry(name.to_owned()).or_insert(how);
    if *it == Use::Any {
        *it = how;
    }
}

/// A condition in SQL.
fn condition(tree: &Tree, columns: &mut Columns) -> Parsed<String> {
    Ok(match tree {
        Tree::Not(it) => format!("not ({})", condition(it, columns)?),
        Tree::If(when, then) => {
            format!("not ({}) or ({})", condition(when, columns)?, condition(then, columns)?)
        }
        Tree::Binary(sign, left, right) => match sign.as_str() {
            "&" | "&&" => format!("({}) and ({})", condition(left, columns)?, condition(right, columns)?),
            "|" | "||" => format!("({}) or ({})", condition(left, columns)?, condition(right, columns)?),
            "%in%" | "%vin%" => listed(left, right, columns)?,
            "==" | "!=" | "<" | ">" | "<=" | ">=" => comparison(sign, left, right, columns)?,
            _ => return Err("it is not a condition".to_owned()),
        },
        Tree::Call(name, arguments) => asked(name, arguments, columns)?,
        Tree::Name(_) | Tree::Number(_) | Tree::Text(_) | Tree::Minus(_) => {
            return Err("it is not a condition".to_owned());
        }
    })
}

fn comparison(sign: &str, left: &Tree, right: &Tree, columns: &mut Columns) -> Parsed<String> {
    let is_text = matches!(left, Tree::Text(_)) || matches!(right, Tree::Text(_));
    let is_named = |it: &Tree| matches!(it, Tree::Name(_));
    // Two columns that are compared may be texts, too, but for an order of them.
    let how = match (is_text, is_named(left) && is_named(right) && matches!(sign, "==" | "!=")) {
        (true, _) => Use::Text,
        (false, true) => Use::Any,
        (false, false) => Use::Number,
    };
    let sign = match sign {
        "==" => "=",
        "!=" => "<>",
        other => other,
    };
    Ok(format!("{} {sign} {}", value(left, how, columns)?, value(right, how, columns)?))
}

/// `x %in% c(…)`, which is undetermined of NA, where R says that it fails.
fn listed(left: &Tree, right: &Tree, columns: &mut Columns) -> Parsed<String> {
    let items = match right {
        Tree::Call(name, items) if name == "c" => items.iter().map(|it| &it.1).collect(),
        single => vec![single],
    };
    let is_text = items.iter().any(|it| matches!(it, Tree::Text(_)));
    let left = value(left, if is_text { Use::Text } else { Use::Number }, columns)?;
    let items: Vec<String> = items
        .into_iter()
        .map(|it| match it {
            Tree::Text(_) | Tree::Number(_) | Tree::Minus(_) => value(it, Use::Any, columns),
            _ => Err("the list must hold only strings and numbers".to_owned()),
        })
        .collect::<Parsed<_>>()?;
    Ok(format!("{left} in ({})", items.join(", ")))
}

/// A function that is a condition.
fn asked(name: &str, arguments: &[(Option<String>, Tree)], columns: &mut Columns) -> Parsed<String> {
    let named = |key: &str, at: usize| {
        let by_name = arguments.iter().find(|it| it.0.as_deref() == Some(key));
        by_name.or_else(|| arguments.get(at).filter(|it| it.0.is_none())).map(|it| &it.1)
    };
    let first = arguments.first().map(|it| &it.1).ok_or_else(|| format!("{name}() has no argument"))?;
    Ok(match name {
        "is.na" => format!("{} is null", value(first, Use::Any, columns)?),
        "is_complete" | "all_complete" => {
            let all = arguments.iter().map(|it| Ok(format!("{} is not null", value(&it.1, Use::Any, columns)?)));
            all.collect::<Parsed<Vec<_>>>()?.join(" and ")
        }
        "in_range" => {
            let (Some(low), Some(high)) = (named("min", 1), named("max", 2)) else {
                return Err("in_range() needs min and max".to_owned());
            };
            if arguments.len() > 3 {
                return Err("in_range() with strict is not understood".to_owned());
            }
            let (low, high) = (value(low, Use::Number, columns)?, value(high, Use::Number, columns)?);
            format!("{} between {low} and {high}", value(first, Use::Number, columns)?)
        }
        "field_length" => {
            let length = format!("length({})", value(first, Use::Text, columns)?);
            let ends = (named("min", 1), named("max", 2));
            match (named("n", 1).filter(|_| arguments.len() == 2), ends) {
                (Some(n), _) => format!("{length} = {}", value(n, Use::Number, columns)?),
                (None, (Some(low), Some(high))) => {
                    let (low, high) = (value(low, Use::Number, columns)?, value(high, Use::Number, columns)?);
                    format!("{length} between {low} and {high}")
                }
                _ => return Err("field_length() needs n, or min and max".to_owned()),
            }
        }
        _ => return Err(format!("there is no rule for {name}()")),
    })
}

/// A value in SQL.
fn value(tree: &Tree, how: Use, columns: &mut Columns) -> Parsed<String> {
    Ok(match tree {
        Tree::Number(it) => it.clone(),
        Tree::Text(it) => sql_text(it),
        Tree::Name(name) if matches!(name.as_str(), "TRUE" | "FALSE" | "NA" | "T" | "F" | ".") => {
            return Err(format!("{name} is not understood"));
        }
        Tree::Name(name) => {
            used(columns, name, how);
            sql(name)
        }
        Tree::Minus(it) => format!("-{}", value(it, Use::Number, columns)?),
        Tree::Binary(sign, left, right) => {
            let sign = match sign.as_str() {
                "+" | "-" | "*" | "/" => sign.as_str(),
                "%%" => "%",
                other => return Err(format!("{other} is not understood in a value")),
            };
            format!("({} {sign} {})", value(left, Use::Number, columns)?, value(right, Use::Number, columns)?)
        }
        Tree::Call(name, arguments) => called(name, arguments, columns)?,
        Tree::Not(_) | Tree::If(..) => return Err("expected a value, found a condition".to_owned()),
    })
}

/// A function that has a value.
fn called(name: &str, arguments: &[(Option<String>, Tree)], columns: &mut Columns) -> Parsed<String> {
    let removes =
        matches!(arguments.get(1), Some((Some(key), Tree::Name(it))) if key == "na.rm" && (it == "TRUE" || it == "T"));
    match (name, arguments) {
        ("nrow", [(None, Tree::Name(it))]) if it == "." => Ok("count(*)".to_owned()),
        ("nchar", [(None, it)]) => Ok(format!("length({})", value(it, Use::Text, columns)?)),
        ("abs", [(None, it)]) => Ok(format!("abs({})", value(it, Use::Number, columns)?)),
        ("sum" | "mean" | "min" | "max" | "median", [(None, it)]) => {
            let name = if name == "mean" { "avg" } else { name };
            Ok(format!("{name}({})", value(it, Use::Number, columns)?))
        }
        ("sum" | "mean" | "min" | "max" | "median", [(None, it), _]) if removes => {
            let name = if name == "mean" { "avg" } else { name };
            let of = value(it, Use::Number, columns)?;
            Ok(format!("{name}({of}) filter (where {of} is not null)"))
        }
        _ => Err(format!("there is no rule for {name}()")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        match rule(text) {
            Ok(Rule { says: Says::Condition(it) | Says::Stanza(it), .. }) => it,
            Ok(_) => "type".to_owned(),
            Err(it) => format!("error: {it}"),
        }
    }

    #[test]
    fn expressions_of_r_become_sql() {
        for (r, sql) in [
            ("turnover + other.rev == total.rev", "(\"turnover\" + \"other.rev\") = \"total.rev\""),
            ("staff >= 0L", "\"staff\" >= 0"),
            ("if (staff > 0) staff.costs > 0", "not (\"staff\" > 0) or (\"staff.costs\" > 0)"),
            ("mean(profit) >= 1", "avg(\"profit\") >= 1"),
            ("sum(x, na.rm=TRUE) > 0", "sum(\"x\") filter (where \"x\" is not null) > 0"),
            ("size %in% c('sc0', \"sc1\")", "\"size\" in ('sc0', 'sc1')"),
            ("!is.na(a) & b != 'x'", "(not (\"a\" is null)) and (\"b\" <> 'x')"),
            ("in_range(age, min=0, max=120)", "\"age\" between 0 and 120"),
            ("nchar(id) == 5", "length(\"id\") = 5"),
            ("-a^2 > 1", "error: ^ is not understood in a value"),
            ("abs(a - b*2) <= 0.5", "abs((\"a\" - (\"b\" * 2))) <= 0.5"),
            ("nrow(.) == 10", "count(*) = 10"),
            ("is_unique(a, b)", "unique = [\"a\", \"b\"]"),
            ("is.numeric(a)", "type"),
            ("cor(a, b) > 0.5", "error: there is no rule for cor()"),
            ("a ~ b", "error: ~ is not understood"),
            ("x := 5", "error: not understood from :="),
            ("a > 1e5", "error: the number 1… is not written in full"),
        ] {
            assert_eq!(said(r), sql, "{r}");
        }
    }

    #[test]
    fn no_text_is_too_deep_or_too_odd() {
        for text in
            ["(".repeat(10_000), "!".repeat(10_000), "'".to_owned(), "`".to_owned(), "é(".to_owned(), "%".to_owned()]
        {
            assert!(rule(&text).is_err());
        }
        assert_eq!(said(&format!("{}b > 0", "a + ".repeat(100_000))), "error: more than 500 operators");
    }
}
