"""What can be done with what was found."""

from __future__ import annotations

import html
import json
import subprocess
import sys

import pandas
import polars
import pyarrow
import pytest
from test_tables import RULES, WARDS, rules  # noqa: F401, a fixture

import crossfoot


@pytest.fixture
def findings(rules):  # noqa: F811
    return crossfoot.check(polars.DataFrame(WARDS), rules=rules)


def test_findings_are_a_frame_of_any_kind(findings) -> None:
    for rows in (
        findings.to_polars().to_dicts(),
        findings.to_pandas().to_dict("records"),
        pyarrow.table(findings).to_pylist(),
    ):
        [row] = rows
        assert (row["rule"], row["row"], row["column"], row["text"]) == ("votes-add-up", "Exton", "votes", "3160")
        assert row["line"] == 5 and row["severity"] == "error"


def test_a_frame_without_findings_has_its_columns(here) -> None:
    none = crossfoot.check(polars.DataFrame({"ward": ["Ashby"], "votes": [1]}))
    assert len(none) == 0 and not none.fails
    assert none.to_polars().columns == list(none.to_pandas().columns)
    assert "message" in none.to_polars().columns


def test_a_failed_check_raises_its_report(findings) -> None:
    with pytest.raises(crossfoot.FindingsError, match="Exton") as raised:
        findings.raise_for_errors()
    assert raised.value.findings is findings


def test_fail_on_decides_what_fails(rules) -> None:  # noqa: F811
    findings = crossfoot.check(polars.DataFrame(WARDS), rules=rules, fail_on="never")
    assert findings.raise_for_errors() is findings and len(findings) == 1
    with pytest.raises(ValueError, match='expected fail_on to be one of error, .* found "eror"'):
        crossfoot.check(polars.DataFrame(WARDS), fail_on="eror")


def test_advice_names_arguments(here) -> None:
    (here / "a.json").write_text("[1, ")
    with pytest.raises(crossfoot.Error, match="hint: .*, use format delimited or format page") as raised:
        crossfoot.check("a.json")
    assert "--" not in str(raised.value)
    with pytest.raises(crossfoot.Error, match='expected a period as the edition, found "May"'):
        crossfoot.check("a.json", edition="May")


def test_findings_have_no_truth(findings) -> None:
    with pytest.raises(TypeError, match="findings.fails"):
        bool(findings)


def test_a_notebook_shows_the_report_by_itself(findings) -> None:
    shown = findings._repr_html_()
    assert shown.startswith("<iframe srcdoc=") and "3160" in shown
    page = html.unescape(shown.split('srcdoc="')[1].split('" sandbox')[0])
    assert page == findings.html() and page.lower().startswith("<!doctype html>")


def test_formats_of_the_program_are_written(findings) -> None:
    assert json.loads(findings.write("sarif"))["version"] == "2.1.0"
    assert findings.write("junit").startswith("<?xml")
    with pytest.raises(ValueError, match='there is no format "sariff"'):
        findings.write("sariff")


def test_an_error_gives_its_hint(here) -> None:
    (here / "wards.csv").write_text("ward,votes\nAshby,1\n")
    with pytest.raises(crossfoot.Error, match="wards.cvs: no such file or folder\nhint: the nearest name there is"):
        crossfoot.check("wards.cvs")


def test_the_fixture_fails_a_test_with_the_report(pytester) -> None:
    (pytester.path / "wards.csv").write_text(
        "ward,day,mail,votes\nAshby,1204,918,2122\nExton,1988,1622,3160\n"
    )
    (pytester.path / "wards.toml").write_text(RULES)
    pytester.makepyfile(
        """
        def test_wards(crossfoot_check):
            crossfoot_check("wards.csv", rules="wards.toml")

        def test_others(crossfoot_check):
            assert len(crossfoot_check("wards.csv", rules="wards.toml", fail_on="never")) == 1
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1, passed=1)
    result.stdout.fnmatch_lines(["*votes-add-up*Exton*"])


def test_the_package_installs_no_terminal_and_no_signal_handler() -> None:
    script = "import signal, crossfoot; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "True"


def test_pandas_is_only_asked_for_when_it_is_used() -> None:
    script = "import sys, crossfoot; print([it for it in ('pandas', 'polars', 'pyarrow') if it in sys.modules])"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
    assert pandas is not None
