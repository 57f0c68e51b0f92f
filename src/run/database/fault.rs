//! What went wrong with a database, in one sentence without secrets.

use adbc_core::error::{Error as AdbcError, Status};

use super::address::Address;
use crate::error::{Error, ErrorKind};

/// Longer answers of a driver are cut.
const ANSWER_MAX: usize = 300;
/// What an answer must not repeat: the values of these.
const SECRETS: [&str; 3] = ["PGPASSWORD", "PGSSLPASSWORD", super::connection::PASSWORD];

/// The first sentence of what a driver says, without what is secret.
pub(super) fn sentence(message: &str) -> String {
    // What hands the answer on adds words of its own.
    let message = message.rsplit_once("Producer error: ").map_or(message, |it| it.1);
    let message = ["[libpq] ", "[SQLite] "].iter().fold(message, |it, word| it.trim().trim_start_matches(word));
    let line = message.lines().map(str::trim).find(|it| !it.is_empty()).unwrap_or("it gives no reason");
    let mut text: String = line.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    for secret in SECRETS.iter().filter_map(|it| std::env::var(it).ok()).filter(|it| !it.is_empty()) {
        text = text.replace(&secret, "***");
    }
    match text.char_indices().nth(ANSWER_MAX) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// Why a database could not be opened.
pub(super) fn unopened(address: &Address, why: &AdbcError) -> Error {
    let answer = sentence(&why.message);
    let lower = answer.to_lowercase();
    let refused =
        ["password authentication failed", "no password supplied", "unauthenticated", "authentication failed"];
    if matches!(why.status, Status::Unauthenticated | Status::Unauthorized)
        || refused.iter().any(|it| lower.contains(it))
    {
        return Error::new(ErrorKind::Unreadable, "the database refused the user or the password")
            .in_file(address.shown())
            .hint(
                "the address holds the user; the password comes from the environment or a file that the driver reads",
            );
    }
    Error::new(ErrorKind::Unreadable, format!("the database could not be opened: {answer}")).in_file(address.shown())
}

/// Why a query was not answered.
pub(super) fn unanswered(address: &Address, why: &AdbcError) -> Error {
    let answer = sentence(&why.message);
    let absent = ["does not exist", "no such table", "not found"];
    let is_absent = why.status == Status::NotFound || absent.iter().any(|it| answer.to_lowercase().contains(it));
    if is_absent {
        let table = address.table.join(".");
        return Error::new(ErrorKind::NotFound, format!("there is no table {table} in the database"))
            .in_file(address.shown())
            .hint(format!("the database says: {answer}"));
    }
    Error::new(ErrorKind::Unreadable, format!("the database query failed: {answer}")).in_file(address.shown())
}

/// Why an answer broke off behind so many rows.
pub(super) fn broken(address: &Address, rows: u64, why: &str) -> Error {
    let answer = sentence(why);
    Error::new(ErrorKind::Unreadable, format!("the result ended early, after {rows} rows: {answer}"))
        .in_file(address.shown())
        .hint("this table was not checked; run again when the database can be reached")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_one_short_sentence() {
        assert_eq!(sentence("\n  it failed\nLINE 1: SELECT"), "it failed");
        assert_eq!(sentence("C Data error: code 5. Producer error: [libpq] it was cut"), "it was cut");
        assert_eq!(sentence(""), "it gives no reason");
        assert_eq!(sentence("a\u{1b}[31mb"), "a [31mb");
        assert_eq!(sentence(&"é".repeat(400)).chars().count(), ANSWER_MAX + 1);
    }
}
