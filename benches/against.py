#!/usr/bin/env python3
"""Runs crossfoot against other tools on the same work, in turn, and checks every answer.

    python3 benches/against.py setup             the peers: DuckDB and Polars by pip, xan and csv-diff by cargo
    python3 benches/against.py data [SCALE]      TPC-H lineitem and its editions; scale 1 is 6,001,215 rows, 3.6 GB in all
    python3 benches/against.py run [WORK ...]    check parquet order shuffled same small scale found million tenth columns; all without a name

BENCH_DIR is where both live (default: target/bench), ROUNDS how often each command runs (default 3), CROSSFOOT the
program (default: target/release/crossfoot). Round by round each command runs once, so that the drift of a shared machine
hits all alike. Wall is a monotonic clock; CPU (user and system) and peak memory (largest process) are the kernel's own
account of the finished process. Medians are printed, with the ratio of crossfoot to the peer, round by round.
"""
import csv, datetime, json, os, pathlib, random, statistics, subprocess, sys, time

HERE = pathlib.Path(__file__).resolve().parent
HOME = pathlib.Path(os.environ.get("BENCH_DIR", HERE.parent / "target" / "bench"))
DATA, ENV = HOME / "data", HOME / "env"
CROSSFOOT = os.environ.get("CROSSFOOT", str(HERE.parent / "target" / "release" / "crossfoot"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
PYTHON = str(ENV / "bin" / "python")
COLUMNS = ("l_orderkey l_partkey l_suppkey l_linenumber l_quantity l_extendedprice l_discount l_tax l_returnflag "
           "l_linestatus l_shipdate l_commitdate l_receiptdate l_shipinstruct l_shipmode l_comment").split()
AT = {name: at for at, name in enumerate(COLUMNS)}
KEY = "l_orderkey,l_linenumber"


def setup():
    ENV.parent.mkdir(parents=True, exist_ok=True)
    call(sys.executable, "-m", "venv", ENV)
    call(PYTHON, "-m", "pip", "-q", "install", "duckdb==2.0.0", "polars==2.1.0", "pyarrow==26.0.1", "tpchgen-cli==4.0.0")
    call("cargo", "build", "--release", "--manifest-path", HERE / "peers" / "csv-diff" / "Cargo.toml",
         "--target-dir", HOME / "csv-diff")
    call("cargo", "install", "xan", "--version", "0.61.0", "--locked", "--root", HOME / "xan")


def call(*command):
    subprocess.run([str(it) for it in command], check=True)


# Data. Only the last column is quoted, and holds neither quote nor line break: eleven commas tell the others apart.

def data(scale="1"):
    DATA.mkdir(parents=True, exist_ok=True)
    base = DATA / "lineitem.csv"
    if not base.exists():
        call(ENV / "bin" / "tpchgen-cli", "csv", "-s", scale, "-T", "lineitem", "-o", DATA, "--quiet")
    dirty(base)
    editions(base)
    million(base)
    for name in ("lineitem", "edition"):
        call(PYTHON, HERE / "peers" / "to_parquet.py", DATA / f"{name}.csv", DATA / f"{name}.parquet")
    call(PYTHON, HERE / "peers" / "to_parquet.py", DATA / "dirty.csv", DATA / "dirty.parquet")
    call("cp", base, DATA / "copy.csv")
    for rows in (10_000, 100_000, 1_000_000):
        with open(DATA / "dirty.csv", "rb") as old, open(DATA / f"dirty_{rows}.csv", "wb") as new:
            new.writelines(next(old) for _ in range(rows + 1))


def broken(rule, cells, before, early, roll):
    """Breaks one rule in a row; the row that it repeats stands right before, or far before."""
    if rule in ("l_partkey", "l_suppkey", "l_extendedprice", "l_shipmode"):
        cells[AT[rule]] = ""
    elif rule == "dates":
        shipped = datetime.date.fromisoformat(cells[AT["l_shipdate"]])
        cells[AT["l_receiptdate"]] = str(shipped - datetime.timedelta(days=roll.randrange(1, 40)))
    elif rule == "unique":
        other = before if roll.random() < 0.5 else early
        cells[AT["l_orderkey"]], cells[AT["l_linenumber"]] = other[AT["l_orderkey"]], other[AT["l_linenumber"]]
    else:
        column, values = {"quantity": ("l_quantity", ["0", "-1", "51", "100"]), "discount": ("l_discount", ["-0.01", "0.11"]),
                          "tax": ("l_tax", ["-0.01", "0.09"]), "returnflag": ("l_returnflag", list("XrBZ"))}[rule]
        cells[AT[column]] = roll.choice(values)


RULES = ["l_partkey", "l_suppkey", "l_extendedprice", "l_shipmode", "quantity", "discount", "tax", "dates", "returnflag", "unique"]


def dirty(base):
    """dirty.csv: 100 rows break each rule; dirty_truth.csv says which line breaks which."""
    roll = random.Random(6)
    with open(base, "rb") as file:
        rows = sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b"")) - 1
    picked = roll.sample(range(6_000, rows), 100 * len(RULES))
    plan = {row: RULES[at % len(RULES)] for at, row in enumerate(picked)}
    early = {}
    with open(base) as old, open(DATA / "dirty.csv", "w") as new, open(DATA / "dirty_truth.csv", "w") as truth:
        new.write(next(old))
        truth.write("line,rule\n")
        before = None
        for row, line in enumerate(old):
            if row in plan:
                cells = line.rstrip("\n").split(",", 15)
                broken(plan[row], cells, before, early.pop(roll.choice(list(early))), roll)
                line = ",".join(cells) + "\n"
                truth.write(f"{row + 2},{plan[row]}\n")
            elif row < 5_000:
                early[row] = line.split(",", 15)
            if row + 1 in plan:
                before = line.split(",", 15)
            new.write(line)


def million(base):
    """million.csv: the first million rows; its editions as below, and tenth.csv: one row in ten changed in one cell."""
    roll = random.Random(5)
    with open(base, "rb") as old, open(DATA / "million.csv", "wb") as new:
        new.writelines(next(old) for _ in range(1_000_001))
    editions(DATA / "million.csv", "million_")
    changed = 0
    with open(DATA / "million.csv") as old, open(DATA / "tenth.csv", "w") as new:
        new.write(next(old))
        for line in old:
            if roll.random() < 0.1:
                cells = line.split(",", 15)
                cells[AT["l_quantity"]] = str(int(float(cells[AT["l_quantity"]])) % 50 + 1)
                changed, line = changed + 1, ",".join(cells)
            new.write(line)
    truth = {"added": 0, "removed": 0, "changed": changed, "cells": changed}
    (DATA / "tenth_truth.json").write_text(json.dumps(truth))


def editions(base, prefix=""):
    """edition.csv: one row in 1,000 changed, in 2,000 removed, in 2,000 added; shuffled.csv: its rows in no order."""
    roll = random.Random(7)
    counts = {"added": 0, "removed": 0, "changed": 0}
    kept = []
    with open(base) as old:
        heading = next(old)
        for line in old:
            at = roll.random()
            if at >= 0.002:
                kept.append(line)
                continue
            cells = line.rstrip("\n").split(",", 15)
            if at < 0.0005:
                counts["removed"] += 1
                continue
            if at < 0.001:
                counts["added"] += 1
                kept.append(line)
                cells[AT["l_linenumber"]] = str(int(cells[AT["l_linenumber"]]) + 10)
            else:
                counts["changed"] += 1
                column = roll.choice(["l_quantity", "l_extendedprice", "l_shipmode"])
                old_cell = cells[AT[column]]
                cells[AT[column]] = ("RAIL" if old_cell != "RAIL" else "SHIP") if column == "l_shipmode" else f"{float(old_cell) + 1:.2f}"
            kept.append(",".join(cells) + "\n")
    for name in ("edition.csv", "shuffled.csv"):
        with open(DATA / (prefix + name), "w") as new:
            new.write(heading)
            new.writelines(kept)
        roll.shuffle(kept)
    (DATA / f"{prefix}edition_truth.json").write_text(json.dumps(counts | {"cells": counts["changed"]}))


# Runs.

def measured(command):
    """Wall and CPU seconds, peak memory in MB, and what was printed."""
    started = time.monotonic()
    with open(HOME / "printed", "wb+") as out:
        child = subprocess.Popen([str(it) for it in command], stdout=out, stderr=subprocess.STDOUT)
        _, _, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - started
        out.seek(0)
        return (wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024), out.read().decode(errors="replace")


def compare(title, commands, right):
    """Runs commands in turn, crossfoot first, and prints a table; `right` tells whether an answer is."""
    figures = {name: [] for name in commands}
    answers = {}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            taken, printed = measured(command)
            figures[name].append(taken)
            answers[name] = right(name, printed)
    print(f"\n### {title}\n\n| tool | wall s | CPU s | peak MB | crossfoot: wall | CPU | answer |\n|---|---|---|---|---|---|---|")
    own = figures["crossfoot"]
    for name, taken in figures.items():
        wall, cpu, peak = (statistics.median(it[at] for it in taken) for at in range(3))
        ratio = [statistics.median(mine[at] / its[at] for mine, its in zip(own, taken)) for at in range(2)]
        shown = "" if name == "crossfoot" else f"{ratio[0]:.2f} x | {ratio[1]:.2f} x"
        print(f"| {name} | {wall:.2f} | {cpu:.2f} | {peak:.0f} | {shown or ' | '} | {answers[name]} |", flush=True)


def rules(pattern):
    """The rule file, for files of a pattern."""
    folder = HOME / "rules"
    folder.mkdir(exist_ok=True)
    text = (HERE / "peers" / "lineitem.toml").read_text().replace("*.csv", pattern)
    (folder / "lineitem.toml").write_text(text)
    return folder


def check(name="dirty.csv"):
    """Ten rules over a file: counts, and the line of each row that breaks one."""
    file, folder, found = DATA / name, rules("*." + name.rsplit(".", 1)[1]), HOME / "found.json"
    rows = sum(1 for _ in open(file)) if name != "dirty.csv" and name.endswith(".csv") else None
    truth = [it for it in csv.DictReader(open(DATA / "dirty_truth.csv")) if rows is None or int(it["line"]) <= rows]
    wanted = sorted((it["rule"], int(it["line"])) for it in truth)
    counts = {rule: sum(it[0] == rule for it in wanted) for rule in RULES}

    def right(tool, printed):
        if tool == "crossfoot":
            findings = json.loads(found.read_text())["findings"]
            got = [(it["places"][0]["column"] if it["rule"] == "blank" else it["rule"], it["places"][0]["line"])
                   for it in findings if it["rule"] != "keys"]
            return "right, all lines" if sorted(got) == wanted else "WRONG"
        try:
            got = json.loads(printed.strip().splitlines()[-1])
        except (ValueError, IndexError):
            return "WRONG: " + printed.strip()[-60:]
        return "right" if got == counts else f"WRONG: {got}"

    commands = {"crossfoot": [CROSSFOOT, "check", "--rules", folder, "--max-findings", "5000", "-o", f"json={found}", file],
                "DuckDB": [PYTHON, HERE / "peers" / "duckdb_check.py", file],
                "Polars": [PYTHON, HERE / "peers" / "polars_check.py", file]}
    if name.endswith(".csv") and (HOME / "xan" / "bin" / "xan").exists():
        commands["xan"] = ["bash", HERE / "peers" / "xan_check.sh", HOME / "xan" / "bin" / "xan", file]
    compare(f"check {name}", commands, right)


def truth_of(name):
    return json.loads((DATA / name).read_text())


def diff(name, truth, base="lineitem.csv", keyed=True):
    """A diff, by a key that is declared or has to be found: rows added, removed, changed, and changed cells."""
    old, new, found, folder = DATA / base, DATA / name, HOME / "diff.json", rules("*.csv")

    def right(tool, printed):
        if tool.startswith("crossfoot"):
            summary = json.loads(found.read_text())["summary"]
            got = {it: summary["rows"][it] for it in ("added", "removed", "changed")} | {"cells": summary["cells_changed"]}
        else:
            try:
                got = json.loads(printed.strip().splitlines()[-1])
            except (ValueError, IndexError):
                return "WRONG: " + printed.strip()[-60:]
        return "right" if got == truth else f"WRONG: {got}"

    key = ["--key", KEY] if keyed else []
    own = [CROSSFOOT, "diff", "--rules", folder, "-o", f"json={found}"]
    if base != "lineitem.csv" or name.endswith(".parquet"):
        own = [CROSSFOOT, "diff", *key, "-o", f"json={found}"]
        compare(f"diff {base} {name}{'' if keyed else ', no key'}", {
            "crossfoot": [*own, old, new], "DuckDB": [PYTHON, HERE / "peers" / "duckdb_diff.py", old, new, KEY]}, right)
        return
    compare(f"diff {name}", {
        "crossfoot": [*own, old, new],
        "crossfoot --memory 256M": [*own, "--memory", "256M", old, new],
        "DuckDB": [PYTHON, HERE / "peers" / "duckdb_diff.py", old, new, KEY],
        "Polars": [PYTHON, HERE / "peers" / "polars_diff.py", old, new, KEY],
        "csv-diff": [HOME / "csv-diff" / "release" / "csv-diff-peer", old, new, "0,3"],
    }, right)


def small():
    """A cold process on the shipped page of 16 rows, and a diff of it; CPU in milliseconds."""
    page = HERE.parent / "examples" / "incoming" / "2005-03-08.txt"
    folder = HERE.parent / "rules"
    for title, command in {"check": [CROSSFOOT, "check", "--rules", folder, page],
                           "diff": [CROSSFOOT, "diff", "--rules", folder, page, page]}.items():
        taken = sorted(measured(command)[0][1] for _ in range(20))
        print(f"{title} of 16 rows: {taken[10] * 1000:.1f} ms of CPU")


def scale():
    """How the cost of a row grows with their number."""
    folder = rules("*.csv")
    print("\n| rows | wall s | CPU s | peak MB | CPU us a row |\n|---|---|---|---|---|")
    for name in ("dirty_10000.csv", "dirty_100000.csv", "dirty_1000000.csv", "dirty.csv"):
        rows = sum(1 for _ in open(DATA / name)) - 1
        taken = [measured([CROSSFOOT, "check", "--rules", folder, "-o", f"json={HOME / 'found.json'}", DATA / name])[0]
                 for _ in range(max(ROUNDS, 5))]
        wall, cpu, peak = (statistics.median(it[at] for it in taken) for at in range(3))
        print(f"| {rows:,} | {wall:.3f} | {cpu:.3f} | {peak:.0f} | {cpu / rows * 1e6:.2f} |", flush=True)


def run(*works):
    truth = json.loads((DATA / "edition_truth.json").read_text())
    none = dict.fromkeys(truth, 0)
    known = {"check": check, "parquet": lambda: check("dirty.parquet"), "order": lambda: diff("edition.csv", truth),
             "shuffled": lambda: diff("shuffled.csv", truth), "same": lambda: diff("copy.csv", none), "small": small, "scale": scale,
             "found": lambda: [diff(f"million_{it}.csv", truth_of("million_edition_truth.json"), "million.csv", False)
                               for it in ("edition", "shuffled")],
             "million": lambda: diff("million_shuffled.csv", truth_of("million_edition_truth.json"), "million.csv"),
             "tenth": lambda: diff("tenth.csv", truth_of("tenth_truth.json"), "million.csv"),
             "columns": lambda: [diff("edition.parquet", truth, f"lineitem.{it}") for it in ("parquet", "csv")]}
    for work in works or known:
        known[work]()


if __name__ == "__main__":
    words = {"setup": setup, "data": data, "run": run}
    if len(sys.argv) < 2 or sys.argv[1] not in words:
        sys.exit(__doc__)
    words[sys.argv[1]](*sys.argv[2:])
