"""A fixture for tests of data: ``crossfoot_check("tables/week.csv")`` fails with the report."""

from __future__ import annotations

from typing import Any, Callable

import pytest

import crossfoot


@pytest.fixture
def crossfoot_check() -> Callable[..., crossfoot.Findings]:
    """Checks a table as :func:`crossfoot.check`, and fails the test where the check fails."""

    def check(table: Any, **options: Any) -> crossfoot.Findings:
        __tracebackhide__ = True
        findings = crossfoot.check(table, **options)
        if findings.fails:
            pytest.fail(findings.text(), pytrace=False)
        return findings

    return check
