"""The page of the book runs: what it prints is what Python prints."""

from __future__ import annotations

import doctest

from conftest import ROOT

PAGE = ROOT / "docs/python.md"


def fences(page: str):
    """The fenced blocks of a page: what stands behind the fence, and the text."""
    for part in page.split("```")[1::2]:
        info, _, text = part.partition("\n")
        yield info.strip(), text


def test_the_page_of_the_book_prints_what_it_shows(here) -> None:
    names: dict[str, object] = {}
    shown = 0
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    for info, text in fences(PAGE.read_text(encoding="utf-8")):
        language, _, name = info.partition(" ")
        if language == "toml" and name:
            (here / name).write_text(text, encoding="utf-8")
        if language == "python":
            test = doctest.DocTestParser().get_doctest(text, names, PAGE.name, str(PAGE), 0)
            runner.run(test, clear_globs=False)
            names = test.globs
            shown += len(test.examples)
    assert shown >= 9
    assert runner.failures == 0
