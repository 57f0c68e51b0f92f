"""to_parquet.py CSV PARQUET: lineitem with typed columns, Snappy."""
import sys
import pyarrow as pa, pyarrow.csv as reader, pyarrow.parquet as writer

kinds = {"l_orderkey": pa.int64(), "l_partkey": pa.int64(), "l_suppkey": pa.int64(), "l_linenumber": pa.int32()}
kinds |= dict.fromkeys(("l_quantity", "l_extendedprice", "l_discount", "l_tax"), pa.decimal128(15, 2))
kinds |= dict.fromkeys(("l_shipdate", "l_commitdate", "l_receiptdate"), pa.date32())
kinds |= dict.fromkeys(("l_returnflag", "l_linestatus", "l_shipinstruct", "l_shipmode", "l_comment"), pa.string())
options = reader.ConvertOptions(column_types=kinds, strings_can_be_null=True, null_values=[""], quoted_strings_can_be_null=False)
writer.write_table(reader.read_csv(sys.argv[1], convert_options=options), sys.argv[2], compression="snappy", row_group_size=53_000)
