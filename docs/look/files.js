// What the theme of mdBook does not do: the name of the file that a block holds, and the
// output of commands as it is printed, without the colours of a shell script.
for (const code of document.querySelectorAll("pre > code")) {
    const file = [...code.classList].find((it) => /^[\w/-]+\.\w+$/.test(it));
    if (file) {
        const name = document.createElement("span");
        name.className = "file-name";
        name.textContent = file;
        code.closest("pre").before(name);
    }
    if (code.classList.contains("language-console") || code.classList.contains("language-text")) {
        const lines = code.textContent.split("\n");
        code.replaceChildren(...lines.flatMap((line, at) => {
            const end = at + 1 < lines.length ? "\n" : "";
            if (!line.startsWith("$ ")) return [line + end];
            const command = document.createElement("span");
            command.className = "prompt";
            command.textContent = line + end;
            return [command];
        }));
    }
}
