//! Tables of databases, as far as no database is needed: `tests/engines` has the others.

use crate::support::{Folder, crossfoot};

#[cfg(not(feature = "sql"))]
#[test]
fn tables_of_databases_name_the_feature_that_reads_them() {
    let folder = Folder::new("database-feature");
    folder.write("a.db", "");
    let output = crossfoot(&folder, &["check", "sqlite:a.db#t"]);
    assert_eq!(output.code, 2, "{}", output.stdout);
    assert!(output.stderr.contains("sqlite:a.db#t: this build cannot read databases"), "{}", output.stderr);
    assert!(output.stderr.contains("feature sql"), "{}", output.stderr);
}

#[test]
fn a_password_in_an_address_is_refused_and_printed_nowhere() {
    let folder = Folder::new("database-password");
    for command in ["check", "extract", "accept", "diff"] {
        let address = "postgresql://me:geheim@localhost/shop#orders";
        let arguments = if command == "diff" { vec![command, address, address] } else { vec![command, address] };
        let output = crossfoot(&folder, &arguments);
        assert_eq!(output.code, 2, "{command}: {}", output.stdout);
        assert!(output.stderr.contains("other users could see a password in a database address"), "{}", output.stderr);
        assert!(!format!("{}{}", output.stdout, output.stderr).contains("geheim"), "{}", output.stderr);
    }
}

#[test]
fn an_address_without_table_or_file_is_told() {
    let folder = Folder::new("database-address");
    for (address, told) in [
        ("postgresql://localhost/shop", "expected #TABLE at the end of a database's address"),
        ("duckdb:shop.duckdb#orders", "database file shop.duckdb not found"),
    ] {
        let output = crossfoot(&folder, &["check", address]);
        assert_eq!(output.code, 2, "{}", output.stdout);
        assert!(output.stderr.contains(told), "{}", output.stderr);
    }
}

#[cfg(feature = "sql")]
#[test]
fn a_driver_that_is_missing_or_none_is_told_with_how_to_give_one() {
    let folder = Folder::new("database-driver");
    folder.write("a.db", "");
    folder.write("none.so", "no library");
    for (driver, told) in
        [("sqlite=gone.so", "gone.so could not be loaded"), ("none.so", "none.so could not be loaded")]
    {
        let output = crossfoot(&folder, &["check", "sqlite:a.db#t", "--driver", driver]);
        assert_eq!(output.code, 2, "{}", output.stdout);
        assert!(output.stderr.contains(told) && output.stderr.contains("--driver sqlite=PATH"), "{}", output.stderr);
    }
}
