"""Polars: a full join on the key, every cell as text; counts of rows and of changed cells."""
import json, sys
import polars as pl

old, new, key = sys.argv[1], sys.argv[2], sys.argv[3].split(",")
a, b = (pl.scan_csv(it, infer_schema=False, row_index_name="row") for it in (old, new))
rest = [it for it in a.collect_schema().names() if it not in [*key, "row"]]
c = pl.col
differs = [c(it).ne_missing(c(it + "_b")) for it in rest]
joined = a.join(b, on=key, how="full", coalesce=True, suffix="_b").filter(pl.any_horizontal(c("row").is_null(), c("row_b").is_null(), *differs))
op = pl.when(c("row").is_null()).then(pl.lit("added")).when(c("row_b").is_null()).then(pl.lit("removed")).otherwise(pl.lit("changed"))
found = joined.with_columns(op=op, cells=pl.sum_horizontal(*differs)).collect(engine="streaming")
counts = dict(found["op"].value_counts().iter_rows())
cells = int(found.filter(c("op") == "changed")["cells"].sum() or 0)
print(json.dumps({it: counts.get(it, 0) for it in ("added", "removed", "changed")} | {"cells": cells}))
