"""Tables and rules by lot: every engine finds what the Parquet file has that says the
same, and no printed query leaves out what does not hold.

`ENGINES_DRAWS` says how many draws SQLite and DuckDB get; PostgreSQL and Sail get a
tenth. `ENGINES_SEED` begins elsewhere.
"""

import json
import os
import random
import sqlite3
import unittest

import adbc_driver_flightsql.dbapi
import adbc_driver_postgresql.dbapi
import duckdb

from support import PostgreSql, Served, Table, crossfoot, make_duckdb, make_sqlite, write_parquet
from test_queries import printed

DRAWS = int(os.environ.get("ENGINES_DRAWS", "150"))
SEED = int(os.environ.get("ENGINES_SEED", "1"))
BATCH = 50

ODD = ["1,204", "n/a", "-", " 12", "12 ", "12*", "1e3", "café", "A  b", "12.345", "007", "+5", "1.0", "-0", "0.10"]
ODD += ["x ", "X", "12345678901234567890", "3.14159", "2021-02-30", "2020-02-29", "1 000", "x\ny", 'x"y', "x\\y", "'x'"]
WORDS = ["x", "y", "z", "total"]

ROWS = [
    "a + b = c",
    "a <= c",
    "a <> b",
    "n > 0",
    "n between 1 and 9",
    "abs(a - b) < 3.5",
    "a * n >= b",
    "2 * a - b / 4 <= c",
    "a = 0.1 * b",
    "s in ('x', 'y')",
    "s <> 'x'",
    "s = 'x\\y' or n < 5",
    "d >= '2021-01-01'",
    "d between '2020-06-01' and '2021-06-01'",
    "n in (1, 2, 3) or a > 2",
    "not (a > 3 and n > 3)",
    "a is not null",
    "coalesce(a, 0) >= 0",
    "a * b * c * a * b * c >= 0",
    "a / n > 0.5",
    "s like 'x%'",
    "round(a) = a",
]
WHERE = ["s = 'x'", "n > 3", "d < '2021-06-01'", "not (s in ('x', 'y'))", "a >= b"]
WHOLE = [
    "sum(a) >= 0",
    "avg(n) < 6",
    "count(*) < 20",
    "sum(a) + sum(b) = sum(c)",
    "max(n) <= 9",
    "min(a) > -3",
    "sum(a) filter (where n > 2) < 9",
    "sum(a) over (partition by s) < 40",
]


class Drawn:
    """A table with its rules; names of columns are its own, so that no other claims it."""

    def __init__(self, number):
        draw = random.Random(SEED * 1_000_003 + number)
        self.name, self.end = f"t{number}", f"_{number}"
        self.is_odd = draw.random() < 0.5
        count = draw.choice([0, 1, 2, 5, 12, 25])
        rows = [self.row(draw, it) for it in range(1, count + 1)]
        kinds = {"k": "whole", "a": "decimal(2)", "b": "decimal(2)", "c": "decimal(2)", "n": "whole", "s": "text", "d": "day"}
        self.types = {"k": "integer", "a": "amount", "b": "amount", "c": "amount", "n": "integer", "s": "text", "d": "date"}
        if self.is_odd:
            kinds = {it: "text" for it in kinds}
            for row in rows:
                for at in range(1, 7):
                    if draw.random() < 0.06:
                        row[at] = draw.choice(ODD)
        self.table = Table(self.name, {it + self.end: kind for it, kind in kinds.items()}, rows)
        self.rules = [self.rule(draw, f"r{it}") for it in range(draw.randint(2, 5))]

    @staticmethod
    def row(draw, number):
        money = lambda it: f"{'-' if it < 0 else ''}{abs(it) // 100}.{abs(it) % 100:02}"
        a, b = draw.randint(-20, 400), draw.randint(0, 400)
        c = a + b + (draw.choice([-1, 1, 100]) if draw.random() < 0.1 else 0)
        key = number - 1 if number > 1 and draw.random() < 0.03 else number
        day = f"{draw.choice(['2020', '2021'])}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        row = [key, money(a), money(b), money(c), draw.randint(0, 10), draw.choice(WORDS), day]
        return [None if at and draw.random() < 0.02 else it for at, it in enumerate(row)]

    def named(self, text):
        """A rule's text with the names of this table's columns."""
        import re

        return re.sub(r"('[^']*')|\b([abcnsd])\b", lambda it: it[1] or it[2] + self.end, text)

    def rule(self, draw, name):
        kind = draw.random()
        where = f"where = {json.dumps(self.named(draw.choice(WHERE)))}\n" if draw.random() < 0.3 else ""
        if kind < 0.6:
            return name, True, f"{where}expect = {json.dumps(self.named(draw.choice(ROWS)))}"
        if kind < 0.68:
            return name, True, f"{where}codes = {{ column = \"s{self.end}\", values = [\"x\", \"y\", \"total\"] }}"
        if kind < 0.76:
            return name, True, f"{where}range = {{ columns = [\"n{self.end}\", \"a{self.end}\"], min = 0, max = 9 }}"
        if kind < 0.84:
            return name, True, f"unique = [\"s{self.end}\", \"n{self.end}\"]"
        if kind < 0.9:
            parts = f"total = {{ where = \"s{self.end} = 'total'\" }}, parts = {{ where = \"s{self.end} <> 'total'\" }}"
            return name, False, f"sum = {{ {parts}, columns = [\"a{self.end}\"], by = [\"n{self.end}\"] }}"
        return name, False, f"{where}expect = {json.dumps(self.named(draw.choice(WHOLE)))}"

    def file(self):
        columns = "".join(f'{it}{self.end} = {{ type = "{kind}", blank = true }}\n' for it, kind in self.types.items())
        rules = "".join(f'[[rules]]\nname = "{name}"\n{text}\n' for name, _, text in self.rules)
        head = f'crossfoot = 1\ndataset = "{self.name}"\n[tables.{self.name}]\nkey = ["k{self.end}"]\nempty = true\n'
        return f"{head}[tables.{self.name}.columns]\n{columns}{rules}"


def by_table(document):
    """Findings and what is undetermined, by table, without where they were found."""
    told = {}
    for it in document["findings"]:
        message = it["message"].split(", first in line")[0]
        places = [(place["row"], place["column"], place["text"]) for place in it["places"]]
        table = it["places"][0]["table"] if it["places"] else it.get("table", "")
        told.setdefault(table, []).append((it["rule"], it["id"], message, str(places)))
    for it in document["undetermined"]:
        told.setdefault(it["table"], []).append((it["rule"], "undetermined", it["why"], str((it["row"], it["column"]))))
    return {table: sorted(it) for table, it in told.items()}


class Draws(Served):
    def check(self, folder, inputs, *more, **environment):
        arguments = ["check", *inputs, "-o", "json", "--max-findings", "100000", *more]
        run = crossfoot(folder, *arguments, PGPASSWORD=PostgreSql.PASSWORD, **environment)
        self.assertIn(run.returncode, (0, 1), run.stderr)
        return json.loads(run.stdout)

    def test_what_is_found_and_what_is_returned(self):
        returned = 0
        for start in range(0, DRAWS, BATCH):
            folder = self.folder()
            (folder / "rules").mkdir()
            drawn = [Drawn(it) for it in range(start, min(start + BATCH, DRAWS))]
            for it in drawn:
                (folder / f"rules/{it.name}.toml").write_text(it.file())
                it.table.write_csv(folder)
                write_parquet(folder / f"{it.name}.parquet", it.table)
            is_few = start < DRAWS / 10
            tables = [it.table for it in drawn]
            make_sqlite(folder / "d.sqlite", tables)
            make_duckdb(folder / "d.duckdb", tables, folder)
            engines = {
                "sqlite": (lambda name: f"sqlite:d.sqlite#{name}", None),
                "duckdb": (lambda name: f"duckdb:d.duckdb#{name}", None),
            }
            if is_few:
                self.server.fill(tables, folder)
                engines["postgresql"] = (self.server.address, None)
                engines["spark"] = (lambda name: self.sail.address(f'parquet."{folder}/{name}.parquet"'), None)
            document = self.check(folder, [f"{it.name}.parquet" for it in drawn])
            wanted = by_table(document)
            rows_only = ("--no-discovery", "--no-repairs")
            asked = self.check(folder, [f"{it.name}.parquet" for it in drawn], *rows_only)
            for engine, (address, _) in engines.items():
                found = self.check(folder, [address(it.name) for it in drawn])
                for it in drawn:
                    with self.subTest(engine=engine, draw=it.name, seed=SEED):
                        self.assertEqual(by_table(found).get(it.name), wanted.get(it.name), it.file())
                self.assertEqual(found["summary"], document["summary"])
                # The same where the engine is asked which rows may fail.
                found = self.check(folder, [address(it.name) for it in drawn], *rows_only, CROSSFOOT_FIRST_ROWS="5")
                for it in drawn:
                    with self.subTest(engine=engine, draw=it.name, seed=SEED, asked=True):
                        self.assertEqual(by_table(found).get(it.name), by_table(asked).get(it.name), it.file())
                with self.subTest(engine=engine, start=start, seed=SEED, asked=True):
                    self.assertEqual(found["summary"], asked["summary"])
                with self.answering(engine, folder) as ask:
                    returned += self.hold(drawn, engine, ask, folder, wanted)
        self.assertGreater(returned, DRAWS / 4, "queries are printed, and some of them return nothing")

    def answering(self, engine, folder):
        import contextlib

        if engine == "sqlite":
            connection = sqlite3.connect(folder / "d.sqlite")
        elif engine == "duckdb":
            connection = duckdb.connect(str(folder / "d.duckdb"), read_only=True)
        elif engine == "postgresql":
            word = f"postgresql://boss:{PostgreSql.PASSWORD}@127.0.0.1:{self.server.port}/postgres"
            connection = adbc_driver_postgresql.dbapi.connect(word, autocommit=True)
        else:
            connection = adbc_driver_flightsql.dbapi.connect(f"grpc://127.0.0.1:{self.sail.port}", autocommit=True)

        @contextlib.contextmanager
        def answering():
            def ask(sql):
                cursor = connection.cursor()
                cursor.execute(sql)
                return [description[0] for description in cursor.description], cursor.fetchall()

            yield ask
            connection.close()

        return answering()

    def hold(self, drawn, engine, ask, folder, wanted):
        """Holds the queries of tables against what is told of them; how many return nothing."""
        named = lambda it: f"parquet.`{folder}/{it}.parquet`" if engine == "spark" else f'"{it}"'
        tables = [word for it in drawn for word in ("--table", f"{it.name}={named(it.name)}")]
        run = crossfoot(folder, "sql", "rules", "--dialect", engine, *tables)
        self.assertEqual(run.returncode, 0, run.stderr)
        by_name = {it.name: it for it in drawn}
        count = 0
        for (table, rule), sql in printed(run.stdout).items():
            if sql is None:
                continue
            it = by_name[table]
            told = [entry for entry in wanted.get(table, []) if entry[0] == rule]
            with self.subTest(engine=engine, draw=table, seed=SEED, rule=rule, file=it.file(), sql=sql):
                names, rows = ask(sql)
                count += not rows
                if told:
                    self.assertTrue(rows, told)
                if rule == "keys" or any(name == rule and by_row for name, by_row, _ in it.rules):
                    keys = {str(row[names.index(f"k{it.end}")]) for row in rows}
                    self.assertLessEqual({key for key in map(self.row_of, told) if key}, keys, told)
        return count

    @staticmethod
    def row_of(entry):
        """The row that something is told of."""
        import ast

        places = ast.literal_eval(entry[3])
        return places[0] if isinstance(places, tuple) else places[0][0] if places else None


if __name__ == "__main__":
    unittest.main()
