#!/usr/bin/env python3
"""One rule of each kind over a million rows, beside DuckDB with the same question, and both answers compared.

    python3 benches/against.py setup; python3 benches/against.py data 1
    python3 benches/kinds.py data      what is not lineitem: votes, cases, shares, series, matches and goals, other prints
    python3 benches/kinds.py [NAME …]  runs those whose names hold one of these; all without a name

BENCH_DIR and CROSSFOOT as of `against.py`; MEMORY is given as --memory. CPU (user and system) and peak memory are the
kernel's own account of each process. What is judged on all rows at once, or read as a whole, `-v` tells; it also measures
what the rules would notice, which takes longer than all else, so it is left out here.
"""
import datetime, json, os, pathlib, random, subprocess, sys, tempfile

HERE = pathlib.Path(__file__).resolve().parent
HOME = pathlib.Path(os.environ.get("BENCH_DIR", HERE.parent / "target" / "bench"))
DATA, PYTHON = HOME / "data", str(HOME / "env" / "bin" / "python")
CROSSFOOT = os.environ.get("CROSSFOOT", str(HERE.parent / "target" / "release" / "crossfoot"))
ROWS = 1_000_000
LINEITEM = {
    **{it: "count" for it in ("l_orderkey", "l_partkey", "l_suppkey", "l_linenumber")},
    **{it: "amount" for it in ("l_quantity", "l_extendedprice", "l_discount", "l_tax")},
    **{it: "text" for it in ("l_returnflag", "l_linestatus", "l_shipinstruct", "l_shipmode", "l_comment")},
    **{it: "date" for it in ("l_shipdate", "l_commitdate", "l_receiptdate")},
}


def data():
    roll = random.Random(3)
    day = lambda first, days: (first + datetime.timedelta(days)).isoformat()
    first = datetime.date(2018, 1, 1)
    with open(DATA / "votes.csv", "w") as out:
        out.write("office,ward,votes\n")
        for office in range(ROWS // 5):
            parts = [roll.randrange(10, 900) for _ in range(4)]
            out.write(f"O{office:06d},Total,{sum(parts)}\n")
            parts[0] += office == 77_777
            out.writelines(f"O{office:06d},W{ward},{it}\n" for ward, it in enumerate(parts))
    with open(DATA / "cases.csv", "w") as out:
        out.write("day,area,total\n")
        totals = [0] * 1000
        for at in range(ROWS // 1000):
            for area in range(1000):
                totals[area] += roll.randrange(0, 30)
                falls = 400 if (at, area) == (500, 33) else 0
                out.write(f"{day(first, at)},A{area:04d},{totals[area] - falls}\n")
    with open(DATA / "share.csv", "w") as out:
        out.write("id,part,whole,percent\n")
        for at in range(ROWS):
            whole = roll.randrange(50, 5000)
            part = roll.randrange(1, whole)
            out.write(f"{at},{part},{whole},{99.9 if at == 400_000 else round(100 * part / whole, 1):.1f}\n")
    with open(DATA / "series.csv", "w") as out:
        out.write("week,area,count\n")
        levels = [roll.randrange(20, 900) for _ in range(ROWS // 100)]
        for week in range(100):
            for area, level in enumerate(levels):
                out.write(f"{day(first, 7 * week)},A{area:05d},{max(0, int(roll.gauss(level, level ** 0.5)))}\n")
    with open(DATA / "results.csv", "w") as results, open(DATA / "goals.csv", "w") as goals:
        results.write("match,home,away,home_score\n")
        goals.write("match,team,minute\n")
        for at in range(ROWS // 4):
            home, away, scored = f"T{at % 200}", f"T{(at + 7) % 200}", roll.choice([0, 1, 1, 2, 2, 3, 4])
            results.write(f"M{at},{home},{away},{scored + (at == 1000)}\n")
            goals.writelines(f"M{at},{team},{roll.randrange(1, 91)}\n" for team in [home] * scored + [away] * 2)
    other_prints(roll)


def other_prints(roll):
    """The first million rows of lineitem with other days, decimal commas, grouped figures, and one row in ten broken."""
    names = ("million", "comma", "grouped", "days", "broken")
    outs = {it: open(DATA / f"{it}.csv", "w") for it in names}
    with open(DATA / "lineitem.csv") as lines:
        heading = next(lines)
        for name, out in outs.items():
            out.write(heading.replace(",", ";") if name == "comma" else heading)
        for _, line in zip(range(ROWS), lines):
            cells = line.rstrip("\n").split(",", 15)
            outs["million"].write(line)
            outs["comma"].write(";".join(it.replace(".", ",") if 4 <= at < 8 else it for at, it in enumerate(cells)) + "\n")
            grouped = [f'"{float(it):,.2f}"' if at == 5 else it for at, it in enumerate(cells)]
            outs["grouped"].write(",".join(grouped) + "\n")
            days = [".".join(reversed(it.split("-"))) if 10 <= at < 13 else it for at, it in enumerate(cells)]
            outs["days"].write(",".join(days) + "\n")
            outs["broken"].write(",".join("99" if at == 4 and roll.random() < 0.1 else it for at, it in enumerate(cells)) + "\n")


def table(name, key, columns, file=None):
    typed = ", ".join(f"{column} = {it if it.startswith('{') else json.dumps(it)}" for column, it in columns.items())
    return f'[tables.{name}]\nkey = {json.dumps(key)}\nfiles = ["{file or name}.csv"]\ncolumns = {{ {typed} }}\n'


def lineitem(rule, file="million", **other):
    return [file], table("t", ["l_orderkey", "l_linenumber"], {**LINEITEM, **other}, file) + f'[[rules]]\nname = "r"\n{rule}\n'


def other(files, tables, rule):
    return files, f'{"".join(tables)}[[rules]]\nname = "r"\n{rule}\n'


QUANTITY = 'range = { columns = ["l_quantity"], min = 1, max = 50 }'
VOTES = table("votes", ["office", "ward"], {"office": "label", "ward": "label", "votes": "count"})
CASES = table("cases", ["day", "area"], {"day": "date", "area": "label", "total": "count"})
SERIES = 'cadence = "weekly"\nperiod = { column = "week" }\n' + table("series", ["area"], {"week": "date", "area": "label", "count": "count"})
MATCHES = [table("results", ["match"], {"match": "label", "home": "label", "away": "label", "home_score": "count"}),
           table("goals", [], {"match": "label", "team": "label", "minute": "count"})]
DAY = '{ type = "date", format = "%d.%m.%Y" }'
KNOWN = ", ".join(f'"A{it:04d}"' for it in range(1000))
PRICE = 'range = { columns = ["l_extendedprice"], min = 900, max = 110000 }'

# What is asked, the files and the rule, and the query: its rows are what fails, or its one value is whether it does.
KINDS = {
    "range": (lineitem(QUANTITY), "select 1 from {0} where not (l_quantity between 1 and 50)"),
    "length": (lineitem('expect = "length(l_shipmode) <= 7"'), "select 1 from {0} where length(l_shipmode) > 7"),
    "case": (lineitem("expect = \"CASE WHEN l_returnflag = 'N' THEN l_quantity <= 50 ELSE l_tax <= 0.08 END\""),
             "select 1 from {0} where not case when l_returnflag = 'N' then l_quantity <= 50 else l_tax <= 0.08 end"),
    "avg over all": (lineitem('expect = "avg(l_quantity) >= 30"'), "select 1 from (select avg(l_quantity) a from {0}) where a < 30"),
    "avg beside each row": (lineitem('expect = "l_quantity <= 3 * avg(l_quantity)"'),
                            "select 1 from {0} where l_quantity > 3 * (select avg(l_quantity) from {0})"),
    "sum over all": (lineitem('expect = "sum(l_quantity) = 1"'), "select 1 from (select sum(l_quantity) s from {0}) where s <> 1"),
    "previous": (lineitem('expect = "previous(l_quantity) along l_linenumber is null or l_quantity > 0"'),
                 "select 1 from (select *, lag(l_quantity) over (partition by l_orderkey order by l_linenumber) p from {0}) "
                 "where not (p is null or l_quantity > 0)"),
    "decimals": (lineitem(QUANTITY, l_extendedprice='{ type = "amount", decimals = 2 }'),
                 "select 1 from {0} where not (l_quantity between 1 and 50)"),
    "form of days": (lineitem('expect = "l_shipdate <= l_receiptdate"', "days", l_shipdate=DAY, l_commitdate=DAY, l_receiptdate=DAY),
                     "select 1 from read_csv('{f0}', dateformat='%d.%m.%Y') where l_shipdate > l_receiptdate"),
    "decimal comma": (lineitem(QUANTITY, "comma"),
                      "select 1 from read_csv('{f0}', delim=';', decimal_separator=',') where not (l_quantity between 1 and 50)"),
    "grouped figures": (lineitem(PRICE, "grouped"),
                        "select 1 from {0} where not (cast(replace(l_extendedprice, ',', '') as decimal(18, 2)) between 900 and 110000)"),
    "one in ten broken": (lineitem(QUANTITY, "broken"), "select 1 from {0} where not (l_quantity between 1 and 50)"),
    "unique, where": (lineitem('unique = ["l_orderkey", "l_linenumber"]\nwhere = "l_quantity > 25"'),
                      "select 1 from {0} where l_quantity > 25 qualify row_number() over (partition by l_orderkey, l_linenumber) > 1"),
    "unique texts": (lineitem('unique = ["l_orderkey", "l_comment"]'),
                     "select 1 from {0} qualify row_number() over (partition by l_orderkey, l_comment) > 1"),
    "sum by": (other(["votes"], [VOTES], "sum = { total = { where = \"ward = 'Total'\" }, parts = { where = \"ward <> 'Total'\" }, "
                     'columns = ["votes"], by = ["office"] }'),
               "select 1 from {0} group by office having sum(case when ward = 'Total' then votes end) "
               "is distinct from sum(case when ward <> 'Total' then votes end)"),
    "share to 100": (other(["votes"], [VOTES.replace('votes = "count"', 'votes = "percent"')],
                           'share = { percent = "votes", sums_to = 100, by = ["office"] }'),
                     "select 1 from {0} group by office having sum(votes) <> 100"),
    "cumulative": (other(["cases"], [CASES], 'cumulative = { columns = ["total"], along = "day" }'),
                   "select 1 from (select *, lag(total) over (partition by area order by day) p from {0}) where total < p"),
    "codes": (other(["cases"], [CASES], f'codes = {{ column = "area", values = [{KNOWN}] }}'),
              "select 1 from {0} where not regexp_matches(area, '^A[0-9]{{4}}$')"),
    "share of": (other(["share"], [table("share", ["id"], {"id": "count", "part": "count", "whole": "count", "percent": "percent"})],
                       'share = { percent = "percent", of = ["part", "whole"] }'),
                 "select 1 from {0} where abs(percent * whole - 100 * part) > 0.05 * whole"),
    "tally": (other(["results", "goals"], MATCHES, 'table = "results"\ntally = { column = "home_score", of = "goals", '
                    'on = { match = "match", home = "team" } }'),
              "select 1 from {0} r left join (select match, team, count(*) c from {1} group by all) g "
              "on r.match = g.match and r.home = g.team where home_score <> coalesce(c, 0)"),
    "reference": (other(["results", "goals"], MATCHES, 'table = "goals"\nreference = { columns = ["match"], table = "results" }'),
                  "select 1 from {1} g left join (select distinct match from {0}) r on g.match = r.match where r.match is null"),
    "editions in a column": (other(["series"], [SERIES], 'range = { columns = ["count"], min = 0, max = 5000 }'),
                             "select 1 from {0} where not (count between 0 and 5000)"),
    "usual": (other(["series"], [SERIES], 'usual = { columns = ["count"] }'), None),
}


def run(command, folder=None):
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        out.seek(0)
        return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status), out.read()


def judge(files, rules):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "rules").mkdir()
        (folder / "rules" / "d.toml").write_text(f'crossfoot = 1\ndataset = "d"\n{rules}')
        for it in files:
            (folder / f"{it}.csv").symlink_to(DATA / f"{it}.csv")
        memory = ["--memory", os.environ["MEMORY"]] if "MEMORY" in os.environ else []
        command = [CROSSFOOT, "check", *(f"{it}.csv" for it in files), "--fail-on", "never", "-o", "json=found.json", *memory]
        cpu, peak, code, _ = run(command, folder)
        summary = json.loads((folder / "found.json").read_text())["summary"]["by_rule"] if code == 0 else {}
        return cpu, peak, summary.get("r", {}).get("fails")


def main(names):
    print(f"{'kind':22}{'CPU s':>7}{'MB':>6}{'fails':>9}   DuckDB{'CPU s':>7}{'MB':>6}{'fails':>9}   ratio")
    for name, ((files, rules), query) in KINDS.items():
        if names and not any(it in name for it in names):
            continue
        cpu, peak, fails = judge(files, rules)
        line = f"{name:22}{cpu:7.2f}{peak:6.0f}{fails if fails is not None else 'none':>9}"
        if query:
            paths = [str(DATA / f"{it}.csv") for it in files]
            asked = query.format(*(f"read_csv('{it}')" for it in paths), **{f"f{at}": it for at, it in enumerate(paths)})
            other_cpu, other_peak, _, answer = run([PYTHON, "-c", f"import duckdb\nprint(len(duckdb.sql('''{asked}''').fetchall()))"])
            answer = answer.strip().splitlines()[-1]
            line += f"         {other_cpu:7.2f}{other_peak:6.0f}{answer:>9}   {cpu / other_cpu:5.2f}" + ("" if answer == str(fails) else "  DIFFERS")
        print(line, flush=True)


if __name__ == "__main__":
    data() if sys.argv[1:] == ["data"] else main(sys.argv[1:])
