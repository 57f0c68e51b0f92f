"""Where things are: the repository, the program, and the examples of the manual pages."""

from __future__ import annotations

import csv
import os
import subprocess
from pathlib import Path
from typing import Iterator

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = os.environ.get("CROSSFOOT") or str(ROOT / "target/debug/crossfoot")

pytest_plugins = ["pytester"]


class Example:
    """An example of a manual page: a rule file, and the inputs that it is shown on."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.files: dict[str, str] = {}

    def write(self, folder: Path) -> None:
        for name, text in self.files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="")

    def tables(self) -> list[str]:
        return [it for it in self.files if it.startswith("in/") and it.endswith(".csv")]

    def is_plain(self) -> bool:
        rows = [list(csv.reader(self.files[it].splitlines())) for it in self.tables()]
        return all(len(row) == len(table[0]) for table in rows for row in table)


def blocks(page: str) -> Iterator[tuple[str, str, str]]:
    """The fenced blocks behind the first heading: language, name, text."""
    body = page[page.find("\n## ") :]
    fence, language, name, lines = "", "", "", []
    for line in body.splitlines(keepends=True):
        ticks = len(line) - len(line.lstrip("`"))
        if not fence and ticks >= 3:
            fence = line[:ticks]
            language, _, name = line[ticks:].strip().partition(" ")
            lines = []
        elif fence and ticks >= len(fence):
            yield language, name, "".join(lines)
            fence = ""
        else:
            lines.append(line)


def examples() -> list[Example]:
    found: list[Example] = []
    for page in sorted((ROOT / "rules/kinds").glob("*.md")):
        current = None
        for language, name, text in blocks(page.read_text(encoding="utf-8")):
            if language == "toml" and name == "rules.toml":
                current = Example(f"{page.stem}-{sum(it.name.startswith(page.stem) for it in found) + 1}")
                current.files[name] = text
            elif current and name and language in ("toml", "markdown"):
                current.files[name] = text
            elif current and name and language in ("csv", "txt", "tsv"):
                current.files[f"in/{name}"] = text
            elif current and language == "text":
                if any(it.startswith("in/") for it in current.files):
                    found.append(current)
                current = None
    return found


def program(*arguments: str, folder: Path) -> str:
    """What the program prints."""
    run = subprocess.run([PROGRAM, *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8")
    assert run.returncode in (0, 1), run.stderr
    return run.stdout


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
