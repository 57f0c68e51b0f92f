"""DuckDB: a full join on the key of two CSV or Parquet files, cells as text where both are CSV; counts of rows and of changed cells."""
import json, sys
import duckdb

old, new, key = sys.argv[1], sys.argv[2], sys.argv[3].split(",")
con = duckdb.connect()
is_parquet = [it.endswith(".parquet") for it in (old, new)]
typed = next((it for it, yes in zip((old, new), is_parquet) if yes), None)
names = con.execute(f"DESCRIBE SELECT * FROM " + (f"'{typed}'" if typed else f"read_csv('{old}', all_varchar=true, header=true)")).fetchall()
# Where one is Parquet, the CSV is read by its types: as text, 17 and 17.00 would differ in all rows.
columns = ", ".join(f"'{it[0]}': '{it[1] if typed else 'VARCHAR'}'" for it in names)
names = [it[0] for it in names]
read = lambda it: f"'{it}'" if it.endswith(".parquet") else \
    f"read_csv('{it}', header=true, auto_detect=false, delim=',', quote='\"', columns={{{columns}}})"
rest = [it for it in names if it not in key]
changed = " OR ".join(f"a.{it} IS DISTINCT FROM b.{it}" for it in rest)
cells = " + ".join(f"(a.{it} IS DISTINCT FROM b.{it})::INT" for it in rest)
con.execute(f"""CREATE TEMP TABLE found AS SELECT {", ".join(key)}, CASE WHEN a.{rest[0]} IS NULL AND a.{rest[1]} IS NULL THEN 'added'
    WHEN b.{rest[0]} IS NULL AND b.{rest[1]} IS NULL THEN 'removed' ELSE 'changed' END AS op, {cells} AS cells, a, b
    FROM {read(old)} a FULL JOIN {read(new)} b USING ({", ".join(key)}) WHERE {changed}""")
counts = dict(con.execute("SELECT op, count(*) FROM found GROUP BY op").fetchall())
told = con.execute("SELECT sum(cells) FROM found WHERE op = 'changed'").fetchone()[0]
print(json.dumps({it: counts.get(it, 0) for it in ("added", "removed", "changed")} | {"cells": int(told or 0)}))
