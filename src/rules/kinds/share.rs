//! `share`: printed percentages fit their counts, or add up.

use num_traits::{Signed, Zero};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::{Error, ErrorKind, Result};
use crate::rules::expression::{RuleNumber, number_columns, own_table};
use crate::rules::{Binding, Kind};

mod adding;
mod fitting;

/// Percentages that fit counts, or that add up.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Share")]
pub(crate) struct Spec {
    /// The column of percentages.
    pub(crate) percent: String,
    /// The count and what it is a share of: two columns.
    pub(crate) of: Option<[String; 2]>,
    /// What the percentages add up to, usually 100.
    pub(crate) sums_to: Option<RuleNumber>,
    /// For `sums_to`: columns whose values form groups.
    #[serde(default)]
    pub(crate) by: Vec<String>,
}

/// Compiles the rule.
///
/// # Errors
///
/// [`ErrorKind::Rules`]: neither `of` nor `sums_to`, or both;
/// [`ErrorKind::Expression`]: a column that is not there or holds no numbers.
pub(crate) fn compile(spec: &Spec, binding: &Binding<'_>) -> Result<Box<dyn Kind>> {
    let table = own_table(binding)?;
    let schema = &binding.tables[table];
    number_columns(schema, std::slice::from_ref(&spec.percent))?;
    match (&spec.of, &spec.sums_to) {
        (Some(of), None) if spec.by.is_empty() => {
            number_columns(schema, of)?;
            let [count, whole] = of.clone();
            let (missing, rounding) = (binding.missing, binding.rounding);
            Ok(Box::new(fitting::Fitting { table, percent: spec.percent.clone(), count, whole, missing, rounding }))
        }
        (None, Some(total)) if total.0.is_positive() || total.0.is_zero() => {
            let unknown = spec.by.iter().find(|it| schema.column(it).is_none());
            if let Some(it) = unknown {
                return Err(crate::rules::expression::unknown_column(schema, it));
            }
            let (by, total) = (spec.by.clone(), total.0.clone());
            let missing = binding.missing;
            Ok(Box::new(adding::Adding { table, percent: spec.percent.clone(), total, by, missing }))
        }
        (Some(_), None) => Err(Error::new(ErrorKind::Rules, "by applies only to sums_to")),
        _ => Err(Error::new(ErrorKind::Rules, "share needs either of = [count, whole] or sums_to = 100")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Spec, compile};
    use crate::rules::expression::testing::World;
    use crate::rules::{Kind, Mark, Missing, Rounding};

    fn share(world: &World, text: &str) -> Box<dyn Kind> {
        let spec: Spec = toml::from_str(text).unwrap();
        world.compile(|it| compile(&spec, it)).unwrap()
    }

    const OF: &str = "percent = 'p'\nof = ['solved', 'total']";
    const COLUMNS: &str = "item:label,solved:count,total:count,p:percent";

    #[test]
    fn a_percentage_is_the_share_as_printed_with_either_rounding_of_a_half() {
        let world =
            World::of("t", COLUMNS, "a,1,3,33.3\nb,1,3,33\nc,1,8,12\nd,1,8,13\ne,1,3,33.4\nf,0,0,0\ng,1,,5\nh,1,400,0");
        let rule = share(&world, OF);
        let (holds, fails, open) = (Mark::Holds, Mark::Fails, Mark::Undetermined);
        assert_eq!(world.marks(&*rule), [holds, holds, holds, holds, fails, open, open, holds]);
        assert_eq!(
            world.messages(&*rule),
            [
                "e: p 33.4 is not solved (1) of total (3), which is 33.33",
                "f: total is 0: division by zero",
                "g: total is empty"
            ]
        );
    }

    #[test]
    fn a_percentage_that_no_whole_number_makes_fails_without_the_count() {
        let world = World::of("t", COLUMNS, "a,,7,50\nb,,7,57\nc,,200,50");
        let rule = share(&world, OF);
        assert_eq!(world.marks(&*rule), [Mark::Fails, Mark::Undetermined, Mark::Undetermined]);
        assert_eq!(
            world.messages(&*rule)[..2],
            ["a: p 50 is not the share of any whole number in total (7)", "b: solved is empty"]
        );
    }

    #[test]
    fn rounded_counts_and_cut_percentages_are_allowed_where_declared() {
        let mut world = World::of("t", COLUMNS, "a,1,3,33.4\nb,2,3,66.6\nc,2,3,66.7");
        world.rounding = Rounding::Independent;
        assert_eq!(world.marks(&*share(&world, OF)), [Mark::Rounded, Mark::Rounded, Mark::Holds]);
        world.rounding = Rounding::Truncated;
        assert_eq!(world.marks(&*share(&world, OF)), [Mark::Rounded, Mark::Holds, Mark::Rounded]);
    }

    #[test]
    fn percentages_add_up_in_each_group_within_half_a_unit_each() {
        let rows = "x,N,33\ny,N,33\nz,N,33\nx,S,50\ny,S,53\nx,E,50.0\ny,E,50.0\nx,W,90\ny,W,\nx,V,120\ny,V,";
        let world = World::of("t", "item:label,area:label,p:percent", rows);
        let text = "percent = 'p'\nsums_to = 100\nby = ['area']";
        let rule = share(&world, text);
        assert_eq!(world.marks(&*rule), [Mark::Rounded, Mark::Fails, Mark::Holds, Mark::Undetermined, Mark::Fails]);
        assert_eq!(world.messages(&*rule)[0], "S: p adds up to 103, not 100; rounding of 2 figures explains at most 1");
        assert_eq!(rule.explain(&world.context(), 1).gap.as_deref(), Some("2"));
        let world = World { missing: Missing::Zero, ..world };
        assert_eq!(world.marks(&*share(&world, text))[3], Mark::Fails);
    }

    #[test]
    fn exactly_one_form_is_written() {
        let world = World::of("t", COLUMNS, "a,1,3,33.4");
        for text in ["percent = 'p'", "percent = 'p'\nof = ['solved', 'total']\nsums_to = 100"] {
            let spec: Spec = toml::from_str(text).unwrap();
            let message = world.compile(|it| compile(&spec, it)).unwrap_err().to_string();
            assert_eq!(message, "share needs either of = [count, whole] or sums_to = 100");
        }
    }
}
