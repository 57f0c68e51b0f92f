//! What tables follow by themselves, as it is told: once for each relation, in
//! texts about the tables, in diffs, and in what was read.

use serde_json::Value;

use crate::support::{Folder, crossfoot};

/// Mills and what they made, the last column and the last row the sum of the others.
const MILLS: &str = "mill,oats,rye,wheat,all\nAlder,412,977,1203,2592\nBirch,388,1024,1190,2602\n\
    Cedar,455,893,1311,2659\nElder,501,1140,987,2628\nHazel,367,954,1088,2409\nLarch,429,1003,1246,2678\n\
    Maple,398,871,1157,2426\nRowan,476,1092,1265,2833\nSallow,441,938,1129,2508\nTotal,3867,8892,10576,23335\n";

/// Crimes, all of them sound.
const CRIMES: &str = "crime,reported,solved,open\nBurglary,412,97,315\nRobbery,388,102,286\nArson,155,89,66\n\
    Fraud,501,114,387\nVandalism,367,95,272\nTheft,929,100,829\nAssault,398,87,311\nSmuggling,76,19,57\n\
    Total,3226,703,2523\n";

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| panic!("no JSON: {text}"))
}

fn mills(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(MILLS.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    })
}

#[test]
fn breaks_of_one_relation_are_told_once_with_their_cells() {
    let folder = Folder::new("follows-once");
    // A sum over columns that breaks in two rows, which no total shows.
    let rows: String = (0..60)
        .map(|it| {
            let [a, b, c] = [it * 37 % 101 + 40, it * 53 % 97 + 60, it * 71 % 89 + 20];
            let all = a + b + c + if it == 20 || it == 41 { 30 } else { 0 };
            format!("d{it},{a},{b},{c},{all}\n")
        })
        .collect::<Vec<_>>()
        .concat();
    folder.write("days.csv", format!("day,north,south,west,all\n{rows}"));
    for (format, heading) in [
        ("text", "all = north + south + west holds in 58 of 60 places, but not in 2"),
        ("markdown", "all = north + south + west holds in 58 of 60 places, but not in 2"),
        ("html", "all = north + south + west holds in 58 of 60 places, but not in 2"),
    ] {
        let told = crossfoot(&folder, &["check", "days.csv", "-o", format]).stdout;
        let once = told.matches("all = north + south + west").count() == 1;
        assert!(once || format == "html", "{told}");
        assert!(told.contains(heading) && told.contains("also fails"), "{format}: {told}");
    }
    let text = crossfoot(&folder, &["check", "days.csv"]).stdout;
    assert!(text.contains("d41, all: ") && text.contains("days.csv:43:"), "{text}");
    // Machines have each finding by itself.
    let told = json(&crossfoot(&folder, &["check", "days.csv", "-o", "json"]).stdout);
    assert_eq!(told["findings"].as_array().unwrap().len(), 2, "{told}");
}

#[test]
fn json_has_the_relation_and_the_figures_that_may_be_wrong() {
    let folder = Folder::new("follows-json");
    folder.write("mills.csv", mills(&[("Cedar,455,893,1311,2659", "Cedar,455,893,1311,2759")]));
    let told = json(&crossfoot(&folder, &["check", "mills.csv", "-o", "json"]).stdout);
    let finding = &told["findings"][0];
    assert_eq!(finding["relation"]["words"][0], "all = oats + rye + wheat", "{finding}");
    assert_eq!((&finding["relation"]["held"], &finding["relation"]["of"]), (&9.into(), &10.into()));
    let probability = finding["relation"]["probability"].as_f64().unwrap();
    assert!((0.75..=1.0).contains(&probability), "{probability}");
    let suspect = &finding["suspects"][0];
    let shown = ["row", "column", "text", "value", "requires"].map(|it| suspect[it].as_str().unwrap());
    assert_eq!(shown, ["Cedar", "all", "2759", "2759", "2659"]);
    assert_eq!((&suspect["because"], &suspect["at"]), (&"digit".into(), &"mills.csv:4:20".into()));
}

#[test]
fn a_blank_total_is_told_with_what_it_would_be() {
    let folder = Folder::new("follows-blank");
    folder.write("mills.csv", mills(&[("10576,23335", ",23335")]));
    let text = crossfoot(&folder, &["check", "mills.csv", "--fail-on", "never"]).stdout;
    assert!(text.contains("Total, wheat is blank, but should be 10576 according to "), "{text}");
    assert!(!text.contains("wheat  "), "{text}");
}

#[test]
fn a_number_that_rests_on_a_contradicted_figure_is_not_confirmed() {
    let folder = Folder::new("follows-article");
    folder.write("wrong.csv", CRIMES.replace("Robbery,388", "Robbery,398"));
    folder.write("sound.csv", CRIMES);
    let verdicts = |table: &str, text: &str| -> Vec<(String, String, String)> {
        folder.write("draft.txt", text);
        let told = json(&crossfoot(&folder, &["article", "draft.txt", "--table", table, "-o", "json"]).stdout);
        let mention = |it: &Value| {
            let text = |key: &str| it[key].as_str().unwrap_or_default().to_owned();
            (text("text"), text("verdict"), text("reason"))
        };
        told["mentions"].as_array().unwrap().iter().map(mention).collect()
    };
    let printed = "City report\n\nThere were 398 robberies in the city. Police solved 97 of 412 burglaries.\n";
    let told = verdicts("wrong.csv", printed);
    let verdict = |told: &[(String, String, String)], text: &str| {
        told.iter().find(|it| it.0 == text).map_or_else(|| panic!("{told:?}"), |it| (it.1.clone(), it.2.clone()))
    };
    let (rests, reason) = verdict(&told, "398");
    assert_eq!((rests.as_str(), verdict(&told, "412").0.as_str()), ("unsourced", "confirmed"), "{told:?}");
    assert!(reason.contains("may be wrong") && reason.contains("388 would fit"), "{reason}");
    // A text that has the figure which would fit is not contradicted by the wrong one.
    let meant = printed.replace("398", "388");
    assert_eq!(verdict(&verdicts("wrong.csv", &meant), "388").0, "unsourced");
    assert_eq!(verdict(&verdicts("sound.csv", &meant), "388").0, "confirmed");
    assert_eq!(verdict(&verdicts("sound.csv", printed), "398").0, "contradicted");
}

#[test]
fn a_change_that_repairs_or_breaks_a_relation_says_so() {
    let folder = Folder::new("follows-diff");
    folder.write("sound.csv", mills(&[]));
    folder.write("wrong.csv", mills(&[("1311,2659", "1311,2759")]));
    folder.write("other.csv", mills(&[("Cedar,455,893,1311,2659", "Cedar,465,893,1311,2669")]));
    let words = "all = oats + rye + wheat";
    for (old, new, change) in [("wrong.csv", "sound.csv", "repairs"), ("sound.csv", "wrong.csv", "breaks")] {
        let text = crossfoot(&folder, &["diff", old, new]).stdout;
        assert!(text.contains(&format!("\n           {change} {words}\n")), "{text}");
        for format in ["markdown", "html"] {
            let told = crossfoot(&folder, &["diff", old, new, "-o", format]).stdout;
            assert!(told.contains(&format!("{change} {words}")), "{told}");
        }
        let told = json(&crossfoot(&folder, &["diff", old, new, "-o", "json"]).stdout);
        let cell = &told["changes"][0]["cells"][0];
        assert_eq!((&cell["relation"]["change"], &cell["relation"]["words"]), (&change.into(), &words.into()));
    }
    // Both figures of the row change, and it holds before and after.
    let text = crossfoot(&folder, &["diff", "sound.csv", "other.csv"]).stdout;
    assert!(!text.contains(words), "{text}");
}

#[test]
fn totals_are_marked_in_what_was_read() {
    let folder = Folder::new("follows-extract");
    folder.write("mills.csv", mills(&[]));
    let text = crossfoot(&folder, &["extract", "mills.csv"]).stdout;
    for part in ["all Σ\n", "  Total Σ", "  Σ: the sum of other rows or columns\n"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let told = json(&crossfoot(&folder, &["extract", "mills.csv", "-o", "json"]).stdout);
    let table = &told["tables"][0];
    assert_eq!(table["total_columns"], serde_json::json!(["all"]));
    let totals: Vec<&str> = table["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["total"] == true)
        .map(|it| it["label"].as_str().unwrap())
        .collect();
    assert_eq!(totals, ["Total"]);
    // A table without totals has neither marks nor legend.
    folder.write("plain.csv", "mill,oats\nAlder,412\nBirch,388\nCedar,455\n");
    assert!(!crossfoot(&folder, &["extract", "plain.csv"]).stdout.contains('Σ'));
}

#[test]
fn a_total_that_is_far_off_is_told_or_left_open_and_never_counts_as_judged() {
    let folder = Folder::new("follows-far-off");
    // Of four columns three add up: the fourth is told, whatever is printed.
    folder.write(
        "w.csv",
        "area,va,vb,vc,vd\nNorth,100,104,98,101\nSouth,50,52,49,51\nEast,10,10,10,10\nTotal,160,166,157,999\n",
    );
    let text = crossfoot(&folder, &["check", "w.csv"]).stdout;
    assert!(text.contains("Total, vd 999 does not match"), "{text}");
    // With one other column nothing tells whether a sum is meant.
    folder.write(
        "t.csv",
        "offence,recorded,solved\nTheft,9,100\nCar theft,5123,10\nFraud,880,30\nBurglary,77,5\nArson,1,3\nAssault,4444,20\n\
         Total,592,168\n",
    );
    let text = crossfoot(&folder, &["check", "t.csv"]).stdout;
    assert!(text.contains("Total, recorded 592 is not the sum of its rows, 10,534"), "{text}");
    assert!(text.contains("passed in part: 1 file, 1 table, 7 of 14 figures judged"), "{text}");
}

#[test]
fn figures_of_many_digits_are_no_panic() {
    let folder = Folder::new("follows-huge");
    let row = |it: u64| format!("r{it},7,{},0.005,{}\n", 5 + it % 3, 4_000 + it * 3);
    let rows: String = (0..14).map(row).collect::<Vec<_>>().concat();
    folder.write(
        "long.csv",
        format!("item,a,b,share,n\n{rows}odd,7,5,0.005,19.78488162134\nlast,7,5,0.004,2368488162134\n"),
    );
    let ratios: String = (1..14)
        .map(|it| format!("{it},{}.5,{}.123456789012,0.6{it}1751459370\n", it * 37, it * 19_246_870_502_u64))
        .collect::<Vec<_>>()
        .concat();
    folder.write("ratios.csv", format!("day,a,b,c\n{ratios}"));
    for name in ["long.csv", "ratios.csv"] {
        let output = crossfoot(&folder, &["check", name]);
        assert!(output.code < 2, "{name}: {}", output.stderr);
    }
}
