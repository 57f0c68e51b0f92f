//! The report that an editor reads: right, harmless, and by itself.

use std::process::Command;

use crate::support::{Folder, crossfoot};

fn report() -> String {
    let folder = Folder::repository();
    let output = crossfoot(&folder, &["check", "-o", "html", "examples/incoming"]);
    assert_eq!(output.code, 1, "{}", output.stderr);
    output.stdout
}

/// What stands between two texts, each time.
fn between<'a>(page: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    page.split(start).skip(1).filter_map(|it| it.split(end).next()).collect()
}

#[test]
fn the_verdict_comes_first_and_the_marks_are_the_right_figures() {
    let page = report();
    assert!(page.contains("Failed (1 error). Do not publish before this is settled."), "{page}");
    assert_eq!(between(&page, "<mark>", "</mark>"), ["1,477", "1,911"]);
    let first = page.find("<mark>1,477").unwrap();
    assert!(page[first..].starts_with("<mark>1,477</mark><sup><a href=\"#finding-1\""));
    assert_eq!(between(&page, "<li id=\"finding-", "\"").len(), 1);
    assert!(page.contains("Questions for the source") && page.contains("Is 1,911 right?"));
    assert!(page.contains("Against their own history") && page.contains("Changed since the previous edition"));
    assert_eq!(between(&page, "<svg ", "</svg>").len(), 24);
}

#[test]
fn the_page_loads_nothing_and_runs_nothing() {
    let page = report();
    assert!(page.contains("default-src 'none'"));
    for never in ["<script", "http:", "https:", "src=", "url(", "@import", "onclick", "<iframe", "<link"] {
        assert!(!page.contains(never), "{never}");
    }
    assert!(page.len() < 100_000, "{}", page.len());
}

#[test]
fn hostile_and_large_tables_do_no_harm() {
    let folder = Folder::new("html-hostile");
    folder.write(
        "rules/t.toml",
        "crossfoot = 1\ndataset = \"t\"\nfiles = [\"*.csv\"]\n[tables.t]\nkey = [\"id\"]\n\
         columns = { id = \"label\", n = \"count\", m = \"count\" }\n[[rules]]\nname = \"less\"\npart = \"n <= m\"\n",
    );
    let long = "<b>\"'&".repeat(17_000);
    let rows: Vec<String> = (0..30_000).map(|it| format!("r{it},{},{}\n", it + it % 2, it)).collect();
    let start = format!(
        "id,n,m\n<script>alert(1)</script>,5,3\n\"{}\",9,3\n=cmd()|' /C calc'!A0,4,3\n",
        long.replace('"', "\"\"")
    );
    folder.write("t.csv", start + &rows.concat());
    let page = crossfoot(&folder, &["check", "t.csv", "-o", "html"]).stdout;
    assert!(page.len() < 1_000_000, "{}", page.len());
    assert!(!page.contains("<script") && !page.contains("<b>"));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("rows are not shown on this page") && page.contains("more that are not shown on this page"));
}

/// The browser, where there is one.
fn browser() -> Option<&'static str> {
    let known = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    known.into_iter().find(|it| std::path::Path::new(it).exists())
}

/// Opens a page in a fresh profile; what the browser prints and complains of.
fn open(browser: &str, folder: &Folder, name: &str, arguments: &[&str]) -> (String, String) {
    let profile = folder.path(&format!("profile-{name}"));
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--enable-logging=stderr", "--hide-scrollbars"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("--log-net-log={}", folder.path(&format!("{name}.net")).display()))
        .args(arguments)
        .arg(format!("file://{}", folder.path("report.html").display()))
        .output()
        .unwrap();
    (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_browser_shows_it_light_dark_narrow_and_printed() {
    let Some(browser) = browser() else {
        println!("no Chromium here: the report is not opened");
        return;
    };
    let folder = Folder::new("html-browser");
    folder.write("report.html", report());
    let picture = |name: &str| format!("--screenshot={}", folder.path(&format!("{name}.png")).display());
    let (page, log) = open(browser, &folder, "dom", &["--dump-dom"]);
    assert_eq!(between(&page, "<mark>", "</mark>"), ["1,477", "1,911"], "{log}");
    let print = format!("--print-to-pdf={}", folder.path("print.pdf").display());
    for (name, arguments) in [
        ("light", vec!["--window-size=1000,2000", &picture("light")]),
        ("dark", vec!["--window-size=1000,2000", "--blink-settings=preferredColorScheme=0", &picture("dark")]),
        ("narrow", vec!["--window-size=400,3000", &picture("narrow")]),
        ("print", vec![print.as_str()]),
        ("no-script", vec!["--window-size=1000,2000", &picture("no-script")]),
    ] {
        if name == "no-script" {
            let blocked = "{\"profile\":{\"managed_default_content_settings\":{\"javascript\":2}}}";
            folder.write("profile-no-script/Default/Preferences", blocked);
        }
        let (_, log) = open(browser, &folder, name, &arguments);
        assert!(!log.contains("CONSOLE"), "{name}: {log}");
        let file = if name == "print" { "print.pdf".to_owned() } else { format!("{name}.png") };
        assert!(std::fs::metadata(folder.path(&file)).unwrap().len() > 10_000, "{name}: {log}");
        // The log names every address that was asked for; some the browser asks its maker.
        let net = folder.read(&format!("{name}.net"));
        let own = |it: &str| it.contains(".google.com/") || it.contains("gvt1.com/") || it.contains(".googleapis.com/");
        let asked = between(&net, "\"url\":\"", "\"").into_iter().find(|it| it.starts_with("http") && !own(it));
        assert_eq!(asked, None, "{name}");
    }
    let read = |name: &str| std::fs::read(folder.path(name)).unwrap();
    assert!(read("light.png") != read("dark.png"));
    // Where the browser runs no scripts, every pixel is the same.
    assert!(read("light.png") == read("no-script.png"));
}
