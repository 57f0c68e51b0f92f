#!/usr/bin/env bash
# xan_check.sh XAN FILE: xan has no rules; counts by one aggregation, duplicates by another command.
set -euo pipefail
counts=$("$1" agg -p 'count(l_partkey eq "") as a, count(l_suppkey eq "") as b, count(l_extendedprice eq "") as c,
  count(l_shipmode eq "") as d, count(l_quantity < 1 || l_quantity > 50) as e, count(l_discount < 0 || l_discount > 0.1) as f,
  count(l_tax < 0 || l_tax > 0.08) as g, count(l_receiptdate lt l_shipdate) as h, count(!(l_returnflag in ["R","A","N"])) as i' "$2" | tail -n 1)
again=$("$1" dedup -s l_orderkey,l_linenumber -f again "$2" | "$1" search -e -s again true | "$1" count)
IFS=, read -r a b c d e f g h i <<< "$counts"
echo "{\"l_partkey\": $a, \"l_suppkey\": $b, \"l_extendedprice\": $c, \"l_shipmode\": $d, \"quantity\": $e, \"discount\": $f, \"tax\": $g, \"dates\": $h, \"returnflag\": $i, \"unique\": $again}"
