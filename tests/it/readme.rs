//! What the README prints is what the program prints.

use crate::support::{Folder, assert_same, crossfoot, writes_pages};

/// The README with the real output of its commands, and how many there are.
fn run(folder: &Folder, readme: &str) -> (String, usize) {
    let mut parts = readme.split("```console\n");
    let mut real = parts.next().unwrap().to_owned();
    let mut shown = 0;
    for part in parts {
        let (block, rest) = part.split_once("```").expect("the block ends");
        let command = block.lines().next().expect("a command comes first");
        let arguments: Vec<&str> =
            command.strip_prefix("$ crossfoot ").expect("a crossfoot command").split(' ').collect();
        let file = arguments.last().expect("a command has arguments");
        // A table that is shown right before its command is in a folder of its own.
        let shown_table = real.rsplit_once("```csv\n").and_then(|it| it.1.split_once("```"));
        let alone = shown_table.filter(|_| !folder.path(file).exists()).map(|it| {
            let own = Folder::new("readme");
            own.write(file, it.0);
            own
        });
        let output = crossfoot(alone.as_ref().unwrap_or(folder), &arguments);
        real.push_str(&format!("```console\n{command}\n{}{}```{rest}", output.stdout, output.stderr));
        shown += 1;
    }
    (real, shown)
}

#[test]
fn the_commands_of_the_readme_print_what_it_shows() {
    let folder = Folder::repository();
    let readme = folder.read("README.md");
    let (real, shown) = run(&folder, &readme);
    assert!(shown >= 2, "the README shows {shown} commands");
    if writes_pages() {
        folder.write("README.md", real);
    } else {
        assert_same(&readme, &real);
    }
}
