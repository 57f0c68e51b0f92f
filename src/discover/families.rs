//! Headings that belong together in all the world's tables, and lend the
//! evidence that small counts cannot give.

use super::claim::{Axis, Claim, Form, Lines, RelationKind};
use super::words::Senses;

/// What the total of a family is called, and its parts: each by any of its words.
struct Family {
    total: &'static str,
    difference: bool,
    parts: &'static [&'static str],
}

const PARTS_MAX: usize = 5;

const FAMILIES: [Family; 4] = [
    Family {
        total: "total totals all gesamt insgesamt sum итог итого всего",
        difference: false,
        parts: &["gold g", "silver s", "bronze b"],
    },
    Family {
        total: "p pld gp played game games matches mp m caps starts total mat apps",
        difference: false,
        parts: &["w win wins won", "l loss losses lost loses"],
    },
    Family {
        total: "margin net",
        difference: true,
        parts: &["for scored gf f pf in", "against conceded ga a pa agst out"],
    },
    Family {
        total: "total population both number all",
        difference: false,
        parts: &["female females women", "male males men"],
    },
];

/// Whether the headings of a claim are those of a well-known family.
pub(super) fn is_known(claim: &Claim, lines: &Lines<'_>) -> bool {
    if claim.axis == Axis::Rows || !matches!(claim.form, Form::Linear) || claim.parts.len() > PARTS_MAX {
        return false;
    }
    let labels: Vec<String> = claim.parts.iter().map(|it| lines.label(it.line).to_lowercase()).collect();
    let alike = (1..labels.len()).any(|it| labels[..it].contains(&labels[it]));
    let total = lines.label(claim.target).to_lowercase();
    !alike
        && FAMILIES.iter().any(|family| {
            let difference = family.difference && lines.senses(claim.target).has(Senses::DIFFERENCE);
            (difference || has_word(&total, family.total))
                && family.parts.iter().all(|words| labels.iter().any(|it| has_word(it, words)))
        })
}

/// Whether the points of a league are reckoned as leagues do: two to four for a game won.
pub(super) fn is_league(claim: &Claim, lines: &Lines<'_>) -> bool {
    let for_won = |line: usize| lines.senses(line).has(Senses::WON);
    // Without the games won: three for each played, less two for each drawn and three for each lost.
    let weight = |sense: Senses| claim.parts.iter().find(|it| lines.senses(it.line).has(sense)).map(|it| it.weight);
    let of_played = matches!((weight(Senses::WHOLE), weight(Senses::TIE)), (Some(3), Some(-2)) | (Some(2), Some(-1)));
    let of_won = claim.parts.iter().any(|it| (2..=4).contains(&it.weight) && for_won(it.line))
        && claim.parts.iter().all(|it| (1..=4).contains(&it.weight));
    claim.kind == RelationKind::Weighted && claim.parts.len() <= 3 && (of_won || of_played)
}

fn has_word(label: &str, words: &str) -> bool {
    let mut of_label = label.split(|it: char| !it.is_alphabetic()).filter(|it| !it.is_empty());
    of_label.any(|word| words.split_whitespace().any(|it| it == word))
}
