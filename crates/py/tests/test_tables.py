"""Tables in memory, whoever holds them."""

from __future__ import annotations

import datetime
import decimal

import duckdb
import pandas
import polars
import pyarrow
import pytest

import crossfoot

RULES = """crossfoot = 1
dataset = "wards"

[tables.wards]
key = ["ward"]
columns = { ward = "label", day = "count", mail = "count", votes = "count" }

[[rules]]
name = "votes-add-up"
sum = { total = "votes", parts = ["day", "mail"] }
"""
WARDS = {
    "ward": ["Ashby", "Barrow", "Corby", "Exton"],
    "day": [1204, 877, 1431, 1988],
    "mail": [918, 1015, 1290, 1622],
    "votes": [2122, 1892, 2721, 3160],
}


@pytest.fixture
def rules(here):
    file = here / "wards.toml"
    file.write_text(RULES)
    return file


def of_duckdb():
    wards = pyarrow.table(WARDS)  # noqa: F841, DuckDB finds it by its name
    return duckdb.sql("select * from wards")


HOLDERS = {
    "polars": lambda: polars.DataFrame(WARDS),
    "pandas": lambda: pandas.DataFrame(WARDS),
    "duckdb": of_duckdb,
    "pyarrow": lambda: pyarrow.table(WARDS),
    "pyarrow-batches": lambda: pyarrow.Table.from_batches(pyarrow.table(WARDS).to_batches(max_chunksize=1)),
    "polars-categories": lambda: polars.DataFrame(WARDS).with_columns(polars.col("ward").cast(polars.Categorical)),
    "pandas-categories": lambda: pandas.DataFrame(WARDS).astype({"ward": "category"}),
}


@pytest.mark.parametrize("holder", HOLDERS)
def test_every_holder_of_a_table_gets_the_same_finding(holder: str, rules) -> None:
    findings = crossfoot.check(HOLDERS[holder](), rules=rules)
    assert [(it["rule"], it["places"][0]["row"]) for it in findings] == [("votes-add-up", "Exton")]
    assert "3160" in findings[0]["message"] and findings.fails


def test_a_table_without_rules_is_held_against_itself(here) -> None:
    wards = {name: cells * 3 for name, cells in WARDS.items()}
    wards["ward"] = [f"ward {number}" for number in range(12)]
    for row in (3, 7):
        wards["votes"][row] = 3610
    findings = crossfoot.check(polars.DataFrame(wards))
    assert [(it["rule"], it["places"][0]["row"]) for it in findings] == [("follows", "ward 11")]


def test_types_print_as_in_a_file(here) -> None:
    """A frame with its types is the CSV file that says the same."""
    frame = polars.DataFrame(
        {
            "id": ["a", "b", None],
            "small": polars.Series([1, -2, None], dtype=polars.Int8),
            "large": polars.Series([2**63, 1, None], dtype=polars.UInt64),
            "price": polars.Series([decimal.Decimal("1.50"), decimal.Decimal("-0.05"), None]),
            "share": [0.1, 1e-9, None],
            "day": [datetime.date(2005, 3, 1), datetime.date(1999, 12, 31), None],
            "at": [datetime.datetime(2005, 3, 1, 12, 30), datetime.datetime(2005, 3, 1), None],
            "true": [True, False, None],
            "place": [{"city": "Lund"}, {"city": None}, None],
        }
    )
    printed = "id,small,large,price,share,day,at,true,place.city\n"
    printed += "a,1,9223372036854775808,1.50,0.1,2005-03-01,2005-03-01T12:30:00,true,Lund\n"
    printed += "b,-2,1,-0.05,1e-9,1999-12-31,2005-03-01,false,\n"
    printed += ",,,,,,,,\n"
    (here / "printed.csv").write_text(printed)
    assert crossfoot.diff("printed.csv", frame, key="id").records == []
    wrong = printed.replace("-0.05", "-0.06")
    (here / "wrong.csv").write_text(wrong)
    [change] = crossfoot.diff("wrong.csv", frame, key="id").rows()
    assert (change["column"], change["old"], change["new"]) == ("price", "-0.06", "-0.05")


def test_large_frames_give_the_findings_of_their_parquet_file(here) -> None:
    """From a size on a frame is read in parts, as a file is."""
    rows = 300_000
    day = polars.Series("day", range(rows))
    frame = polars.DataFrame({"ward": day.cast(polars.String), "day": day, "mail": day % 97}).with_columns(
        votes=polars.when(polars.col("day") == 250_000).then(7).otherwise(polars.col("day") + polars.col("mail"))
    )
    (here / "wards.toml").write_text(RULES)
    # Smaller than 2 MB, it would be held, and more would be told of it.
    frame.write_parquet(here / "table.parquet", compression="uncompressed", use_pyarrow=False)
    of_frame = crossfoot.check(frame, rules="wards.toml", name="table.parquet")
    of_file = crossfoot.check("table.parquet", rules="wards.toml")
    assert of_frame.document["findings"] == of_file.document["findings"]
    assert [it["rule"] for it in of_frame] == ["votes-add-up"]
    assert of_frame.document["inputs"] == of_file.document["inputs"]
    assert of_frame.document["summary"] == of_file.document["summary"]


def test_columns_of_lists_are_refused_by_name() -> None:
    frame = polars.DataFrame({"ward": ["Ashby"], "votes": [[1, 2]]})
    with pytest.raises(crossfoot.Error, match='table: expected one value per cell, but column "votes" holds lists'):
        crossfoot.check(frame)


def test_a_stream_is_read_once_and_not_kept() -> None:
    table = pyarrow.table(WARDS)
    capsule = table.__arrow_c_stream__()

    class Holder:
        def __arrow_c_stream__(self, requested_schema=None):
            return capsule

    crossfoot.check(Holder())
    with pytest.raises(crossfoot.Error, match="could not be read"):
        crossfoot.check(Holder())


def test_what_is_no_table_is_told_by_its_type() -> None:
    with pytest.raises(TypeError, match="expected a path or a table with __arrow_c_stream__, found dict"):
        crossfoot.check({"a": [1]})
