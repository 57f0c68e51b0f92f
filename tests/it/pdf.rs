//! PDF files by way of pdftotext, which a script stands for here.

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use crate::support::Folder;

const PDF: &str = "%PDF-1.7\n1 0 obj\n<<>>\nendobj\n";

/// A folder with a PDF file, and a program that says this of it.
fn folder(name: &str, program: Option<&str>) -> Folder {
    let folder = Folder::new(&format!("pdf-{name}"));
    folder.write("a.pdf", PDF);
    folder.write("bin/keep", "");
    if let Some(program) = program {
        folder.write("bin/pdftotext", format!("#!/bin/sh\n{program}\n"));
        std::fs::set_permissions(folder.path("bin/pdftotext"), PermissionsExt::from_mode(0o755)).unwrap();
    }
    folder
}

/// How a run ends that finds programs in the folder only, and what it prints.
fn run(folder: &Folder, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crossfoot"));
    command.args(arguments).current_dir(folder.path("")).env("PATH", folder.path("bin")).env("NO_COLOR", "1");
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// A program that prints lines.
fn printing(lines: &[&str]) -> String {
    lines.iter().map(|it| format!("echo '{it}'\n")).collect::<Vec<_>>().concat()
}

#[test]
fn a_table_of_a_pdf_is_read_by_the_position_of_its_columns() {
    let lines = [
        "Landings by port, tonnes",
        "",
        "Port              Cod     Herring        All",
        "Husum           1 204       1 987      3 191",
        "Kappeln           311       1 012      1 323",
        "Maasholm        2 290       3 999      6 290",
    ];
    let folder = folder("read", Some(&printing(&lines)));
    let (code, text) = run(&folder, &["extract", "a.pdf", "-o", "csv"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.ends_with("Husum,1204,1987,3191\nKappeln,311,1012,1323\nMaasholm,2290,3999,6290\n"), "{text}");
    let (code, text) = run(&folder, &["extract", "a.pdf", "-o", "json"]);
    assert!(code == Some(0) && text.contains("\"line\": 4"), "{text}");
}

#[test]
fn tables_of_two_pages_are_two() {
    let table = ["Port       Cod   Herring", "Husum       12        19", "Kappeln     31        11"];
    let page = printing(&table);
    let folder = folder("pages", Some(&format!("{page}printf '\\f'\n{page}")));
    let (code, text) = run(&folder, &["extract", "a.pdf", "-o", "json"]);
    assert_eq!((code, text.matches("\"label\": \"Husum\"").count()), (Some(0), 2), "{text}");
}

#[test]
fn what_keeps_a_pdf_from_being_read_is_said() {
    for (name, program, message) in [
        ("absent", None, "a.pdf: reading PDF files needs pdftotext, which could not be started"),
        ("broken", Some("exit 3"), "a.pdf: pdftotext could not read this PDF file"),
        ("scan", Some("printf ' \\n\\f'"), "a.pdf: this PDF file has no text, only images"),
    ] {
        let (code, text) = run(&folder(name, program), &["check", "a.pdf"]);
        assert_eq!(code, Some(2), "{name}: {text}");
        assert!(text.contains(message) && text.contains("hint: "), "{name}: {text}");
    }
}

#[test]
fn a_name_alone_makes_no_pdf() {
    let folder = folder("named", None);
    folder.write("named.pdf", "crop,tons\nRye,12\n");
    folder.write("other.csv", PDF);
    let (code, text) = run(&folder, &["check", "named.pdf"]);
    assert!(code == Some(2) && text.contains("expected a PDF file because of its name"), "{text}");
    let (code, text) = run(&folder, &["check", "other.csv"]);
    assert!(code == Some(2) && text.contains("reading PDF files needs pdftotext"), "{text}");
    let (code, text) = run(&folder, &["check", "other.csv", "--from", "delimited"]);
    assert!(code == Some(2) && text.contains("PDF files cannot be read"), "{text}");
}

#[test]
fn a_table_that_speaks_of_pdf_files_is_none() {
    let folder = folder("spoken", None);
    folder.write("kinds.csv", "kind,starts with,files,pages\nPDF,%PDF-1.7,12,30\nPNG,x89PNG,5,7\nTotal,,17,37\n");
    let (code, text) = run(&folder, &["check", "kinds.csv"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("1 table"), "{text}");
    // A file that is named so may have something before it.
    folder.write("b.pdf", format!("sent by mail\n{PDF}"));
    let (code, text) = run(&folder, &["check", "b.pdf"]);
    assert!(code == Some(2) && text.contains("b.pdf: reading PDF files needs pdftotext"), "{text}");
}
