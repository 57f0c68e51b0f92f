"""Engines with tables in them, and the program beside them."""

import csv
import json
import os
import pwd
import re
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest
import warnings
from pathlib import Path

import duckdb

CROSSFOOT = os.environ["CROSSFOOT"]
ENGINES = Path(os.environ["ENGINES"])
# No test may wait for ever.
SECONDS = 240


def crossfoot(folder, *arguments, **environment):
    """Runs the program in a folder."""
    return subprocess.run(
        [CROSSFOOT, *map(str, arguments)],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


def found(run):
    """What a run with `-o json` found, without where it was found."""
    document = json.loads(run.stdout)
    # A row of a database has no line to be told.
    message = lambda it: re.sub(r", first in line \d+", "", it)
    places = lambda it: [(place["row"], place["column"], place["text"]) for place in it["places"]]
    findings = [(it["id"], it["severity"], message(it["message"]), places(it)) for it in document["findings"]]
    undetermined = [(it["rule"], it["row"], it["column"], it["why"]) for it in document["undetermined"]]
    return {
        "code": run.returncode,
        "findings": sorted(findings, key=str),
        "undetermined": sorted(undetermined, key=str),
        "summary": document["summary"],
        "rules": document.get("rules"),
    }


class Table:
    """Rows with the types of their columns: whole, decimal(s), day or text; None is a null."""

    def __init__(self, name, columns, rows):
        self.name, self.columns, self.rows = name, columns, rows

    def write_csv(self, folder):
        with open(Path(folder) / f"{self.name}.csv", "w", newline="", encoding="utf-8") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(self.columns)
            out.writerows([["" if it is None else it for it in row] for row in self.rows])

    def values(self):
        return [tuple(row) for row in self.rows]

    def create(self, words):
        columns = ", ".join(f'"{name}" {words(kind)}' for name, kind in self.columns.items())
        return f'CREATE TABLE "{self.name}" ({columns})'


def standard(kind):
    """The type of a column in DuckDB and PostgreSQL."""
    if kind.startswith("decimal"):
        return f"decimal(30,{kind[8:-1]})" if "(" in kind else "decimal(30,2)"
    return {"whole": "bigint", "day": "date", "text": "varchar"}[kind]


def make_sqlite(path, tables):
    database = sqlite3.connect(path)
    for table in tables:
        # Figures keep their digits as text: SQLite has no decimals.
        database.execute(table.create(lambda it: "integer" if it == "whole" else "text"))
        marks = ", ".join("?" * len(table.columns))
        database.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', table.values())
    database.commit()
    database.close()


def make_duckdb(path, tables, folder):
    database = duckdb.connect()
    # The library that is tested with is older than the one that writes.
    database.execute(f"ATTACH '{path}' AS made (STORAGE_VERSION 'v1.2.0'); USE made")
    for table in tables:
        database.execute(table.create(standard))
        if table.rows:
            types = ", ".join(f"'{name}': '{standard(kind)}'" for name, kind in table.columns.items())
            database.execute(
                f"INSERT INTO \"{table.name}\" SELECT * FROM read_csv('{folder}/{table.name}.csv', "
                f"header=true, delim=',', quote='\"', escape='\"', new_line='\\n', types={{{types}}})"
            )
    database.close()


class PostgreSql:
    """A server of its own, with a password."""

    PASSWORD = "geheim-4711"

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="engines-postgresql-"))
        self.bin = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        # The server refuses to run for root.
        self.user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        with socket.socket() as it:
            it.bind(("127.0.0.1", 0))
            self.port = it.getsockname()[1]
        (self.folder / "word").write_text(self.PASSWORD)
        if self.user:
            os.chown(self.folder / "word", self.user.pw_uid, self.user.pw_gid)
        data = self.folder / "data"
        self.run("initdb", "-D", data, "-A", "scram-sha-256", f"--pwfile={self.folder}/word", "-U", "boss", "-N")
        settings = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self.run("pg_ctl", "-D", data, "-o", settings, "-l", self.folder / "log", "-w", "start")

    def run(self, program, *arguments):
        command = [str(self.bin / program), *map(str, arguments)]
        ids = {"user": self.user.pw_uid, "group": self.user.pw_gid} if self.user else {}
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **ids)

    def address(self, table, port=None):
        return f"postgresql://boss@127.0.0.1:{port or self.port}/postgres#{table}"

    def script(self, text):
        """Runs a script of psql."""
        environment = {**os.environ, "PGPASSWORD": self.PASSWORD}
        command = ["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port), "-U", "boss", "postgres"]
        subprocess.run(command, check=True, env=environment, input=text, text=True, stdout=subprocess.DEVNULL)

    def sql(self, text, data=None):
        environment = {**os.environ, "PGPASSWORD": self.PASSWORD}
        command = ["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port), "-U", "boss"]
        command += ["-c", text, "postgres"]
        subprocess.run(command, check=True, env=environment, input=data, text=True, stdout=subprocess.DEVNULL)

    def fill(self, tables, folder):
        lines = ["SET client_min_messages TO error;"]
        for table in tables:
            lines += [f'DROP TABLE IF EXISTS "{table.name}";', table.create(standard) + ";"]
            lines.append(f"\\copy \"{table.name}\" FROM '{folder}/{table.name}.csv' WITH (FORMAT csv, HEADER true)")
        self.script("\n".join(lines) + "\n")

    def stop(self):
        self.run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder)


class Cut:
    """A wire to a server that is cut after so many bytes of answers."""

    def __init__(self, port, after):
        self.after, self.to = after, port
        self.listening = socket.socket()
        self.listening.bind(("127.0.0.1", 0))
        self.listening.listen()
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                near, _ = self.listening.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.to))
            threading.Thread(target=self.pass_on, args=(near, far, None), daemon=True).start()
            threading.Thread(target=self.pass_on, args=(far, near, self.after), daemon=True).start()

    @staticmethod
    def pass_on(source, target, most):
        try:
            while piece := source.recv(1 << 16):
                target.sendall(piece)
                most = most if most is None else most - len(piece)
                if most is not None and most < 0:
                    break
        except OSError:
            pass
        for it in (source, target):
            try:
                it.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.listening.close()


class Case(unittest.TestCase):
    maxDiff = 4000

    def folder(self):
        folder = Path(tempfile.mkdtemp(prefix="engines-"))
        self.addCleanup(shutil.rmtree, folder)
        return folder

    def refused(self, run, *told):
        """A run that could not be done: one clear sentence, and nothing secret."""
        self.assertEqual(run.returncode, 2, run.stdout)
        for it in told:
            self.assertIn(it, run.stderr)
        self.assertNotIn(PostgreSql.PASSWORD, run.stdout + run.stderr)
        self.assertEqual([it[:6] for it in run.stderr.splitlines()].count("error:"), 1, run.stderr)
        self.assertNotIn("panicked", run.stderr)


class Served(Case):
    """All tests of a class share one PostgreSQL and one Sail."""

    @classmethod
    def setUpClass(cls):
        warnings.simplefilter("ignore")
        cls.server, cls.sail = PostgreSql(), Sail()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.sail.stop()


class Sail:
    """A server of Sail, which speaks Flight SQL: alone, or as a cluster of workers."""

    def __init__(self, mode="local"):
        self.folder = Path(tempfile.mkdtemp(prefix="engines-sail-"))
        with socket.socket() as it:
            it.bind(("127.0.0.1", 0))
            self.port = it.getsockname()[1]
        self.log = open(self.folder / "log", "w")
        command = [ENGINES / "python/bin/sail", "flight", "server", "--port", str(self.port)]
        environment = {**os.environ, "SAIL_MODE": mode}
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, env=environment)
        for _ in range(300):
            if self.process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text())
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break
            except OSError:
                time.sleep(0.2)

    def address(self, table):
        return f"flightsql://127.0.0.1:{self.port}#{table}"

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder)


def write_parquet(path, table):
    """The same rows as a Parquet file."""
    import datetime
    import decimal

    import pyarrow
    import pyarrow.parquet

    fields, columns = [], []
    for at, (name, kind) in enumerate(table.columns.items()):
        values = [row[at] for row in table.rows]
        if kind.startswith("decimal"):
            scale = int(kind[8:-1])
            values = [None if it is None else decimal.Decimal(it).quantize(decimal.Decimal(1).scaleb(-scale)) for it in values]
            fields.append((name, pyarrow.decimal128(30, scale)))
        elif kind == "day":
            values = [None if it is None else datetime.date.fromisoformat(it) for it in values]
            fields.append((name, pyarrow.date32()))
        elif kind == "whole":
            values = [None if it is None else int(it) for it in values]
            fields.append((name, pyarrow.int64()))
        else:
            values = [None if it is None else str(it) for it in values]
            fields.append((name, pyarrow.string()))
        columns.append(values)
    schema = pyarrow.schema(fields)
    arrays = [pyarrow.array(values, field.type) for values, field in zip(columns, schema)]
    pyarrow.parquet.write_table(pyarrow.Table.from_arrays(arrays, schema=schema), path)
