"""Makes a small warehouse: orders and their lines, with four slips in them.

Writes warehouse.duckdb, orders.csv, lines.csv, and eight Parquet files of the lines in
lines/. Needs the package duckdb; the rows are the same each time.
"""

import random
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
COUNT = 400
ARTICLES = ["bolt", "cable", "hinge", "lamp", "plug", "screw"]


def money(cents):
    return f"{cents // 100}.{cents % 100:02}"


def rows():
    draw = random.Random(23)
    orders, lines = [], []
    for order in range(1, COUNT + 1):
        own = []
        for line in range(1, draw.randint(1, 5) + 1):
            quantity, price = draw.randint(1, 20), draw.randint(50, 9999)
            own.append([order, line, draw.choice(ARTICLES), quantity, price, quantity * price])
        net = sum(it[5] for it in own)
        day = f"2026-{draw.randint(1, 9):02}-{draw.randint(1, 28):02}"
        state = draw.choice(["open", "paid", "sent"])
        orders.append([order, day, state, len(own), net, net // 5, net + net // 5])
        lines += own
    # The slips: a digit too many, a state that is none, a line of no order, a line less.
    orders[56][6] *= 10
    orders[210][2] = "payed"
    lines[30][0] = 4711
    orders[333][3] -= 1
    orders = [it[:4] + [money(cents) for cents in it[4:]] for it in orders]
    lines = [it[:4] + [money(cents) for cents in it[4:]] for it in lines]
    return orders, lines


def write(name, head, rows):
    text = "\n".join([head, *(",".join(map(str, row)) for row in rows)]) + "\n"
    (HERE / name).write_text(text)


def main():
    orders, lines = rows()
    write("orders.csv", "order_id,day,state,lines,net,tax,gross", orders)
    write("lines.csv", "order_id,line,article,quantity,price,amount", lines)
    file = HERE / "warehouse.duckdb"
    file.unlink(missing_ok=True)
    database = duckdb.connect()
    # A form that libraries from 1.2 on read.
    database.execute(f"ATTACH '{file}' AS made (STORAGE_VERSION 'v1.2.0'); USE made")
    database.execute(
        "CREATE TABLE orders (order_id BIGINT, day DATE, state VARCHAR, lines INTEGER, "
        "net DECIMAL(12, 2), tax DECIMAL(12, 2), gross DECIMAL(12, 2))"
    )
    database.execute(
        "CREATE TABLE lines (order_id BIGINT, line INTEGER, article VARCHAR, quantity INTEGER, "
        "price DECIMAL(12, 2), amount DECIMAL(12, 2))"
    )
    for table in ("orders", "lines"):
        database.execute(f"COPY {table} FROM '{HERE / table}.csv' (HEADER)")
    (HERE / "lines").mkdir(exist_ok=True)
    for part in range(8):
        target = HERE / "lines" / f"{part}.parquet"
        database.execute(f"COPY (SELECT * FROM lines WHERE order_id % 8 = {part}) TO '{target}' (FORMAT parquet)")
    database.close()


main()
