//! Variables of a rule file: `$limit` stands for what `[variables]` gives it.
//!
//! A variable is put in place as tokens before anything is parsed, in parentheses where
//! it is more than one, so that everything after this sees plain SQL.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::dialect::{column_of, fault, tokenize};
use super::names::with_nearest;
use crate::error::Result;

/// A variable grows by those in it no further than this.
const TOKENS_MAX: usize = 2_000;

/// What a variable stands for: an expression, or a number.
#[derive(Clone, Debug)]
pub(crate) struct VariableText(pub(crate) String);

/// Variables stand for each other no deeper than this.
const DEPTH_MAX: usize = 100;

/// The variables of a rule file, each with the tokens it stands for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables(BTreeMap<String, Vec<TokenWithSpan>>);

/// Where no variable is declared.
#[cfg(test)]
pub(crate) static NO_VARIABLES: Variables = Variables(BTreeMap::new());

impl Variables {
    /// Reads variables, each by those that are declared, in any order; or says which
    /// are wrong, by their places in the list, and how.
    pub(crate) fn read(declared: &[(&str, &str)]) -> (Self, Vec<(usize, crate::Error)>) {
        let places = declared.iter().enumerate().map(|(at, it)| (it.0, at)).collect();
        let mut reading = Reading { declared, places, read: Self::default(), open: Vec::new() };
        let mut errors = Vec::new();
        for at in 0..declared.len() {
            if let Err(error) = reading.resolve(at) {
                reading.open.clear();
                errors.push((at, error));
            }
        }
        (reading.read, errors)
    }

    /// Puts what they stand for in place of their names.
    pub(super) fn put(&self, tokens: Vec<TokenWithSpan>) -> Result<Vec<TokenWithSpan>> {
        let names = || self.0.keys().map(String::as_str).collect();
        substitute(tokens, &names, |name| self.0.get(name).map(|it| Ok(it.clone())))
    }
}

/// Variables while they are read.
struct Reading<'a> {
    declared: &'a [(&'a str, &'a str)],
    places: HashMap<&'a str, usize>,
    read: Variables,
    /// Those that are being read, each for the one before it.
    open: Vec<usize>,
}

impl Reading<'_> {
    /// The tokens of a variable, with those of others in place of their names.
    fn resolve(&mut self, at: usize) -> Result<Vec<TokenWithSpan>> {
        let (name, text) = self.declared[at];
        if let Some(known) = self.read.0.get(name) {
            return Ok(known.clone());
        }
        if self.open.contains(&at) {
            let chain: Vec<String> =
                self.open.iter().chain([&at]).map(|it| format!("${}", self.declared[*it].0)).collect();
            return Err(fault(format!("a variable refers to itself: {}", chain.join(" -> "))));
        }
        if self.open.len() == DEPTH_MAX {
            return Err(fault(format!("variables refer to each other more than {DEPTH_MAX} levels deep"))
                .hint("declare variables before those that use them"));
        }
        self.open.push(at);
        let declared = self.declared;
        let names = || declared.iter().map(|it| it.0).collect();
        let tokens = substitute(tokenize(text)?, &names, |name| {
            let at = self.places.get(name).copied()?;
            Some(self.resolve(at))
        })?;
        self.open.pop();
        if tokens.is_empty() {
            return Err(fault(format!("${name} is empty")));
        }
        if tokens.len() > TOKENS_MAX {
            let message = format!("the expression of ${name} is too long: {} tokens", tokens.len());
            return Err(fault(message));
        }
        self.read.0.insert(name.to_owned(), tokens.clone());
        Ok(tokens)
    }
}

fn substitute<'n>(
    tokens: Vec<TokenWithSpan>,
    names: &dyn Fn() -> Vec<&'n str>,
    mut value: impl FnMut(&str) -> Option<Result<Vec<TokenWithSpan>>>,
) -> Result<Vec<TokenWithSpan>> {
    let mut out = Vec::with_capacity(tokens.len());
    for it in tokens {
        let Token::Placeholder(written) = &it.token else {
            out.push(it);
            continue;
        };
        let name = written.trim_start_matches('$');
        let Some(found) = value(name) else {
            let error = fault(format!("there is no variable {written}{}", column_of(it.span.start)));
            let names = names();
            return Err(if names.is_empty() {
                error.hint("declare it: [variables] limit = 50")
            } else {
                with_nearest(error, name, names.into_iter())
            });
        };
        // Faults point at the name, wherever the value is written.
        let placed = |token: Token| TokenWithSpan { token, span: it.span };
        let found: Vec<TokenWithSpan> = found?.into_iter().map(|it| placed(it.token)).collect();
        if found.len() == 1 {
            out.extend(found);
        } else {
            out.push(placed(Token::LParen));
            out.extend(found);
            out.push(placed(Token::RParen));
        }
        if out.len() > TOKENS_MAX {
            return Err(fault("an expression is too long after its variables are filled in"));
        }
    }
    Ok(out)
}

struct TextVisitor;

impl<'de> Deserialize<'de> for VariableText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

impl Visitor<'_> for TextVisitor {
    type Value = VariableText;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a number, or an expression as a string")
    }

    fn visit_i64<E: de::Error>(self, it: i64) -> Result<VariableText, E> {
        Ok(VariableText(it.to_string()))
    }

    fn visit_f64<E: de::Error>(self, it: f64) -> Result<VariableText, E> {
        // The shortest text that reads back as this float is what was written.
        Ok(VariableText(it.to_string()))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<VariableText, E> {
        Ok(VariableText(text.to_owned()))
    }
}

impl JsonSchema for VariableText {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Variable".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["number", "string"], "description": "A number, or an expression." })
    }
}
