//! Variables of a rule file: `$limit` stands for what `[variables]` gives it.
//!
//! A variable is put in place as tokens before anything is parsed, in parentheses where
//! it is more than one, so that everything after this sees plain SQL.

use std::borrow::Cow;
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

/// The variables of a rule file, each with the tokens it stands for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables(Vec<(String, Vec<TokenWithSpan>)>);

/// Where no variable is declared.
#[cfg(test)]
pub(crate) static NO_VARIABLES: Variables = Variables(Vec::new());

impl Variables {
    /// Reads variables, each by those that are declared, in any order; or says which
    /// are wrong, by their places in the list, and how.
    pub(crate) fn read(declared: &[(&str, &str)]) -> (Self, Vec<(usize, crate::Error)>) {
        let (mut read, mut errors) = (Self::default(), Vec::new());
        for (at, (name, _)) in declared.iter().enumerate() {
            match resolve(declared, at, &mut Vec::new()) {
                Ok(tokens) => read.0.push(((*name).to_owned(), tokens)),
                Err(error) => errors.push((at, error)),
            }
        }
        (read, errors)
    }

    /// Puts what they stand for in place of their names.
    pub(super) fn put(&self, tokens: Vec<TokenWithSpan>) -> Result<Vec<TokenWithSpan>> {
        let value = |name: &str| self.0.iter().find(|it| it.0 == name).map(|it| Ok(it.1.clone()));
        substitute(tokens, self.0.iter().map(|it| it.0.as_str()).collect(), value)
    }
}

/// The tokens of a variable, with those of others in place of their names; `open` are the
/// variables that it is read for.
fn resolve(declared: &[(&str, &str)], at: usize, open: &mut Vec<usize>) -> Result<Vec<TokenWithSpan>> {
    let (name, text) = declared[at];
    if open.contains(&at) {
        let chain: Vec<String> = open.iter().chain([&at]).map(|it| format!("${}", declared[*it].0)).collect();
        return Err(fault(format!("a variable refers to itself: {}", chain.join(" -> "))));
    }
    open.push(at);
    let names = declared.iter().map(|it| it.0).collect();
    let find = |name: &str| Some(resolve(declared, declared.iter().position(|it| it.0 == name)?, &mut open.clone()));
    let tokens = substitute(tokenize(text)?, names, find)?;
    open.pop();
    if tokens.is_empty() {
        return Err(fault(format!("${name} is empty")));
    }
    if tokens.len() > TOKENS_MAX {
        return Err(fault(format!("the expression of ${name} is too long: {} tokens", tokens.len())));
    }
    Ok(tokens)
}

fn substitute(
    tokens: Vec<TokenWithSpan>,
    names: Vec<&str>,
    value: impl Fn(&str) -> Option<Result<Vec<TokenWithSpan>>>,
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
