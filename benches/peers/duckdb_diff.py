"""DuckDB: a full join on the key, every cell as text; counts of rows and of changed cells."""
import json, sys
import duckdb

old, new, key = sys.argv[1], sys.argv[2], sys.argv[3].split(",")
con = duckdb.connect()
names = [it[0] for it in con.execute(f"DESCRIBE SELECT * FROM read_csv('{old}', all_varchar=true, header=true)").fetchall()]
columns = ", ".join(f"'{it}': 'VARCHAR'" for it in names)
read = lambda it: f"read_csv('{it}', header=true, auto_detect=false, delim=',', quote='\"', columns={{{columns}}})"
rest = [it for it in names if it not in key]
changed = " OR ".join(f"a.{it} IS DISTINCT FROM b.{it}" for it in rest)
cells = " + ".join(f"(a.{it} IS DISTINCT FROM b.{it})::INT" for it in rest)
con.execute(f"""CREATE TEMP TABLE found AS SELECT {", ".join(key)}, CASE WHEN a.{rest[0]} IS NULL AND a.{rest[1]} IS NULL THEN 'added'
    WHEN b.{rest[0]} IS NULL AND b.{rest[1]} IS NULL THEN 'removed' ELSE 'changed' END AS op, {cells} AS cells, a, b
    FROM {read(old)} a FULL JOIN {read(new)} b USING ({", ".join(key)}) WHERE {changed}""")
counts = dict(con.execute("SELECT op, count(*) FROM found GROUP BY op").fetchall())
told = con.execute("SELECT sum(cells) FROM found WHERE op = 'changed'").fetchone()[0]
print(json.dumps({it: counts.get(it, 0) for it in ("added", "removed", "changed")} | {"cells": int(told or 0)}))
