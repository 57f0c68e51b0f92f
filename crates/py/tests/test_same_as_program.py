"""What Python finds is what the program finds."""

from __future__ import annotations

import csv
import json

import polars
import pytest
from conftest import ROOT, Example, examples, program

import crossfoot

EXAMPLES = examples()
# A frame has neither notes nor titles: every row is as wide as the heading.
PLAIN = [it for it in EXAMPLES if len(it.tables()) == 1 and it.is_plain()]


def test_every_kind_has_examples() -> None:
    kinds = {it.stem for it in (ROOT / "rules/kinds").glob("*.md")}
    assert {it.name.rsplit("-", 1)[0] for it in EXAMPLES} == kinds
    assert len(PLAIN) >= 30


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda it: it.name)
def test_a_page_gives_the_findings_of_the_program(example: Example, here) -> None:
    example.write(here)
    theirs = program("check", "in", "--rules", "rules.toml", "-o", "json", folder=here)
    ours = crossfoot.check("in", rules="rules.toml")
    assert json.loads(ours.json()) == json.loads(theirs)
    assert ours.json() == theirs


@pytest.mark.parametrize("example", PLAIN, ids=lambda it: it.name)
def test_a_frame_gives_the_findings_of_its_file(example: Example, here) -> None:
    """Cells as they are printed are the same table, whoever holds them."""
    example.write(here)
    [table] = example.tables()
    heading, *rows = csv.reader(example.files[table].splitlines())
    frame = polars.DataFrame({name: [row[at] for row in rows] for at, name in enumerate(heading)})
    of_file = crossfoot.check(table, rules="rules.toml")
    of_frame = crossfoot.check(frame, rules="rules.toml", name=table)

    def told(findings: crossfoot.Findings) -> list[tuple[str, str, str]]:
        return sorted((it["rule"], it["certainty"], it["message"]) for it in findings)

    assert told(of_frame) == told(of_file)
    assert of_frame.verdict == of_file.verdict


def test_a_diff_is_that_of_the_program(here) -> None:
    old, new = ROOT / "docs/data/veneto.csv", ROOT / "docs/data/veneto-corrected.csv"
    theirs = json.loads(program("diff", str(old), str(new), "-o", "json", folder=here))
    ours = crossfoot.diff(old, new)
    assert ours.document["changes"] == theirs["changes"]
    assert ours.document["summary"] == theirs["summary"]
    assert not ours.is_empty and crossfoot.diff(old, old).is_empty


def test_an_article_is_that_of_the_program(here) -> None:
    (here / "wards.csv").write_text("ward,votes\nAshby,2122\nBarrow,1892\nCorby,2721\n")
    (here / "draft.txt").write_text("Ashby cast 2,122 votes, and Barrow cast 1,982 votes.\n")
    theirs = program("article", "draft.txt", "--table", "wards.csv", "-o", "json", folder=here)
    ours = crossfoot.article("draft.txt", "wards.csv")
    assert ours.json() == theirs
    assert [it["verdict"] for it in ours.rows()] == [it["verdict"] for it in json.loads(theirs)["mentions"]]


def test_suggestions_are_those_of_the_program(here) -> None:
    rows = ["ward,day,mail,votes", "Ashby,1204,918,2122", "Barrow,877,1015,1892", "Corby,1431,1290,2721"]
    rows += ["Derwent,652,701,1353", "Exton,1988,1622,3610", "Fenwick,1147,1093,2240"]
    (here / "wards.csv").write_text("\n".join(rows) + "\n")
    theirs = program("suggest", "wards.csv", folder=here)
    ours = crossfoot.suggest("wards.csv")
    assert len(ours) >= 1
    assert all(rule in theirs for rule in ours)
    assert theirs.count("[[rules]]") == len(ours)


def test_a_history_is_that_of_the_program(here) -> None:
    weeks = "".join(f"{week},{100 + week * 7 % 13}\n" for week in range(1, 40))
    (here / "cases.csv").write_text(f"week,cases\n{weeks}40,400\n")
    arguments = ["history", "cases.csv", "--period", "week", "--value", "cases", "-o", "json"]
    theirs = program(*arguments, folder=here)
    ours = crossfoot.history("cases.csv", period="week", value="cases")
    assert ours.json() == theirs
    assert ours.rows()[-1]["observed"] == "400"
