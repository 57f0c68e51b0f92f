//! The detectors against reference outputs: every table in `tests/tables/history`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crossfoot::history::{
    Calendar, Count, Cusum, Ears, Family, Farrington, Fit, Judgement, Limit, Line, Row, Transform, Trend,
    anscombe_weights, benjamini_hochberg, benjamini_yekutieli, cusum, ears, ears_c3, exact, exact_tails, farrington,
    fisher, fit, negative_binomial, rate_ratio,
};

type Record = HashMap<String, f64>;

fn folder() -> String {
    format!("{}/tests/tables/history", env!("CARGO_MANIFEST_DIR"))
}

/// A table: its columns by name; what is empty or no number is not a number.
fn reference(name: &str) -> Vec<Record> {
    let mut reader = csv::Reader::from_path(format!("{}/{name}.csv", folder())).unwrap();
    let heads = reader.headers().unwrap().clone();
    let number = |cell: &str| if cell == "Inf" { f64::INFINITY } else { cell.parse().unwrap_or(f64::NAN) };
    let row = |it: csv::StringRecord| heads.iter().zip(&it).map(|it| (it.0.to_owned(), number(it.1))).collect();
    reader.records().map(|it| row(it.unwrap())).collect()
}

fn names(of: &str) -> BTreeSet<String> {
    let files = std::fs::read_dir(format!("{}/{of}", folder())).unwrap();
    files.map(|it| it.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect()
}

fn near(left: f64, right: f64, most: f64) -> bool {
    (left.is_infinite() && right.is_infinite()) || (left - right).abs() <= most * right.abs().max(1e-12)
}

/// A series by position; `offset` is whether exposures count.
fn input(name: &str, offset: bool, missing: &[i64]) -> Vec<Count> {
    let count = |it: &Record| {
        #[expect(clippy::cast_possible_truncation, reason = "positions are whole")]
        let at = it["index"] as i64;
        Count { at, observed: it["observed"], exposure: if offset { it["exposure"] } else { 1.0 } }
    };
    reference(&format!("input/{name}")).iter().map(count).filter(|it| !missing.contains(&it.at)).collect()
}

fn line(counts: &[Count], row: &Record) -> Line {
    #[expect(clippy::cast_possible_truncation, reason = "positions are whole")]
    let at = row["index"] as i64;
    let before = counts.iter().rev().filter(|it| it.at < at).copied().collect();
    let exposure = counts.iter().find(|it| it.at == at).map_or(1.0, |it| it.exposure);
    Line { now: Count { at, observed: row["observed"], exposure }, before }
}

const MISSING: [i64; 5] = [40, 41, 95, 150, 222];

fn series(name: &str) -> String {
    name.split('_').take(2).collect::<Vec<_>>().join("_")
}

#[test]
fn ears_bounds_and_alarms_are_as_surveillance_has_them() {
    let mut compared = 0;
    for name in names("ears") {
        let missing: &[i64] = if name.contains("missing") { &MISSING } else { &[] };
        let counts = input(&series(&name), false, missing);
        let method = if name.contains("_C1") { Ears::C1 } else { Ears::C2 };
        let options = match () {
            () if name.contains("_C3") => Ears { alpha: 0.025, ..method },
            () if name.contains("base12") => Ears { baseline: 12, min_sigma: 1.0, alpha: 0.01, ..method },
            () if name.contains("minSigma0.5") => Ears { min_sigma: 0.5, ..method },
            () => method,
        };
        for row in reference(&format!("ears/{name}")) {
            let line = line(&counts, &row);
            let bound = if name.contains("_C3") { ears_c3(&line, &options) } else { ears(&line, &options) };
            compared += 1;
            let Some(bound) = bound else {
                assert!(row["upperbound"].is_nan(), "{name} {row:?}: no bound");
                continue;
            };
            assert!(near(bound.upper_bound, row["upperbound"], 1e-9), "{name} {row:?}: {bound:?}");
            if !row["observed"].is_nan() {
                assert_eq!(bound.alarm(row["observed"]), row["alarm"] > 0.5, "{name} {row:?}: {bound:?}");
            }
        }
    }
    assert!(compared > 2000, "{compared}");
}

#[test]
fn cusum_sums_bounds_and_alarms_are_as_surveillance_has_them() {
    for (name, transform) in
        [("standard", Transform::Standard), ("rossi", Transform::Rossi), ("anscombe", Transform::Anscombe)]
    {
        let rows = reference(&format!("cusum/sim_short_{name}"));
        let counts: Vec<f64> = rows.iter().map(|it| it["observed"]).collect();
        let options = Cusum { transform, ..Cusum::default() };
        let sums = cusum(&counts, rows[0]["m"], &options);
        for ((sum, bound), row) in sums.iter().zip(&rows) {
            assert!((sum - row["cusum"]).abs() < 1e-9, "{name} {row:?}: {sum}");
            assert!(near(bound.upper_bound, row["upperbound"], 1e-9), "{name} {row:?}: {bound:?}");
            assert_eq!(*sum >= options.h, row["alarm"] > 0.5, "{name} {row:?}");
        }
    }
}

fn setting(name: &str) -> Farrington {
    let plain = Farrington { threshold: None, trend: Trend::Never, ..Farrington::CLASSIC };
    match () {
        () if name.ends_with("plain_nb") => Farrington { limit: Limit::NegativeBinomial, ..plain },
        () if name.ends_with("plain") => plain,
        () if name.contains("b2") => Farrington { years: 2, ..Farrington::FLEXIBLE },
        () => Farrington::FLEXIBLE,
    }
}

#[test]
fn farrington_flexible_is_as_surveillance_has_it() {
    let mut compared = 0;
    for name in names("farrington") {
        let missing: &[i64] = if name.contains("missing") { &MISSING } else { &[] };
        let counts = input(&series(&name), !name.contains("NOoffset"), missing);
        for row in reference(&format!("farrington/{name}")) {
            let line = line(&counts, &row);
            let it = farrington(&line, &Calendar::WEEKS, &setting(&name)).expect("a verdict");
            let told = format!("{name} {row:?}: {it:?}");
            assert!(near(it.expected, row["expected"], 1e-4), "{told}");
            assert!(near(it.upper_bound, row["upperbound"], 1e-4), "{told}");
            assert!(near(it.dispersion, row["phi"], 1e-3), "{told}");
            assert!(near(it.upper, row["pvalue"], 1e-3), "{told}");
            assert_eq!(it.trend.is_some(), row["trend"] > 0.5, "{told}");
            if let Some(slope) = it.trend {
                assert!(near(slope, row["trend_coef"], 1e-3), "{told}");
            }
            assert_eq!(it.alarm(row["observed"]), row["alarm"] > 0.5, "{told}");
            compared += 1;
        }
    }
    assert_eq!(compared, 9 * 57 + 213);
}

#[test]
fn the_method_of_1996_is_as_surveillance_has_it() {
    let counts = input("sim_long", false, &[]);
    let median = |it: &Judgement| it.expected;
    for row in reference("farrington-classic/sim_long") {
        let line = line(&counts, &row);
        let it = farrington(&line, &Calendar::WEEKS, &Farrington::CLASSIC);
        let Some(it) = it else {
            assert!(row["upperbound"] == 0.0 && row["alarm"] == 0.0, "{row:?}: no verdict");
            continue;
        };
        let told = format!("{row:?}: {it:?}");
        assert!(near(it.upper_bound, row["upperbound"], 1e-4), "{told}");
        assert!(near(it.lower, row["lower_tail_prob"], 1e-3), "{told}");
        assert!(near(median(&it), row["predictive_median"], 1e-4), "{told}");
        assert_eq!(it.trend.is_some(), row["trend"] > 0.5, "{told}");
        assert_eq!(it.alarm(row["observed"]), row["alarm"] > 0.5, "{told}");
    }
}

#[test]
fn two_editions_are_as_r_has_them() {
    let rows = reference("two-edition/poisson_test");
    assert!(rows.len() >= 20);
    for it in rows {
        let (count, own, sum, exposure) = (it["x_new"], it["t_new"], it["x_old"], it["t_old"]);
        let (upper, lower) = exact_tails(count, own, sum, exposure);
        assert!(near(upper, it["p_greater"], 1e-8), "{it:?}: {upper}");
        assert!(near(lower, it["p_less"], 1e-8), "{it:?}: {lower}");
        let at = |observed: f64, exposure: f64, at: i64| Count { at, observed, exposure };
        let line = Line { now: at(count, own, 1), before: vec![at(sum, exposure, 0)].into() };
        assert!(near(exact(&line, 0.01).unwrap().p(), it["p_two_sided_doubled"], 1e-8), "{it:?}");
        // The rest follows from the tails, given the sum of both counts.
        let total = count + sum;
        let tails = |y: f64| exact_tails(y, own, total - y, exposure);
        let probability = |y: f64| upper_of(y, own, total, exposure) - upper_of(y + 1.0, own, total, exposure);
        if total == 0.0 {
            continue;
        }
        let half = probability(count) / 2.0;
        assert!(near(tails(count).0 - half, it["midp_greater"], 1e-8), "{it:?}");
        assert!(near(tails(count).1 - half, it["midp_less"], 1e-8), "{it:?}");
        let doubled = (2.0 * (tails(count).0 - half).min(tails(count).1 - half)).min(1.0);
        assert!(near(doubled, it["midp_two_sided_doubled"], 1e-8), "{it:?}");
        let (ratio, low, high) = rate_ratio(count, own, sum, exposure, 0.05);
        assert!(near(ratio, it["ratio"], 1e-9) || it["ratio"].is_nan(), "{it:?}: {ratio}");
        assert!(near(low, it["ci95_lo"], 1e-6) && near(high, it["ci95_hi"], 1e-6), "{it:?}: {low} {high}");
        let least = half * 2.0 * (1.0 + 1e-7);
        let mut unlikely = 0.0;
        let mut y = 0.0;
        while y <= total {
            unlikely += Some(probability(y)).filter(|it| *it <= least).unwrap_or(0.0);
            y += 1.0;
        }
        assert!(near(unlikely, it["p_two_sided_minlik"], 1e-6) || total > 1e5, "{it:?}: {unlikely}");
    }
}

/// At least `y` of a total.
fn upper_of(y: f64, own: f64, total: f64, exposure: f64) -> f64 {
    if y > total { 0.0 } else { exact_tails(y, own, total - y, exposure).0 }
}

#[test]
fn expected_ranges_of_two_editions_are_as_r_has_them() {
    for it in reference("two-edition/exact_expected_range") {
        let count = |observed: f64, exposure: f64, at: i64| Count { at, observed, exposure };
        let line = Line { now: count(0.0, it["t_new"], 1), before: vec![count(it["x_old"], it["t_old"], 0)].into() };
        let judged = exact(&line, 2.0 * it["alpha_one_sided"]).unwrap();
        let wanted = (it["lowest_unremarkable"], it["highest_unremarkable"]);
        assert!((judged.low - wanted.0).abs() < 0.5 && (judged.high - wanted.1).abs() < 0.5, "{it:?}: {judged:?}");
    }
}

#[test]
fn parts_of_totals_are_as_r_has_them() {
    for it in reference("two-edition/fisher_exact") {
        let found = fisher((it["part_new"], it["total_new"]), (it["part_old"], it["total_old"]));
        assert!(near(found.p, it["p_two_sided"], 1e-6), "{it:?}: {found:?}");
        // R looks for these roots to the fourth root of its precision only.
        assert!(near(found.ratio, it["cond_or"], 1e-3), "{it:?}: {found:?}");
        assert!(near(found.interval.0, it["ci95_lo"], 1e-3), "{it:?}: {found:?}");
        assert!(near(found.interval.1, it["ci95_hi"], 1e-3), "{it:?}: {found:?}");
    }
}

#[test]
fn adjusted_p_values_are_as_r_has_them() {
    for name in ["p_adjust", "p_adjust_bh1995"] {
        let rows = reference(&format!("bh/{name}"));
        let p: Vec<f64> = rows.iter().map(|it| it["p"]).collect();
        for ((it, bh), by) in rows.iter().zip(benjamini_hochberg(&p)).zip(benjamini_yekutieli(&p)) {
            assert!(near(bh, it["bh"], 1e-9) && near(by, it["by"], 1e-9), "{it:?}: {bh} {by}");
            // The other two are for comparison: plain arithmetic on the p-values in their order.
            let count = |it: usize| f64::from(u32::try_from(it).unwrap());
            let step = |q: &f64| q * count(p.iter().filter(|other| **other >= *q).count());
            let holm = p.iter().filter(|q| **q <= it["p"]).map(step).fold(0.0, f64::max).min(1.0);
            assert!(near(holm, it["holm"], 1e-9), "{it:?}: {holm}");
            assert!(near((it["p"] * count(p.len())).min(1.0), it["bonferroni"], 1e-9), "{it:?}");
        }
    }
}

/// The first 110 weeks of `sim_cover`, their days as exposure.
fn days(used: usize) -> Vec<Row> {
    let angle = |at: f64| 2.0 * std::f64::consts::PI * at / 52.0;
    let row = |it: &Count| {
        let at = f64::from(i32::try_from(it.at).unwrap());
        let all = [at, angle(at).sin(), angle(at).cos()];
        let covariates = std::array::from_fn(|it| if it < used { all[it] } else { 0.0 });
        let exposure = (it.exposure * 7.0).round();
        Row { level: 0, covariates, observed: it.observed, exposure, weight: 1.0 }
    };
    input("sim_cover", true, &[]).iter().take(110).map(row).collect()
}

#[test]
fn regressions_are_as_r_has_them() {
    let mut reader =
        csv::Reader::from_path(format!("{}/glm/fits_sim_cover_1_110_predict_111_days5.csv", folder())).unwrap();
    let mut compared = BTreeMap::new();
    for record in reader.records() {
        let record = record.unwrap();
        let number = |at: usize| record[at].parse().unwrap_or(f64::NAN);
        let (name, term) = (&record[0], &record[1]);
        let used = match name {
            it if it.ends_with("harmonic") => 3,
            it if it.ends_with("trend") => 1,
            _ => 0,
        };
        let rows = days(used);
        let (fit, theta) = match name.split('_').next() {
            Some("negbin") => negative_binomial(&rows, used).map(|it| (it.0, it.1)).unwrap(),
            _ => (fit(&rows, used, Family::Poisson).unwrap(), f64::NAN),
        };
        let scale = if name.starts_with("quasi") { fit.dispersion } else { 1.0 };
        let told = format!("{name} {term}");
        let slope = ["t", "sin(2 * pi * t/52)", "cos(2 * pi * t/52)"].iter().position(|it| *it == term);
        let (estimate, variance) = match slope {
            Some(at) => fit.slope(at),
            None => (fit.rate(0, &[0.0; 3]).unwrap().ln(), fit.variance(0, &[0.0; 3]).unwrap()),
        };
        assert!(near(estimate, number(2), 1e-4), "{told}: {estimate}");
        assert!(near((variance * scale).sqrt(), number(3), 1e-4), "{told}: {variance}");
        assert!(near(scale, number(4), 1e-3), "{told}: {scale}");
        assert!(near(fit.deviance, number(5), 1e-4), "{told}: {}", fit.deviance);
        assert!(near(fit.degrees, number(6), 0.0), "{told}");
        assert!(number(7).is_nan() || near(theta, number(7), 1e-3), "{told}: {theta}");
        predicted(&fit, used, scale, (number(8), number(9)), &told);
        *compared.entry(name.to_owned()).or_insert(0) += 1;
    }
    assert_eq!(compared.len(), 6, "{compared:?}");
}

fn predicted(fit: &Fit, used: usize, scale: f64, wanted: (f64, f64), told: &str) {
    let angle = 2.0 * std::f64::consts::PI * 111.0 / 52.0;
    let all = [111.0, angle.sin(), angle.cos()];
    let covariates = std::array::from_fn(|it| if it < used { all[it] } else { 0.0 });
    let link = (5.0 * fit.rate(0, &covariates).unwrap()).ln();
    let error = (fit.variance(0, &covariates).unwrap() * scale).sqrt();
    assert!(near(link, wanted.0, 1e-4) && near(error, wanted.1, 1e-4), "{told}: {link} {error}");
}

#[test]
fn residuals_and_weights_are_as_r_has_them() {
    let rows = reference("glm/anscombe_weights_sim_cover");
    let days = days(1);
    let it = fit(&days, 1, Family::Poisson).unwrap();
    for threshold in ["1", "2.58"] {
        let (residuals, weights) = anscombe_weights(&days, &it, it.dispersion.max(1.0), threshold.parse().unwrap());
        for (at, row) in rows.iter().enumerate() {
            assert!(near(it.fitted[at], row["fitted"], 1e-4), "{row:?}");
            assert!(near(it.hat(at, &days[at]), row["hat"], 1e-4), "{row:?}");
            assert!((residuals[at] - row["anscombe"]).abs() < 1e-4, "{row:?}: {}", residuals[at]);
            assert!(near(weights[at], row[&format!("weight_thr{threshold}")], 1e-4), "{row:?}: {}", weights[at]);
        }
    }
}

#[test]
fn quantiles_of_the_negative_binomial_are_as_r_has_them() {
    for it in reference("glm/nb_quantiles") {
        let found = crossfoot::history::quantiles(it["mu"], it["phi"], it["alpha"]);
        assert!(near(found.0, it["lower"].abs(), 1e-9) && near(found.1, it["upper"], 1e-9), "{it:?}: {found:?}");
    }
}
