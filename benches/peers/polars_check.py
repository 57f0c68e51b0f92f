"""Polars, streaming, exact decimals: the count of each rule, with the line of each row that breaks one."""
import json, sys
import polars as pl

D, S, I = pl.Decimal(15, 2), pl.String, pl.Int64
SCHEMA = {"l_orderkey": I, "l_partkey": I, "l_suppkey": I, "l_linenumber": pl.Int32, "l_quantity": D, "l_extendedprice": D,
          "l_discount": D, "l_tax": D, "l_returnflag": S, "l_linestatus": S, "l_shipdate": pl.Date, "l_commitdate": pl.Date,
          "l_receiptdate": pl.Date, "l_shipinstruct": S, "l_shipmode": S, "l_comment": S}
c, number = pl.col, lambda it: pl.lit(it).cast(D)
BROKEN = {it: c(it).is_null() for it in ("l_partkey", "l_suppkey", "l_extendedprice", "l_shipmode")} | {
    "quantity": ~c("l_quantity").is_between(number("1"), number("50")),
    "discount": ~c("l_discount").is_between(number("0"), number("0.1")),
    "tax": ~c("l_tax").is_between(number("0"), number("0.08")),
    "dates": c("l_shipdate") > c("l_receiptdate"), "returnflag": ~c("l_returnflag").is_in(["R", "A", "N"])}

file = sys.argv[1]
if file.endswith(".parquet"):
    rows = pl.scan_parquet(file, row_index_name="row")
else:
    rows = pl.scan_csv(file, schema=SCHEMA, row_index_name="row")
bad = rows.filter(pl.any_horizontal(*BROKEN.values())).select("row", **BROKEN)
again = rows.group_by("l_orderkey", "l_linenumber").agg(n=pl.len(), last=c("row").max()).filter(c("n") > 1)
bad, again = pl.collect_all([bad, again], engine="streaming")
counts = {it: int(bad[it].sum() or 0) for it in BROKEN} | {"unique": int((again["n"] - 1).sum())}
print(json.dumps(counts))
