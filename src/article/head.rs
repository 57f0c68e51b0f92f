//! What a number counts: the noun phrase behind it, and its participle.

use super::mention::Head;
use super::tokens::Token;
use super::words::{atom, is_border, stem};

/// A noun phrase has so many words at most.
const WORDS_MAX: usize = 9;

/// Reads what is counted by a number that ends at a token, within its sentence.
pub(super) fn read(tokens: &[Token<'_>], at: usize, end: usize) -> Head {
    let mut head = Head { end: at, ..Head::default() };
    let mut next = at;
    if tokens.get(next).is_some_and(|it| it.is("of")) {
        head.partitive = true;
        next += 1;
        while tokens
            .get(next)
            .is_some_and(|it| matches!(&*it.lower, "the" | "these" | "those" | "all" | "its" | "their"))
        {
            next += 1;
        }
        if tokens.get(next).is_some_and(|it| matches!(&*it.lower, "them" | "which" | "whom")) {
            head.end = next + 1;
            head.verb = verb(tokens, head.end, end);
            return head;
        }
        // A share of a number is a share of what the number counts.
        if tokens.get(next).is_some_and(|it| it.is_number() || atom(&it.lower).is_some()) {
            head.end = next;
            return head;
        }
    }
    phrase(tokens, next, end, &mut head);
    if head.verb.is_none() {
        head.verb = verb(tokens, head.end, end);
    }
    head
}

fn phrase(tokens: &[Token<'_>], start: usize, end: usize, head: &mut Head) {
    let mut current: Vec<String> = Vec::new();
    let mut in_complement = false;
    let mut at = start;
    while at < end.min(start + 2 * WORDS_MAX) {
        let token = &tokens[at];
        let next_word = tokens.get(at + 1).filter(|it| at + 1 < end && it.is_word());
        if token.is("of") && !in_complement && !current.is_empty() && next_word.is_some_and(|it| !is_pronoun(&it.lower))
        {
            head.nouns = std::mem::take(&mut current);
            in_complement = true;
        } else if matches!(&*token.lower, "and" | ",") && in_complement && !current.is_empty() {
            let goes_on = next_word.is_some_and(|it| it.is("and") || joins(it));
            if !goes_on {
                break;
            }
            head.of.push(std::mem::take(&mut current));
            at += usize::from(next_word.is_some_and(|it| it.is("and")));
        } else if token.is("the") && in_complement && current.is_empty() {
            // `of the robberies`.
        } else if token.is_dash() && !token.spaced && !current.is_empty() && next_word.is_some_and(|it| !it.spaced) {
            // A compound stays in its phrase.
        } else if !token.is_word() || is_border(&token.lower) || atom(&token.lower).is_some() {
            break;
        } else if is_participle(&token.lower) && !current.is_empty() {
            head.verb = Some(token.lower.clone().into_owned());
            break;
        } else {
            if current.is_empty() && is_participle(&token.lower) {
                head.verb = Some(token.lower.clone().into_owned());
            }
            current.push(stem(&token.lower));
        }
        at += 1;
        if head.words().count() + current.len() >= WORDS_MAX {
            break;
        }
    }
    match (in_complement, current.is_empty()) {
        (true, false) => head.of.push(current),
        (false, _) => head.nouns = current,
        _ => {}
    }
    head.end = at;
}

/// Whether a word behind `and` may be one more noun of the phrase.
fn joins(word: &Token<'_>) -> bool {
    !is_border(&word.lower) && atom(&word.lower).is_none() && !is_participle(&word.lower)
}

fn is_pronoun(word: &str) -> bool {
    ["them", "which", "whom", "us", "it", "those", "these"].contains(&word)
}

/// Whether a word has the form of a past participle.
pub(super) fn is_participle(word: &str) -> bool {
    let irregular =
        ["shot", "stolen", "dead", "wounded", "slain", "sold", "born", "missing", "ill", "homeless", "found"];
    let plain =
        ["hundred", "need", "seed", "breed", "feed", "speed", "shed", "bed", "red", "united", "unarmed", "breed"];
    irregular.contains(&word) || (word.len() > 4 && word.ends_with("ed") && !plain.contains(&word))
}

/// The participle that is said of what was counted, behind `was`, `were` or a comma.
fn verb(tokens: &[Token<'_>], at: usize, end: usize) -> Option<String> {
    const STEPS_MAX: usize = 5;
    const PASSED: [&str; 15] = [
        "was", "were", "are", "is", "be", "been", "being", "have", "has", "had", "also", "not", "who", "that", "newly",
    ];
    let rest = tokens.get(at..end.min(at + STEPS_MAX))?;
    let verb = rest.iter().find(|it| !PASSED.contains(&&*it.lower))?;
    let known = verb.is_word() && (is_participle(&verb.lower) || matches!(&*verb.lower, "died" | "perished"));
    known.then(|| verb.lower.clone().into_owned())
}

#[cfg(test)]
mod tests {
    use super::super::tokens::cut;
    use super::*;

    fn shown(text: &str) -> String {
        let tokens = cut(text, 0);
        let head = read(&tokens, 1, tokens.len());
        let of: Vec<String> = head.of.iter().map(|it| it.join(" ")).collect();
        format!("{}|{}|{}", head.nouns.join(" "), of.join("+"), head.verb.unwrap_or_default())
    }

    #[test]
    fn noun_phrases_end_before_their_verb() {
        for (text, expected) in [
            (
                "25 cases of human trafficking and slave labor were registered",
                "case|human trafficking+slave labor|registered",
            ),
            ("17 cases of fraud and eight cases", "case|fraud|"),
            ("18 murders in the city", "murder||"),
            ("10 of them solved", "||solved"),
            ("2 people were killed", "person||killed"),
            ("235 injured", "injured||injured"),
            ("3 cases of theft, fraud and arson by", "case|theft+fraud+arson|"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
