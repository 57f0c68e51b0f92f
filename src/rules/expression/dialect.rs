//! Reads SQL text into a syntax tree: our identifiers, our few keywords.

use sqlparser::ast::Expr;
use sqlparser::dialect::Dialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};

use super::shorthand;
use super::variables::Variables;
use crate::error::{Error, ErrorKind, Result};

/// SQL with identifiers in `[ ]` or `" "`, and `FILTER (WHERE …)`.
#[derive(Debug)]
struct RuleDialect;

impl Dialect for RuleDialect {
    fn is_delimited_identifier_start(&self, it: char) -> bool {
        matches!(it, '[' | '"')
    }

    fn is_identifier_start(&self, it: char) -> bool {
        it.is_alphabetic() || it == '_'
    }

    fn is_identifier_part(&self, it: char) -> bool {
        it.is_alphanumeric() || it == '_'
    }

    fn supports_filter_during_aggregation(&self) -> bool {
        true
    }
}

// A tree is as deep as its tokens are many (`a + a + …` leans to the left),
// and it is taken down recursively: this many are safe on a small stack.
const TOKENS_MAX: usize = 2_000;
const NESTING_MAX: usize = 48;

/// Keywords of rule expressions; every other word can be a column's name.
const KEYWORDS: &[Keyword] = &[
    Keyword::AND,
    Keyword::BETWEEN,
    Keyword::CASE,
    Keyword::DATE,
    Keyword::DISTINCT,
    Keyword::ELSE,
    Keyword::END,
    Keyword::ESCAPE,
    Keyword::FALSE,
    Keyword::FILTER,
    Keyword::FROM,
    Keyword::ILIKE,
    Keyword::IN,
    Keyword::IS,
    Keyword::LIKE,
    Keyword::NOT,
    Keyword::NULL,
    Keyword::OR,
    Keyword::THEN,
    Keyword::TRUE,
    Keyword::UNKNOWN,
    Keyword::WHEN,
    Keyword::WHERE,
];

/// Parses one expression, and nothing after it, with variables in place of their names.
///
/// # Errors
///
/// [`ErrorKind::Expression`] where the text is not one SQL expression, or is
/// longer or deeper than a rule can sensibly be.
pub(super) fn parse(text: &str, variables: &Variables) -> Result<Expr> {
    parse_for(text, variables, None)
}

/// The same, with a column in place of `it`.
pub(super) fn parse_for(text: &str, variables: &Variables, it: Option<&str>) -> Result<Expr> {
    let mut tokens = variables.put(tokenize(text)?)?;
    let count = tokens.iter().filter(|it| !matches!(it.token, Token::Whitespace(_))).count();
    if count > TOKENS_MAX {
        return Err(fault(format!("an expression of {count} tokens is too long")));
    }
    keep_own_keywords(&mut tokens)?;
    if let Some(column) = it {
        put_column(&mut tokens, column);
    }
    let tokens = shorthand::expand(tokens)?;
    let mut parser = Parser::new(&RuleDialect).with_recursion_limit(NESTING_MAX).with_tokens_with_locations(tokens);
    let expression = parser.parse_expr().map_err(|it| parser_fault(&it))?;
    let next = parser.peek_token();
    if next.token != Token::EOF {
        let place = column_of(next.span.start);
        return Err(fault(format!("expected the end of the expression, found {}{place}", next.token)));
    }
    Ok(expression)
}

/// The tokens of an expression, with their places.
pub(super) fn tokenize(text: &str) -> Result<Vec<TokenWithSpan>> {
    let tokens = Tokenizer::new(&RuleDialect, text).tokenize_with_location();
    tokens.map_err(|it| fault(format!("{}{}", lower_first(&it.message), column_of(it.location))))
}

/// Turns words that mean something elsewhere in SQL into plain names, so that
/// columns can be called `interval`, `order` or `year`.
fn keep_own_keywords(tokens: &mut [TokenWithSpan]) -> Result<()> {
    let mut before_is_point = false;
    for it in tokens {
        if let Token::Word(word) = &mut it.token {
            if matches!(word.keyword, Keyword::SELECT | Keyword::EXISTS) && !before_is_point {
                let place = column_of(it.span.start);
                return Err(fault(format!("subqueries cannot be used in a rule{place}"))
                    .hint("to count rows of another table, use `tally` or an aggregate: sum(table.column)"));
            }
            if before_is_point || !KEYWORDS.contains(&word.keyword) {
                word.keyword = Keyword::NoKeyword;
            }
        }
        before_is_point = it.token == Token::Period;
    }
    Ok(())
}

/// Puts a column in place of the word `it`.
fn put_column(tokens: &mut [TokenWithSpan], column: &str) {
    let plain = column.chars().all(|it| it.is_alphanumeric() || it == '_') && !column.starts_with(char::is_numeric);
    let keyword = Token::make_word(column, None);
    let is_keyword = matches!(&keyword, Token::Word(it) if KEYWORDS.contains(&it.keyword));
    let quote = (!plain || is_keyword).then_some('"');
    for it in tokens {
        if matches!(&it.token, Token::Word(word) if word.value == "it" && word.quote_style.is_none()) {
            it.token = Token::make_word(column, quote);
            if let Token::Word(word) = &mut it.token {
                word.keyword = Keyword::NoKeyword;
            }
        }
    }
}

fn parser_fault(error: &ParserError) -> Error {
    match error {
        ParserError::RecursionLimitExceeded => fault("the expression is nested too deeply"),
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => {
            let (message, place) = text.rsplit_once(" at Line: ").unwrap_or((text, ""));
            let column = place.rsplit_once("Column: ").map_or("", |it| it.1);
            let place =
                if column.is_empty() { String::new() } else { format!(", at column {column} of the expression") };
            if message.contains("infix parser for token") || message.contains("prefix parser for token") {
                return fault(format!("an operator that cannot be used in a rule{place}"));
            }
            let message = message.replace("Expected: ", "expected ").replace("found: EOF", "found its end");
            fault(format!("{}{place}", lower_first(&message.replace("found: ", "found "))))
        }
    }
}

pub(super) fn column_of(at: Location) -> String {
    if at.column == 0 { String::new() } else { format!(", at column {} of the expression", at.column) }
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |it| it.to_lowercase().chain(characters).collect())
}

/// An error of the expression's text.
pub(super) fn fault(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Expression, message)
}
