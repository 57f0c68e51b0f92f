"""What came of a run: records, frames, text and pages."""

from __future__ import annotations

import html
import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, Iterator, Optional

from . import _native

if TYPE_CHECKING:
    import pandas
    import polars

Record = dict[str, Any]


class FindingsError(Exception):
    """Findings at or above what a check was asked to fail on; the message is the report."""

    def __init__(self, findings: "Findings") -> None:
        super().__init__(findings.text())
        self.findings = findings


class _Rows:
    """Something with rows: each a flat dictionary with the same keys."""

    def rows(self) -> list[Record]:
        raise NotImplementedError

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """The rows for anything that takes the Arrow PyCapsule interface."""
        return _native.stream(list(self._columns().items()))

    def to_polars(self) -> "polars.DataFrame":
        """The rows as a frame of Polars, one a finding, change, claim or figure."""
        import polars

        return polars.DataFrame(self)

    def to_pandas(self) -> "pandas.DataFrame":
        """The rows as a frame of pandas."""
        import pandas

        return pandas.DataFrame(self._columns())

    def _columns(self) -> dict[str, list[Any]]:
        rows = self.rows()
        return {name: [row[name] for row in rows] for name in self._names}

    _names: tuple[str, ...] = ()


class Findings(_Rows):
    """What a check found. Iterates over its findings, worst first."""

    _names = (
        "id", "rule", "kind", "severity", "certainty", "status", "message", "file", "sheet",
        "table", "row", "column", "cell", "line", "text", "value", "observed", "gap",
        "suggested", "why", "hint",
    )

    def __init__(self, outcome: _native.Outcome) -> None:
        self._outcome = outcome

    @cached_property
    def document(self) -> Record:
        """All of it, as the format ``crossfoot-findings`` has it (``crossfoot check -o json``)."""
        return _document(self.json())

    @property
    def records(self) -> list[Record]:
        """The findings with all that is known of each."""
        return _records(self.document, "findings")

    @property
    def verdict(self) -> str:
        """The word that the run ends in: ``consistent``, ``failed``, ``undetermined`` …"""
        return str(self.document["verdict"])

    @property
    def fails(self) -> bool:
        """Whether there is anything at or above ``fail_on``."""
        return self._outcome.fails

    def raise_for_errors(self) -> "Findings":
        """Raises :class:`FindingsError` if the check fails; else returns itself."""
        if self.fails:
            raise FindingsError(self)
        return self

    def rows(self) -> list[Record]:
        """The findings, each with its first place."""
        return [_finding(it) for it in self.records]

    def json(self) -> str:
        """It as ``crossfoot check -o json`` prints it."""
        return self._outcome.write("json")

    def html(self) -> str:
        """A page for an editor: the tables with their findings marked."""
        return self._outcome.write("html")

    def text(self, verbose: bool = False) -> str:
        """It as a terminal shows it, without colours."""
        return self._outcome.write("text", verbose)

    def write(self, format: str) -> str:
        """It in any format of ``crossfoot check -o`` that is text: ``sarif``, ``junit`` …"""
        return self._outcome.write(format)

    def _repr_html_(self) -> str:
        return _framed(self.html())

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __getitem__(self, index: int) -> Record:
        return self.records[index]

    def __bool__(self) -> bool:
        raise TypeError("ask findings.fails, or len(findings): a note is a finding, and no failure")

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<Findings: {self.verdict}, {len(self)} listed>"


class Difference(_Rows):
    """How two editions differ. Iterates over the changes."""

    _names = ("table", "change", "key", "column", "old", "new")

    def __init__(self, difference: _native.Difference) -> None:
        self._difference = difference

    @cached_property
    def document(self) -> Record:
        """All of it, as ``crossfoot diff -o json`` has it."""
        return _document(self.json())

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs, not even in print."""
        return self._difference.is_empty

    def rows(self) -> list[Record]:
        """The changes: one a row that was added or removed, one a cell that changed."""
        return [row for it in self.document["changes"] for row in _changes(it)]

    @property
    def records(self) -> list[Record]:
        """The changes with all that is known of each."""
        return _records(self.document, "changes")

    def json(self) -> str:
        """It as ``crossfoot diff -o json`` prints it."""
        return self._difference.write("json")

    def html(self) -> str:
        """A page that shows both tables in one."""
        return self._difference.write("html")

    def text(self) -> str:
        """It as a terminal shows it, without colours."""
        return self._difference.write("text")

    def _repr_html_(self) -> str:
        return _framed(self.html())

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __str__(self) -> str:
        return self.text()


class Article(_Rows):
    """What was said of the numbers of a draft. Iterates over them."""

    _names = ("verdict", "text", "line", "kind", "value", "reason")

    def __init__(self, draft: _native.Draft, outcome: _native.Outcome) -> None:
        self._draft = draft
        self.findings = Findings(outcome)

    @cached_property
    def document(self) -> Record:
        """All of it, as ``crossfoot article -o json`` has it."""
        return _document(self._draft.json)

    @property
    def records(self) -> list[Record]:
        """The numbers with all that is known of each."""
        return _records(self.document, "mentions")

    @property
    def fails(self) -> bool:
        """Whether a number is contradicted."""
        return self.findings.fails

    def raise_for_errors(self) -> "Article":
        """Raises :class:`FindingsError` if a number is contradicted; else returns itself."""
        self.findings.raise_for_errors()
        return self

    def rows(self) -> list[Record]:
        """The numbers, with the verdict on each."""
        return [_claim(it) for it in self.records]

    def json(self) -> str:
        """It as ``crossfoot article -o json`` prints it."""
        return self._draft.json

    def html(self) -> str:
        """A page for an editor: the draft with its numbers marked."""
        return self.findings.html()

    def text(self) -> str:
        """It as a terminal shows it, without colours."""
        return self._draft.text

    def _repr_html_(self) -> str:
        return _framed(self.html())

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __str__(self) -> str:
        return self.text()


class Suggestions:
    """Rules that tables support; as text, they are lines for a rule file."""

    def __init__(self, suggested: _native.Suggested) -> None:
        self.rules: list[tuple[Optional[str], str]] = suggested.rules
        """Each rule as it stands in a rule file, with the name of its dataset."""
        self.unwritten: list[str] = suggested.unwritten
        """What holds, and cannot be written as a rule."""
        self.cut: bool = suggested.cut
        """Whether a table is too large to be searched completely."""
        if suggested.unread:
            raise _native.Error("\n".join(suggested.unread))

    def __len__(self) -> int:
        return len(self.rules)

    def __iter__(self) -> Iterator[str]:
        return (it[1] for it in self.rules)

    def __str__(self) -> str:
        return "\n".join(self)

    def __repr__(self) -> str:
        return f"<Suggestions: {len(self)} rules>"


class History(_Rows):
    """Series, and what was expected of them. Iterates over the series."""

    _names = ("table", "row", "column", "period", "observed", "low", "high", "grade", "note")

    def __init__(self, series: _native.Series) -> None:
        self._series = series

    @cached_property
    def document(self) -> Record:
        """All of it, as ``crossfoot history -o json`` has it."""
        return _document(self.json())

    @property
    def records(self) -> list[Record]:
        """The series with their figures."""
        return _records(self.document, "series")

    def rows(self) -> list[Record]:
        """One a figure, with the range that was usual."""
        return [row for series in self.records for row in _figures(series)]

    def json(self) -> str:
        """It as ``crossfoot history -o json`` prints it."""
        return self._series.write("json")

    def html(self) -> str:
        """A page with a plot of each series."""
        return self._series.write("html")

    def text(self) -> str:
        """It as a terminal shows it, without colours."""
        return self._series.write("text")

    def _repr_html_(self) -> str:
        return _framed(self.html())

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.records)

    def __str__(self) -> str:
        return self.text()


def _framed(page: str) -> str:
    """A page of its own in a notebook: its styles reach nothing else there."""
    return (
        f'<iframe srcdoc="{html.escape(page)}" sandbox="allow-scripts" '
        'style="width: 100%; height: 32em; border: 1px solid #ccc"></iframe>'
    )


def _document(text: str) -> Record:
    document: Record = json.loads(text)
    return document


def _records(document: Record, name: str) -> list[Record]:
    records: list[Record] = document[name]
    return records


def _finding(it: Record) -> Record:
    """A finding in one row, with its first place."""
    place = it["places"][0] if it["places"] else {}
    of_place = ("file", "sheet", "table", "row", "column", "cell", "text", "value")
    own = ("id", "rule", "kind", "severity", "certainty", "status", "message", "observed", "gap", "why", "hint")
    repairs = it.get("repairs") or [{}]
    row = {name: it.get(name) for name in own} | {name: place.get(name) for name in of_place}
    # A table in memory or in a database has rows, and may have no lines.
    row["line"] = place.get("line") or None
    row["suggested"] = repairs[0].get("to")
    return row


def _changes(it: Record) -> list[Record]:
    """A change in one row a cell; one for a row that was added or removed."""
    key = ", ".join(str(value) for value in it["row"].values())
    row = {"table": it["table"], "change": it["op"], "key": key, "column": None, "old": None, "new": None}
    if it["op"] in ("added", "removed") or not it["cells"]:
        return [row]
    return [row | {name: cell.get(name) for name in ("column", "old", "new")} for cell in it["cells"]]


def _claim(it: Record) -> Record:
    """A number of a draft in one row."""
    return {name: it.get(name) for name in Article._names}


def _figures(series: Record) -> list[Record]:
    """The figures of a series, one a row."""
    of_series = {name: series[name] for name in ("table", "row", "column")}
    of_point = ("period", "observed", "low", "high", "grade", "note")
    return [of_series | {name: _text(it.get(name)) for name in of_point} for it in series["points"]]


def _text(it: Any) -> Optional[str]:
    """A value as it is printed; nothing where there is none."""
    return None if it is None else str(it)
