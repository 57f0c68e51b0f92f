#!/usr/bin/env python3
"""NDJSON, XLSX and HTML that are large, checked beside the library that reads them.

    cargo build --release --example readers
    python3 benches/readers.py data      lines of orders: 1 million records, 600,000 rows of a sheet, 300,000 of a page
    python3 benches/readers.py [NAME …]  runs those whose names hold one of these, in turn; all without a name

BENCH_DIR, CROSSFOOT and ROUNDS as of `against.py`; READERS is the example, PYTHON one that has lxml. CPU (user and
system) and peak memory are the kernel's own account of each process; the ratio is that of the medians. What fails is told,
and must be what was broken.
"""
import datetime, json, os, pathlib, random, statistics, subprocess, sys, zipfile

HERE = pathlib.Path(__file__).resolve().parent
HOME = pathlib.Path(os.environ.get("BENCH_DIR", HERE.parent / "target" / "bench"))
DATA = HOME / "data"
CROSSFOOT = os.environ.get("CROSSFOOT", str(HERE.parent / "target" / "release" / "crossfoot"))
READERS = os.environ.get("READERS", str(HERE.parent / "target" / "release" / "examples" / "readers"))
PYTHON = os.environ.get("PYTHON", sys.executable)
ROUNDS = int(os.environ.get("ROUNDS", "3"))
ROWS = {"ndjson": 400_000, "slim": 1_000_000, "xlsx": 600_000, "html": 300_000}
COLUMNS = ("order part supplier line quantity price discount tax flag status shipped committed received instruct mode "
           "comment").split()
SLIM = "order line quantity price flag shipped".split()
WORDS = "carefully regular deposits sleep quickly ironic accounts among final requests bold packages haggle".split()
FIRST = datetime.date(1992, 1, 1)
RULES = """
[[rules]]
name = "quantity"
range = { columns = ["quantity"], min = 1, max = 400 }
[[rules]]
name = "one"
unique = ["order", "line"]
[[rules]]
name = "parts"
sum = { total = { where = "line = 0" }, parts = { where = "line > 0" }, columns = ["quantity"], by = ["order"] }
"""


def rows(count):
    """Orders: a line 0 with the total, then its parts. Three are broken, each in another way."""
    roll = random.Random(18)
    order = given = 0
    while given < count:
        order += 1
        parts = [roll.randrange(1, 51) for _ in range(roll.randrange(2, 8))]
        lines = [sum(parts), *parts]
        lines[0] += order == 1_000
        for line, quantity in enumerate(lines):
            if given == count:
                return
            given += 1
            quantity = 401 if given == count - 10 else quantity
            shipped = FIRST + datetime.timedelta(roll.randrange(2_500))
            days = [shipped, shipped + datetime.timedelta(roll.randrange(30)), shipped + datetime.timedelta(roll.randrange(60))]
            comment = " ".join(roll.choice(WORDS) for _ in range(roll.randrange(2, 5)))
            yield [order, roll.randrange(200_000), roll.randrange(10_000), line, quantity,
                   f"{quantity * roll.randrange(90_000, 200_000) / 100:.2f}", f"0.{roll.randrange(11):02d}",
                   f"0.{roll.randrange(9):02d}", roll.choice("ANR"), roll.choice("OF"), *days,
                   roll.choice(["DELIVER IN PERSON", "COLLECT COD", "NONE"]), roll.choice(["AIR", "MAIL", "SHIP", "RAIL"]), comment]


def text(it):
    return isinstance(it, datetime.date) or (isinstance(it, str) and not it[0].isdigit())


def data():
    DATA.mkdir(parents=True, exist_ok=True)
    for name in ("ndjson", "slim"):
        wanted = [COLUMNS.index(it) for it in (COLUMNS if name == "ndjson" else SLIM)]
        with open(DATA / f"readers_{name}.ndjson", "w") as out:
            for row in rows(ROWS[name]):
                cells = (f'"{COLUMNS[at]}":' + (f'"{row[at]}"' if text(row[at]) else str(row[at])) for at in wanted)
                out.write("{" + ",".join(cells) + "}\n")
    with open(DATA / "readers_html.html", "w") as out:
        out.write("<!DOCTYPE html><html><body><table>\n<tr>" + "".join(f"<th>{it}</th>" for it in COLUMNS) + "</tr>\n")
        for row in rows(ROWS["html"]):
            out.write("<tr>" + "".join(f"<td>{it}</td>" for it in row) + "</tr>\n")
        out.write("</table></body></html>\n")
    xlsx(DATA / "readers_xlsx.xlsx")


def xlsx(path):
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kind, rels = "application/vnd.openxmlformats-officedocument.spreadsheetml", "http://schemas.openxmlformats.org/package/2006"
    letters = "ABCDEFGHIJKLMNOP"
    strings = {}

    def cell(at, row, it):
        place = f"{letters[at]}{row}"
        if isinstance(it, datetime.date):
            return f'<c r="{place}" s="1"><v>{(it - datetime.date(1899, 12, 30)).days}</v></c>'
        if text(it):
            return f'<c r="{place}" t="s"><v>{strings.setdefault(it, len(strings))}</v></c>'
        return f'<c r="{place}"><v>{float(it):.15g}</v></c>'

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as book:
        book.writestr("[Content_Types].xml", f'<?xml version="1.0"?><Types xmlns="{rels}/content-types"><Default Extension="rels" '
                      f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
                      f'"application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/><Override PartName='
                      f'"/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType='
                      f'"{kind}.styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/></Types>')
        book.writestr("_rels/.rels", f'<?xml version="1.0"?><Relationships xmlns="{rels}/relationships"><Relationship Id="rId1" '
                      f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        book.writestr("xl/workbook.xml", f'<?xml version="1.0"?><workbook {main} xmlns:r="{office}"><sheets><sheet name="Lines" '
                      f'sheetId="1" r:id="rId1"/></sheets></workbook>')
        book.writestr("xl/_rels/workbook.xml.rels", f'<?xml version="1.0"?><Relationships xmlns="{rels}/relationships">' + "".join(
            f'<Relationship Id="rId{at}" Type="{office}/{it}" Target="{it + "s/sheet1" if at == 1 else it}.xml"/>'
            for at, it in enumerate(("worksheet", "styles", "sharedStrings"), 1)) + "</Relationships>")
        book.writestr("xl/styles.xml", f'<?xml version="1.0"?><styleSheet {main}><fonts count="1"><font/></fonts><fills count="1"><fill/>'
                      f'</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2">'
                      f'<xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>')
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as out:
            out.write(f'<?xml version="1.0"?><worksheet {main}><sheetData>'.encode())
            for number, row in enumerate([COLUMNS, *rows(0)], 1):
                out.write((f'<row r="{number}">' + "".join(cell(at, number, it) for at, it in enumerate(row)) + "</row>").encode())
            for number, row in enumerate(rows(ROWS["xlsx"]), 2):
                out.write((f'<row r="{number}">' + "".join(cell(at, number, it) for at, it in enumerate(row)) + "</row>").encode())
            out.write(b"</sheetData></worksheet>")
        items = "".join(f"<si><t>{it}</t></si>" for it in strings)
        book.writestr("xl/sharedStrings.xml", f'<?xml version="1.0"?><sst {main} count="{len(strings)}">{items}</sst>')


def rule_file(file, columns):
    kinds = {"price": "amount", "discount": "amount", "tax": "amount", "flag": "text", "status": "text", "instruct": "text",
             "mode": "text", "comment": "text", **{it: "date" for it in ("shipped", "committed", "received")}}
    typed = ", ".join(f'{it} = "{kinds.get(it, "count")}"' for it in columns)
    path = DATA / f"{file.split('.')[0]}.toml"
    path.write_text(f'crossfoot = 1\ndataset = "t"\n[tables.t]\nkey = ["order", "line"]\nfiles = ["{file}"]\ncolumns = {{ {typed} }}\n{RULES}')
    return path


def run(command):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(write, 1)
        os.execv(command[0], command)
    os.close(write)
    out = os.fdopen(read).read()
    _, status, usage = os.wait4(child, 0)
    return out, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)


def main(wanted):
    os.chdir(DATA)
    for name, count in ROWS.items():
        if wanted and not any(it in name for it in wanted):
            continue
        file = f"readers_{name}.{'ndjson' if name == 'slim' else name}"
        rules = rule_file(file, SLIM if name == "slim" else COLUMNS)
        commands = {"library": [READERS, str(DATA / file)],
                    "three rules": [CROSSFOOT, "check", str(DATA / file), "--rules", str(rules), "-o", "json"],
                    "no rules": [CROSSFOOT, "check", str(DATA / file), "--no-discovery", "-o", "json"]}
        if name == "html":
            # Its reader is crossfoot's own: the peer is the one that most people read pages with.
            commands["library"] = [PYTHON, str(HERE / "peers" / "lxml_html.py"), str(DATA / file)]
        taken = {it: [] for it in commands}
        for _ in range(ROUNDS):
            for it, command in commands.items():
                out, cpu, memory, _ = run(command)
                taken[it].append((cpu, memory))
                if it == "three rules":
                    found = sorted({it["rule"] for it in json.loads(out)["findings"]})
                    assert found == ["parts", "quantity"], (name, found)
        base = [statistics.median(it) for it in zip(*taken["library"])]
        for it, seen in taken.items():
            cpu, memory = (statistics.median(it) for it in zip(*seen))
            print(f"{name:7} {it:12} {cpu:6.2f} CPU s {memory:6.0f} MB   {cpu / base[0]:5.2f} x CPU {memory / base[1]:5.2f} x memory", flush=True)


if __name__ == "__main__":
    data() if sys.argv[1:] == ["data"] else main(sys.argv[1:])
