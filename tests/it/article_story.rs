//! News prose beside its own table: each kind of error with its right twin, and
//! the same draft beside a table that it does not speak of.

use std::sync::Arc;

use crossfoot::article::{Article, ClaimVerdict};
use crossfoot::check::{self, Draft, Options};
use crossfoot::source::Format;
use crossfoot::table::Document;

const LIBRARIES: &str = "\
Branch,Loans 2023,Loans 2024,Visitors 2024,Cost 2024 (EUR thousands),Open on Sundays (%)
Harbour,48210,52140,31870,1240,52
Millgate,30540,28410,19320,860,38
Oakley,21760,24380,15410,725,44
Priory,12930,11870,9240,410,21
Total,113440,116800,75840,3235,
";

const STORY: &str = "\
# Libraries lend more

The city's four libraries lent 116,800 items in 2024, three percent more than in 2023.
Harbour alone counted 52,140 loans, and cost 1.24 million euros.

Oakley had 15,410 visitors. Its loans rose from 21,760 to 24,380, a rise of 12 percent.
Priory had the fewest visitors, 9,240.
";

const SEASONS: &str = "\
Year,Frost days,Snowfall (cm)
2017,61,48.5
2018,70,52.0
2019,44,20.5
2020,39,12.0
2021,58,31.5
2022,42,18.0
2023,47,22.5
2024,55,30.0
";

const WINTER: &str = "\
# Cold again

The station counted 55 frost days in 2024, the highest number since 2021. It was the second rise in a row.
In 2020 there were 39 frost days and 12.0 centimetres of snow fell.
";

fn judged(text: &str, table: &str) -> Article {
    let document = Arc::new(Document::new("draft.md", text.to_owned(), "UTF-8"));
    let draft = Draft { document, format: Format::Page, written: None };
    let document = Arc::new(Document::new("list.csv", table.to_owned(), "UTF-8"));
    let table = check::load(document, Format::Delimited, &[], &Options::default()).unwrap();
    check::article(&draft, &[table], &[], &[], &Options::default()).unwrap().0
}

fn contradicted(text: &str, table: &str) -> Vec<(String, String)> {
    let article = judged(text, table);
    let wrong = article.claims.iter().filter(|it| it.verdict == ClaimVerdict::Contradicted);
    wrong.map(|it| (it.text.clone(), it.reason.clone())).collect()
}

/// The draft with some words exchanged has this one contradiction.
fn finds(story: &str, table: &str, (right, wrong): (&str, &str), number: &str, reason: &str) {
    assert!(story.contains(right), "{right}");
    let found = contradicted(&story.replacen(right, wrong, 1), table);
    let told = found.iter().any(|it| it.0 == number && it.1.contains(reason));
    assert!(told && found.len() == 1, "{wrong}: {found:?}");
}

#[test]
fn a_story_that_is_right_is_confirmed_and_never_contradicted() {
    for (story, table, least) in [(STORY, LIBRARIES, 8), (WINTER, SEASONS, 4)] {
        let article = judged(story, table);
        let wrong: Vec<_> = article.claims.iter().filter(|it| it.verdict == ClaimVerdict::Contradicted).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        let confirmed = article.claims.iter().filter(|it| it.verdict == ClaimVerdict::Confirmed).count();
        assert!(
            confirmed >= least,
            "{confirmed}: {:?}",
            article.claims.iter().map(|it| (&it.text, it.verdict)).collect::<Vec<_>>()
        );
    }
}

#[test]
fn cells_with_digits_exchanged_or_another_scale_are_found() {
    finds(STORY, LIBRARIES, ("52,140", "51,240"), "51,240", "the table says 52140");
    finds(STORY, LIBRARIES, ("1.24 million", "1.24 billion"), "1.24 billion euros", "the table says 1240");
    finds(STORY, LIBRARIES, ("15,410 visitors", "19,320 visitors"), "19,320", "the table says 15410");
}

#[test]
fn what_is_worked_out_of_cells_is_compared() {
    finds(STORY, LIBRARIES, ("12 percent", "22 percent"), "22 percent", "is a change of 12.04 percent");
    finds(STORY, LIBRARIES, ("the fewest", "the most"), "most visitors", "Harbour/Visitors 2024 = 31870");
}

#[test]
fn records_and_runs_are_looked_up_in_the_years_of_a_table() {
    finds(WINTER, SEASONS, ("since 2021", "since 2017"), "2017", "2018/Frost days = 70");
    finds(WINTER, SEASONS, ("the second rise", "the fourth rise"), "fourth", "2 in a row");
}

#[test]
fn a_story_beside_a_table_that_it_does_not_speak_of_gets_no_verdict_from_it() {
    for (story, table) in [(STORY, SEASONS), (WINTER, LIBRARIES)] {
        assert_eq!(contradicted(story, table), []);
        let by_table = |it: &&crossfoot::article::Claim| it.evidence.iter().any(|it| it.kind == "cell");
        assert_eq!(judged(story, table).claims.iter().filter(by_table).count(), 0);
    }
}

#[test]
fn what_is_counted_elsewhere_and_ranges_of_rows_are_no_slips_of_a_cell() {
    const CLINIC: &str = "Month,Patients,Beds\nJanuary,4210,118\nFebruary,3876,121\nMarch,4044,117\n\
                          April,3790,115\nHalf-year,15920,471\n";
    let story = |more: &str| {
        format!(
            "# A busy winter\n\nIn January the clinic saw 4,210 patients, in March 4,044 and in April 3,790. There were \
             118 beds in January and 115 in April.\n\n{more}\n"
        )
    };
    for told in [
        "February was quiet, with 3,876 patients. The clinic serves a town of 18,920 inhabitants.",
        "Between January and April 12,790 patients came on foot.",
        "From January to March 14,044 patients came on foot.",
    ] {
        assert_eq!(contradicted(&story(told), CLINIC), [], "{told}");
    }
    assert_eq!(contradicted(&story("February was quiet, with 3,867 patients."), CLINIC).len(), 1);
}

#[test]
fn a_number_of_the_headline_that_the_text_has_elsewhere_is_no_slip() {
    let text = "# Sixteen medals for Norland\n\nNorland goes home with 31, of which 16 are medals of gold; Sverland won \
                nine medals.\n";
    assert_eq!(contradicted(text, "Nation,Gold\nNorland,16\nSverland,9\n"), []);
}

const OVERNIGHT: &str = "\
Stays in the valley (thousands)

Place,Winter 2021/22,Winter 2022/23,Winter 2023/24
Altmatt,88,97,104
Casti,17,19,23
Fels,63,70,178
Hohfluh,112,126,121
Peter,54,61,95
";

#[test]
fn what_the_table_itself_adds_up_to_is_no_slip_of_a_cell() {
    // 521 is the sum of its column, and a digit away from Hohfluh's 121; 148 is that of two sums, and of 178.
    let text = "It was a good winter. Hohfluh again led the way with 121,000, although it lost 5,000 guest nights. Altmatt \
                cleared the mark of 100,000. Altogether 521,000 nights were booked, 148,000 more than the winter before. \
                Casti grew by over a fifth, to 23,000.\n";
    assert_eq!(contradicted(text, OVERNIGHT), []);
    let confirmed = |number: &str| {
        let article = judged(text, OVERNIGHT);
        article.claims.iter().any(|it| it.text.contains(number) && it.verdict == ClaimVerdict::Confirmed)
    };
    assert!(confirmed("521,000") && confirmed("148,000"));
}

#[test]
fn a_change_is_measured_from_nothing_that_another_clause_tells() {
    const OFFENCES: &str = "\
Offence,2022/23,2023/24,Change
Burglary,318,274,-44
Shoplifting,689,874,185
Violence,1214,1190,-24
All,2221,2338,117
";
    let text = "Shoplifting is behind the growth. Officers logged 874 such thefts, or 185 more than in the previous twelve \
                months, while the overall figure went up by 117 to 2,338. Burglars struck 274 times.\n";
    assert_eq!(contradicted(text, OFFENCES), []);
    let wrong = text.replace("117 to 2,338", "171 to 2,338");
    assert_eq!(contradicted(&wrong, OFFENCES).len(), 1);
}

#[test]
fn rows_are_compared_only_with_a_time_that_is_named() {
    const AIRPORTS: &str = "\
Airport,2019,2022,2023
Kinnaird,3412,2688,3105
Dalmore,1894,1530,1977
Westray,742,511,598
Ashe,416,389,437
";
    let text = |told: &str| format!("{told} Kinnaird remained the largest, with 3,105 flights. Dalmore had 1,977.\n");
    for right in [
        "Two of the four airports had more flights in 2023 than in the last year before the crisis.",
        "Two of the four airports had more flights in 2023 than in 2019.",
        "All four of the four airports had more flights than the year before.",
    ] {
        assert_eq!(contradicted(&text(right), AIRPORTS), [], "{right}");
    }
    let wrong = text("Three of the four airports had more flights in 2023 than in 2019.");
    assert_eq!(contradicted(&wrong, AIRPORTS).len(), 1);
}

#[test]
fn figures_of_two_rows_that_were_swapped_are_both_told() {
    const SCORERS: &str = "Player,Club,Goals\nDana Marsh,Albion,24\nInès Leroy,Rovers,21\nKate Hill,United,19\n";
    let found = contradicted("Marsh finished on top. Leroy hit 19 and Hill 21.\n", SCORERS);
    assert_eq!(found.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), ["19", "21"]);
    assert_eq!(contradicted("Marsh finished on top. Leroy hit 21 and Hill 19.\n", SCORERS), []);
}

const PARK: &str = "Date,Event\nSaturday 1 June,Brass band\nSunday 16 June,Dog show\n";
const CABINET: &str = "Name,Post,Year of birth\nRuth Calder,Leader,1961\nMoira Flint,Housing,1956\n";
const CALLS: &str =
    "Year,Calls,Passengers\n2017,83,104200\n2018,79,99800\n2019,92,121500\n2022,81,92600\n2023,88,110400\n";

#[test]
fn days_and_years_of_a_table_are_compared_with_those_of_a_draft() {
    assert_eq!(contradicted("On Saturday 16 June it is the turn of the dogs.\n", PARK).len(), 1);
    assert_eq!(contradicted("On Sunday 16 June it is the turn of the dogs.\n", PARK), []);
    let text = |age: &str| {
        format!("The team met on 30 December 2023. Housing goes to Moira Flint, who at {age} is the senior.\n")
    };
    assert_eq!(contradicted(&text("57"), CABINET).len(), 1);
    assert_eq!(contradicted(&text("67"), CABINET), []);
    let text = |year: &str| {
        format!(
            "For the first time since {year} more than 100,000 passengers came. The office counted 110,400, off 88 ships. \
             The peak of 121,500 in 2019 is far away.\n"
        )
    };
    assert_eq!(contradicted(&text("2017"), CALLS).len(), 1);
    assert_eq!(contradicted(&text("2019"), CALLS), []);
}

#[test]
fn what_passes_a_number_by_far_is_not_what_more_than_it_means() {
    let text =
        "Hohfluh led with 121,000 stays, Altmatt had 104,000. Casti waited more than two winters for its 23,000.\n";
    let article = judged(text, OVERNIGHT);
    let two = article.claims.iter().find(|it| it.text.contains("two")).unwrap();
    assert_ne!(two.verdict, ClaimVerdict::Confirmed, "{two:?}");
}

#[test]
fn a_number_may_go_over_the_place_where_a_long_sentence_is_cut() {
    const TABLE: &str = "crime,total,solved\nMurder,18,10\nRobbery,314,164\nTheft (total),849,325\nCar theft,44,12\n";
    for sentence in ["Robbery 1 million ahead, 314 to 164", "Robbery by $ 150 ahead, 314 to 164"] {
        let draft = [297, 298, 302].map(|it| format!("{}{sentence}\n\n", "and ".repeat(it))).concat();
        assert!(!judged(&draft, TABLE).claims.is_empty());
    }
}

#[test]
fn what_the_text_itself_shows_to_mean_another_thing_is_not_contradicted() {
    const FLU: &str = "\
week,cases,deaths
49,1240,3
50,1875,5
51,2960,9
52,3410,14
1,4825,21
2,6110,33
3,5480,38
4,3990,29
5,2600,18
";
    const CLUBS: &str = "\
Match,Goals,Shots,Crowd
Arden,27,24,1120
Bexley,31,33,1345
Corby,25,25,987
Denham,29,21,1410
Ely,34,30,1688
";
    const SNOW: &str = "\
Month,2021/22,2022/23,2023/24
February,95,58,102
March,88,61,90
April,40,22,35
";
    const SURGERIES: &str = "\
Town,inhabitants,doctors
Oakham,8940,4
Porthsea,34100,25
Tavy,3990,3
";
    const FIRM: &str = "year,revenue,profit\n2022,354.8,11.3\n2023,371.5,22.6\n";
    // The goals are told, and so the other figure is of something else.
    let text = "Ely drew a crowd of 1,688 and saw 34 goals; Bexley had 31 goals before 1,345. \
                The five matches brought 146 goals, and 133 cards.\n";
    assert_eq!(contradicted(text, CLUBS), []);
    let text = "In February 102 centimetres lay, after 58 in February 2022/23. In March 2023/24 it was 90. \
                By April 2023/24 it was down to 35.\n";
    assert_eq!(contradicted(text, SNOW), []);
    let text = "In week 2 doctors told of 6,110 cases and 33 deaths. By week 5 the number of cases had fallen to 2,600. \
                In the nine weeks together 170 people died.\n";
    assert_eq!(contradicted(text, FLU), []);
    let text = "Porthsea has 25 doctors for 34,100 inhabitants. In Oakham each of the four looks after 2,235 \
                inhabitants, in Tavy 1,330 inhabitants.\n";
    assert_eq!(contradicted(text, SURGERIES), []);
    let text =
        "The firm has doubled its profit, from 11.3 million to 22.6 million, on revenue that rose 4.7 percent.\n";
    assert_eq!(contradicted(text, FIRM), []);
}

#[test]
fn an_average_of_no_rows_is_none() {
    let text = "On average the areas had 6 visitors. Total counted 500 visitors in all. The total of 700 visitors is \
                more than 500 visitors. On average they had 650 visitors.\n";
    assert_eq!(contradicted(text, "area,visitors\nTotal,500\nTotal,700\n"), []);
}

#[test]
fn per_cent_shares_nothing_out() {
    const WARDS: &str = "Ward,Votes,Turnout (%)\nAlder,4120,61\nBirch,3877,58\nCedar,5230,66\n";
    let text =
        "Birch had 3,877 votes and Cedar 5,230. Turnout reached 61 per cent in Alder, which counted 4,210 votes.\n";
    assert_eq!(contradicted(text, WARDS).len(), 1);
    let each = text.replace("61 per cent in Alder, which counted 4,210", "61 in Alder, where each hall counted 1,030");
    assert_eq!(contradicted(&each, WARDS), []);
}
