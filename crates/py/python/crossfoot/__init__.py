"""Checks tables in memory and files against themselves, and points at the figure that is wrong.

>>> import crossfoot
>>> findings = crossfoot.check("wards.csv")  # doctest: +SKIP
>>> findings.raise_for_errors()              # doctest: +SKIP

A table is a path (a file, a folder, a pattern, a table of a database), or anything with
``__arrow_c_stream__``: a frame of Polars or pandas, a relation of DuckDB, a table of pyarrow.
"""

from __future__ import annotations

import os
from typing import Any, Iterable, Optional, Protocol, Sequence, Union, cast

from . import _native
from ._native import Error, __version__
from ._results import Article, Difference, Findings, FindingsError, History, Suggestions

__all__ = [
    "Article",
    "Difference",
    "Error",
    "Findings",
    "FindingsError",
    "History",
    "Suggestions",
    "__version__",
    "article",
    "check",
    "diff",
    "history",
    "suggest",
]


class ArrowStream(Protocol):
    """Anything that hands over its rows by the Arrow PyCapsule interface."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...


Table = Union[str, "os.PathLike[str]", ArrowStream]
Path = Union[str, "os.PathLike[str]"]


def check(
    table: Union[Table, Sequence[Table]],
    *,
    rules: Optional[Path] = None,
    snapshots: Optional[Path] = None,
    name: str = "table",
    dataset: Optional[str] = None,
    edition: Optional[str] = None,
    edition_column: Optional[str] = None,
    locale: Optional[str] = None,
    read: Optional[str] = None,
    format: Optional[str] = None,
    only: Optional[str] = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    baseline: Optional[Path] = None,
    fail_on: str = "error",
    discovery: bool = True,
    repairs: bool = True,
    max_findings: int = 1_000,
    threads: Optional[int] = None,
) -> Findings:
    """Checks one table or several, and returns what is wrong with them.

    Arguments say what the options of ``crossfoot check`` say. ``rules`` is a rule file or a
    folder of rule files; without it, the folder ``rules`` is looked for upwards. ``name`` is
    what findings call a table in memory, and what the ``files`` of a rule file are matched
    with. ``only`` is the one table to read of each file.

    Raises :class:`Error` if a table or a rule file cannot be read. A wrong figure is never an
    exception here: see :meth:`Findings.raise_for_errors`.
    """
    options = {
        "reading": _reading(rules, snapshots, dataset, edition, locale, read, format, only),
        "edition_column": edition_column,
        "select": list(select),
        "ignore": list(ignore),
        "baseline": None if baseline is None else os.fspath(baseline),
        "fail_on": fail_on,
        "discovery": discovery,
        "repairs": repairs,
        "max_findings": max_findings,
        "threads": threads,
    }
    return Findings(_native.check(_tables(table, name), options))


def diff(
    old: Table,
    new: Table,
    *,
    rules: Optional[Path] = None,
    snapshots: Optional[Path] = None,
    names: Sequence[str] = ("old", "new"),
    dataset: Optional[str] = None,
    locale: Optional[str] = None,
    read: Optional[str] = None,
    format: Optional[str] = None,
    key: Union[str, Iterable[str]] = (),
    tolerances: Optional[dict[str, Any]] = None,
) -> Difference:
    """Compares two editions of a table: rows by key, cells by value.

    ``key`` names the columns that name a row; without it they are found out. ``tolerances``
    gives the difference of a column that does not count: ``{"rate": "0.5"}``. ``names`` is
    what tables in memory are called.
    """
    options = {
        "reading": _reading(rules, snapshots, dataset, None, locale, read, format, None),
        "key": [key] if isinstance(key, str) else list(key),
        "tolerances": [f"{column}={most}" for column, most in (tolerances or {}).items()],
    }
    return Difference(_native.diff(_table(old, names[0]), _table(new, names[1]), options))


def article(
    draft: Path,
    tables: Union[Table, Sequence[Table]] = (),
    *,
    rules: Optional[Path] = None,
    snapshots: Optional[Path] = None,
    name: str = "table",
    dataset: Optional[str] = None,
    edition: Optional[str] = None,
    locale: Optional[str] = None,
    date: Optional[str] = None,
    format: Optional[str] = None,
    fail_on: str = "error",
) -> Article:
    """Checks every number in a draft against its own text, ``tables`` and accepted editions.

    ``draft`` is a file: plain text, Markdown, HTML or DOCX. ``date`` is the day that it was
    written, as ``2005-03-02``.
    """
    options = {
        "reading": _reading(rules, snapshots, dataset, edition, locale, None, format, None),
        "fail_on": fail_on,
        "date": date,
    }
    return Article(*_native.article(os.fspath(draft), _tables(tables, name), options))


def suggest(
    table: Union[Table, Sequence[Table]],
    *,
    rules: Optional[Path] = None,
    name: str = "table",
    dataset: Optional[str] = None,
) -> Suggestions:
    """Looks for rules that the tables support, beyond those of their rule file."""
    reading = _reading(rules, None, dataset, None, None, None, None, None)
    return Suggestions(_native.suggest(_tables(table, name), reading))


def history(
    source: Table,
    *,
    series: Optional[str] = None,
    rules: Optional[Path] = None,
    snapshots: Optional[Path] = None,
    name: str = "table",
    locale: Optional[str] = None,
    read: Optional[str] = None,
    format: Optional[str] = None,
    period: Optional[str] = None,
    value: Optional[str] = None,
    exposure: Optional[str] = None,
    calendar: Optional[str] = None,
    detector: str = "auto",
    alpha: Optional[float] = None,
    last: Optional[int] = None,
) -> History:
    """Series with their usual ranges and what lies outside of them.

    ``source`` is a dataset, whose snapshots are its history, or a table whose columns
    ``period`` and ``value`` hold periods and figures.
    """
    options = {
        "reading": _reading(rules, snapshots, None, None, locale, read, format, None),
        "series": series,
        "period": period,
        "value": value,
        "exposure": exposure,
        "calendar": calendar,
        "detector": detector,
        "alpha": alpha,
        "last": last,
    }
    return History(_native.history(_table(source, name), options))


def _reading(
    rules: Optional[Path],
    snapshots: Optional[Path],
    dataset: Optional[str],
    edition: Optional[str],
    locale: Optional[str],
    read: Optional[str],
    format: Optional[str],
    only: Optional[str],
) -> dict[str, Any]:
    return {
        "rules": rules,
        "snapshots": snapshots,
        "dataset": dataset,
        "edition": edition,
        "locale": locale,
        "read": read,
        "table": only,
        "format": format,
    }


def _tables(table: Union[Table, Sequence[Table]], name: str) -> list[Any]:
    """Tables as the library takes them; several in memory are told apart by a number."""
    if not isinstance(table, (list, tuple)):
        return [_table(cast(Table, table), name)]
    in_memory = sum(hasattr(it, "__arrow_c_stream__") for it in table)
    if in_memory < 2:
        return [_table(it, name) for it in table]
    return [_table(it, f"{name}-{number}") for number, it in enumerate(table, 1)]


def _table(table: Table, name: str) -> Any:
    if isinstance(table, (str, os.PathLike)):
        return os.fspath(table)
    if hasattr(table, "__arrow_c_stream__"):
        return _native.Frame(table.__arrow_c_stream__(), name)
    kind = type(table).__name__
    raise TypeError(f"expected a path or a table with __arrow_c_stream__, found {kind}")
