#!/usr/bin/env python3
"""A frame in memory beside the Parquet file of the same rows: the time of a check, and its findings.

    python3 benches/python.py data [SCALE]   TPC-H lineitem as Parquet, with one row in 100,000 broken; scale 1 is 6,001,215 rows
    python3 benches/python.py run            both in turn, ROUNDS times (default 5)

It takes the package of crates/py, Polars, pyarrow and tpchgen-cli in the Python that runs it. BENCH_DIR is where the data
live (default: target/bench), CROSSFOOT the program (default: target/release/crossfoot), built with the same profile as the
package. The program starts, reads and unpacks its file; the frame is there already.
"""
import json, os, pathlib, statistics, subprocess, sys, time

HERE = pathlib.Path(__file__).resolve().parent
HOME = pathlib.Path(os.environ.get("BENCH_DIR", HERE.parent / "target" / "bench"))
DATA = HOME / "data"
CROSSFOOT = os.environ.get("CROSSFOOT", str(HERE.parent / "target" / "release" / "crossfoot"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
FILE = DATA / "python.parquet"
# The decimals of prices and rates are those of TPC-H, and survive the way through Polars.
BROKEN = 100_000


def data(scale="1"):
    import polars as pl

    DATA.mkdir(parents=True, exist_ok=True)
    program = pathlib.Path(sys.executable).parent / "tpchgen-cli"
    subprocess.run([program, "parquet", "-s", scale, "-T", "lineitem", "-o", DATA, "--quiet"], check=True)
    rows = pl.read_parquet(DATA / "lineitem.parquet").with_row_index("at")
    is_broken = pl.col("at") % BROKEN == BROKEN // 2
    receipt = pl.when(is_broken).then(pl.col("l_shipdate") - pl.duration(days=1)).otherwise(pl.col("l_receiptdate"))
    rows.with_columns(l_receiptdate=receipt.cast(pl.Date)).drop("at").write_parquet(FILE, compression="snappy")


def run():
    import crossfoot
    import polars as pl

    frame = pl.read_parquet(FILE)
    rules = HOME / "python.toml"
    rules.write_text((HERE / "peers" / "lineitem.toml").read_text().replace("*.csv", "*.parquet"))
    found = HOME / "found.json"
    times = {"frame": [], "file": []}
    for _ in range(ROUNDS):
        start = time.monotonic()
        command = [CROSSFOOT, "check", "--rules", rules, "-o", f"json={found}", FILE]
        code = subprocess.run(command, stderr=subprocess.DEVNULL).returncode
        times["file"].append(time.monotonic() - start)
        start = time.monotonic()
        findings = crossfoot.check(frame, rules=rules, name=str(FILE))
        times["frame"].append(time.monotonic() - start)
        theirs = json.loads(found.read_text())
        assert code == 1 and findings.document["findings"] == theirs["findings"], "the findings differ"
        assert findings.document["summary"] == theirs["summary"]
    medians = {name: statistics.median(it) for name, it in times.items()}
    ratios = sorted(frame / file for frame, file in zip(times["frame"], times["file"]))
    print(f"{len(frame):,} rows, {len(findings)} findings")
    for name, it in times.items():
        print(f"{name:6} {medians[name]:.2f} s ({min(it):.2f} to {max(it):.2f})")
    print(f"ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")


if __name__ == "__main__":
    works = {"data": data, "run": run}
    if len(sys.argv) < 2 or sys.argv[1] not in works:
        sys.exit(__doc__)
    works[sys.argv[1]](*sys.argv[2:])
