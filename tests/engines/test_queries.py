"""What `crossfoot sql` prints leaves out nothing but what holds."""

import json
import re
import sqlite3
import unittest
from pathlib import Path

import adbc_driver_flightsql.dbapi
import adbc_driver_postgresql.dbapi
import duckdb

from support import PostgreSql, Served, Table, crossfoot, make_sqlite, write_parquet

HERE = Path(__file__).parent / "expressions"
T = {
    **{"k": "text", "a": "decimal(2)", "b": "decimal(2)", "z": "whole", "n": "whole", "i": "whole", "j": "whole"},
    **{"two": "whole", "big": "whole", "wide": "wide", "p": "decimal(1)", "q": "decimal(1)", "h": "decimal(1)"},
    **{"m": "decimal(1)", "h3": "decimal(1)", "s1": "text", "s2": "text", "s3": "text", "s4": "text", "s5": "text"},
    **{"pct": "text", "e": "text", "d": "day"},
}
U = {"r": "whole", "g": "text", "x": "decimal(2)", "y": "whole", "c": "whole", "w": "wide", "s": "text"}
DECLARED = {"whole": "integer", "wide": "integer", "day": "date", "text": "text"}


def declared(columns):
    kinds = [(name, DECLARED.get(kind, "amount")) for name, kind in columns.items()]
    return "".join(f'{name} = {{ type = "{kind}", blank = true }}\n' for name, kind in kinds)


def rules(expression):
    """A rule file with one condition."""
    over = expression["over"][0]
    return (
        f'crossfoot = 1\ndataset = "d"\nfiles = ["{over}.csv"]\n[tables.{over}]\n[tables.{over}.columns]\n'
        f'{declared(T if over == "t" else U)}[[rules]]\nname = "r"\nexpect = {json.dumps(expression["expression"])}\n'
    )


def typed(kind):
    if kind.startswith("decimal"):
        return f"decimal(20,{kind[8:-1]})"
    return {"whole": "bigint", "wide": "decimal(38,0)", "day": "date", "text": "varchar"}[kind]


def printed(text):
    """The queries by table and rule; those that are not printed are none."""
    found = {}
    for block in text.strip().split("\n\n"):
        head, _, sql = block.partition("\n")
        named = re.match(r"-- .*, table (.*), rule (.*?): (not printed|rows that)", head)
        found[named[1], named[2]] = sql.rstrip(";") or None
    return found


class Engines(Served):
    """All four with the two tables."""

    def ask(self, tables, folder):
        """What each engine answers a query, by its dialect."""
        import adbc_driver_manager

        read = [(name, [line for line in (HERE / f"{name}.csv").read_text().splitlines()]) for name in tables]
        duck = duckdb.connect()
        lite = sqlite3.connect(":memory:")
        postgres = adbc_driver_postgresql.dbapi.connect(
            f"postgresql://boss:{PostgreSql.PASSWORD}@127.0.0.1:{self.server.port}/postgres", autocommit=True
        )
        sail = adbc_driver_flightsql.dbapi.connect(f"grpc://127.0.0.1:{self.sail.port}", autocommit=True)
        self.addCleanup(postgres.close)
        self.addCleanup(sail.close)
        for name, columns in tables.items():
            words = ", ".join(f'"{it}" {typed(kind)}' for it, kind in columns.items())
            self.server.sql(f"SET client_min_messages TO error; DROP TABLE IF EXISTS {name}; CREATE TABLE {name} ({words})")
            text = (HERE / f"{name}.csv").read_text()
            self.server.sql(f"COPY {name} FROM STDIN WITH (FORMAT csv, HEADER true)", text)
            duck.execute(f"CREATE TABLE {name} ({words})")
            types = ", ".join(f"'{it}': '{typed(kind)}'" for it, kind in columns.items())
            duck.execute(f"INSERT INTO {name} SELECT * FROM read_csv('{HERE}/{name}.csv', header=true, types={{{types}}})")
            duck.execute(f"COPY {name} TO '{folder}/{name}.parquet' (FORMAT parquet)")
            lite.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
            for row in duck.execute(f"SELECT COLUMNS(*)::varchar FROM {name}").fetchall():
                values = zip(row, columns.values())
                small = lambda it: abs(int(it)) < 1 << 63
                values = [int(it) if it and kind == "whole" and small(it) else it for it, kind in values]
                lite.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(values))})", values)

        def by_adbc(connection):
            def run(sql):
                with connection.cursor() as cursor:
                    cursor.execute(sql)
                    return cursor.fetchall()

            return run

        return {
            "duckdb": lambda sql: duck.execute(sql).fetchall(),
            "sqlite": lambda sql: lite.execute(sql).fetchall(),
            "postgresql": by_adbc(postgres),
            "spark": by_adbc(sail),
        }

    def test_the_81_expressions_are_answered_right_or_handed_out(self):
        folder = self.folder()
        engines = self.ask({"t": T, "u": U}, folder)
        expressions = [json.loads(it) for it in (HERE / "expressions.jsonl").read_text().splitlines()]
        self.assertEqual(len(expressions), 81)
        counts = {}
        for number, it in enumerate(expressions):
            (folder / f"{number}.toml").write_text(rules(it))
            for dialect, ask in engines.items():
                name = it["over"][0]
                table = f"{name}=parquet.`{folder}/{name}.parquet`" if dialect == "spark" else f"{name}={name}"
                run = crossfoot(folder, "sql", f"{number}.toml", "--dialect", dialect, "--table", table)
                if it["says"] == "E":
                    self.assertEqual(run.returncode, 2, it)
                    continue
                self.assertEqual(run.returncode, 0, run.stderr)
                sql = printed(run.stdout)[name, "r"]
                with self.subTest(expression=it["expression"], dialect=dialect, sql=sql):
                    is_held = sql is not None and not ask(sql)
                    self.assertFalse(is_held and it["says"] != "T", "it is left out and does not hold")
                    answer = "not printed" if sql is None else "left out" if is_held else "returned"
                    key = (dialect, it["says"], answer)
                    counts[key] = counts.get(key, 0) + 1
        for dialect in engines:
            self.assertGreaterEqual(counts[dialect, "T", "left out"], 26, dialect)


if __name__ == "__main__":
    unittest.main()
