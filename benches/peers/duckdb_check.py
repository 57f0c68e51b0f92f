"""DuckDB, typed, in one scan: the count of each rule, with the line of each row that breaks one."""
import json, sys
import duckdb

COLUMNS = {"l_orderkey": "BIGINT", "l_partkey": "BIGINT", "l_suppkey": "BIGINT", "l_linenumber": "INTEGER",
           "l_quantity": "DECIMAL(15,2)", "l_extendedprice": "DECIMAL(15,2)", "l_discount": "DECIMAL(15,2)",
           "l_tax": "DECIMAL(15,2)", "l_returnflag": "VARCHAR", "l_linestatus": "VARCHAR", "l_shipdate": "DATE",
           "l_commitdate": "DATE", "l_receiptdate": "DATE", "l_shipinstruct": "VARCHAR", "l_shipmode": "VARCHAR",
           "l_comment": "VARCHAR"}
BROKEN = {"l_partkey": "l_partkey IS NULL", "l_suppkey": "l_suppkey IS NULL", "l_extendedprice": "l_extendedprice IS NULL",
          "l_shipmode": "l_shipmode IS NULL", "quantity": "l_quantity NOT BETWEEN 1 AND 50",
          "discount": "l_discount NOT BETWEEN 0 AND 0.1", "tax": "l_tax NOT BETWEEN 0 AND 0.08",
          "dates": "l_shipdate > l_receiptdate", "returnflag": "l_returnflag NOT IN ('R', 'A', 'N')"}

file = sys.argv[1]
if file.endswith(".parquet"):
    source, line = f"read_parquet('{file}', file_row_number=true)", "file_row_number + 2"
else:
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
    source = f"read_csv('{file}', header=true, auto_detect=false, delim=',', quote='\"', columns={{{columns}}})"
    line = "row_number() OVER () + 1"
bits = " | ".join(f"(CASE WHEN {it} THEN {1 << at} ELSE 0 END)" for at, it in enumerate(BROKEN.values()))
con = duckdb.connect()
con.execute(f"CREATE TEMP TABLE seen AS SELECT {line} AS line, l_orderkey, l_linenumber, ({bits})::USMALLINT AS bits FROM {source}")
counts = con.execute("SELECT " + ", ".join(f"count(*) FILTER (WHERE bits & {1 << at} <> 0)" for at in range(9)) + " FROM seen").fetchone()
lines = con.execute("SELECT line, bits FROM seen WHERE bits <> 0 ORDER BY line").fetchall()
again = con.execute("""SELECT line FROM (SELECT line, row_number() OVER (PARTITION BY l_orderkey, l_linenumber ORDER BY line) AS nth
    FROM seen SEMI JOIN (SELECT l_orderkey, l_linenumber FROM seen GROUP BY ALL HAVING count(*) > 1) USING (l_orderkey, l_linenumber))
    WHERE nth > 1""").fetchall()
print(json.dumps(dict(zip(BROKEN, counts)) | {"unique": len(again)}))
