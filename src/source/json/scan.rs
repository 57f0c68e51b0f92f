//! JSON text to values that know where they stand.
//!
//! A number stays as printed: `1.50` keeps its zero, and `10` of a million
//! digits is no float.

use crate::table::Span;

/// Deeper nesting is no table.
const DEPTH_MAX: usize = 64;

/// A value, with everything printed of it.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) span: Span,
    pub(super) kind: Kind,
}

/// What a value is.
#[derive(Debug)]
pub(super) enum Kind {
    Null,
    /// A number, `true` or `false`: what is printed.
    Bare,
    /// A string; its span is that of the quotes.
    Text,
    Array(Vec<Value>),
    /// Keys stand at their spans, with quotes.
    Object(Vec<(Span, Value)>),
}

/// What is wrong, and where.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) at: usize,
    pub(super) expected: &'static str,
}

/// Reads all values of a text: one, or one after the other (NDJSON).
pub(super) fn values(text: &str) -> Result<Vec<Value>, Wrong> {
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0 };
    let mut values = Vec::new();
    scanner.skip();
    while scanner.at < scanner.bytes.len() {
        values.push(scanner.value(0)?);
        scanner.skip();
    }
    Ok(values)
}

/// Reads the value that starts at an offset or behind it, and says where it ends;
/// nothing where no more follows.
pub(super) fn value_from(text: &str, at: usize) -> Result<Option<(Value, usize)>, Wrong> {
    let mut scanner = Scanner { bytes: text.as_bytes(), at };
    scanner.skip();
    if scanner.at == scanner.bytes.len() {
        return Ok(None);
    }
    let value = scanner.value(0)?;
    Ok(Some((value, scanner.at)))
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn skip(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn wrong<T>(&self, expected: &'static str) -> Result<T, Wrong> {
        Err(Wrong { at: self.at, expected })
    }

    fn value(&mut self, depth: usize) -> Result<Value, Wrong> {
        if depth > DEPTH_MAX {
            return self.wrong("a value that is nested less deeply");
        }
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => {
                self.string()?;
                Kind::Text
            }
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Kind::Bare)?,
            Some(b'f') => self.word("false", Kind::Bare)?,
            Some(b'n') => self.word("null", Kind::Null)?,
            _ => return self.wrong("a value"),
        };
        Ok(Value { span: Span::new(start, self.at), kind })
    }

    fn word(&mut self, word: &'static str, kind: Kind) -> Result<Kind, Wrong> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return self.wrong("true, false or null");
        }
        self.at += word.len();
        Ok(kind)
    }

    fn number(&mut self) -> Result<Kind, Wrong> {
        let start = self.at;
        while matches!(self.peek(), Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')) {
            self.at += 1;
        }
        let text = std::str::from_utf8(&self.bytes[start..self.at]).unwrap_or("");
        if text.bytes().all(|it| it.is_ascii_digit()) {
            return Ok(Kind::Bare);
        }
        if serde_json::from_str::<serde_json::Number>(text).is_err() && text.parse::<f64>().is_err() {
            self.at = start;
            return self.wrong("a number");
        }
        Ok(Kind::Bare)
    }

    fn string(&mut self) -> Result<(), Wrong> {
        let start = self.at;
        self.at += 1;
        while let Some(next) = memchr::memchr2(b'"', b'\\', self.bytes.get(self.at..).unwrap_or_default()) {
            self.at += next;
            if self.peek() == Some(b'"') {
                self.at += 1;
                return Ok(());
            }
            // What follows is no end, whatever it is.
            self.at += 2;
        }
        self.at = start;
        self.wrong("a closing quote")
    }

    fn array(&mut self, depth: usize) -> Result<Kind, Wrong> {
        let mut values = Vec::new();
        self.at += 1;
        self.skip();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Kind::Array(values));
        }
        loop {
            values.push(self.value(depth + 1)?);
            self.skip();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return self.wrong("a comma or ]"),
            }
            self.skip();
        }
        self.at += 1;
        Ok(Kind::Array(values))
    }

    fn object(&mut self, depth: usize) -> Result<Kind, Wrong> {
        let mut members = Vec::new();
        self.at += 1;
        self.skip();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Kind::Object(members));
        }
        loop {
            if self.peek() != Some(b'"') {
                return self.wrong("a key in quotes");
            }
            let start = self.at;
            self.string()?;
            let key = Span::new(start, self.at);
            self.skip();
            if self.peek() != Some(b':') {
                return self.wrong("a colon");
            }
            self.at += 1;
            self.skip();
            members.push((key, self.value(depth + 1)?));
            self.skip();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return self.wrong("a comma or }"),
            }
            self.skip();
        }
        self.at += 1;
        Ok(Kind::Object(members))
    }
}
