"""Tables of databases say what the CSV file says that has the same rows."""

import random
import unittest

from support import Case, Cut, PostgreSql, Sail, Table, crossfoot, found, make_duckdb, make_sqlite, write_parquet

RULES = """crossfoot = 1
dataset = "orders"
files = ["orders.csv", "*#orders"]

[tables.orders]
key = ["id"]

[tables.orders.columns]
id = "integer"
day = "date"
state = "text"
qty = "count"
net = "amount"
tax = "amount"
gross = "amount"
note = { type = "text", blank = true }

[[rules]]
name = "gross"
sum = { total = "gross", parts = ["net", "tax"] }

[[rules]]
name = "states"
codes = { column = "state", values = ["open", "paid", "sent"] }

[[rules]]
name = "paid"
where = "state = 'paid'"
expect = "net > 0 and day >= '2020-01-01'"

[[rules]]
name = "mean"
expect = "avg(qty) < 60"

[[rules]]
name = "by-day"
expect = "sum(net) over (partition by day) < 100000000"
"""
ROW_RULES = RULES[: RULES.index("[[rules]]\nname = \"by-day\"")]
COLUMNS = {
    "id": "whole",
    "day": "day",
    "state": "text",
    "qty": "whole",
    "net": "decimal(2)",
    "tax": "decimal(2)",
    "gross": "decimal(2)",
    "note": "text",
}
NOTES = [None] * 8 + ['say "hi", all\nof you', "naïve  café", "-", "n/a", " edged "]


def orders(count, seed=7):
    draw, rows = random.Random(seed), []
    money = lambda it: f"{it // 100}.{it % 100:02}"
    for number in range(1, count + 1):
        net = draw.randint(100, 999999)
        gross = net + net // 5 + (9 if number % 701 == 0 else 0)
        state = "pald" if number in (57, count - 3) else draw.choice(["open", "paid", "sent"])
        day = f"20{draw.randint(20, 25)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        quantity = None if number == 77 else draw.randint(1, 50)
        key = 98 if number == 99 else number
        rows.append([key, day, state, quantity, money(net), money(net // 5), money(gross), draw.choice(NOTES)])
    return Table("orders", COLUMNS, rows)


class Reading(Case):
    @classmethod
    def setUpClass(cls):
        cls.server = PostgreSql()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def prepared(self, table):
        folder = self.folder()
        (folder / "rules").mkdir()
        (folder / "rules/orders.toml").write_text(RULES)
        table.write_csv(folder)
        make_sqlite(folder / "o.sqlite", [table])
        make_duckdb(folder / "o.duckdb", [table], folder)
        self.server.fill([table], folder)
        return folder

    def check(self, folder, address, *more):
        return crossfoot(folder, "check", address, "-o", "json", *more, PGPASSWORD=PostgreSql.PASSWORD)

    def addresses(self):
        return ["sqlite:o.sqlite#orders", "duckdb:o.duckdb#orders", self.server.address("orders")]

    def test_small_and_large_tables_are_judged_as_the_csv_file(self):
        for count in (300, 40_000):
            folder = self.prepared(orders(count))
            wanted = found(self.check(folder, "orders.csv"))
            self.assertGreater(len(wanted["findings"]), 2)
            for address in self.addresses():
                with self.subTest(address=address, count=count):
                    self.assertEqual(found(self.check(folder, address)), wanted)

    def test_a_table_without_rows_is_judged_as_such_a_file(self):
        folder = self.prepared(orders(0))
        wanted = found(self.check(folder, "orders.csv"))
        for address in self.addresses():
            with self.subTest(address=address):
                self.assertEqual(found(self.check(folder, address)), wanted)

    def test_places_have_a_key_and_no_line(self):
        folder = self.prepared(orders(300))
        for address in self.addresses():
            run = crossfoot(folder, "check", address, "-o", "concise", PGPASSWORD=PostgreSql.PASSWORD)
            self.assertIn(f"{address}:57:state: error[states]: \"pald\"", run.stdout)
            text = crossfoot(folder, "check", address, PGPASSWORD=PostgreSql.PASSWORD).stdout
            self.assertIn(f"--> {address} (orders, 57, state)\n   |\n   | 57,", text)
            for form in ("json", "ndjson"):
                run = crossfoot(folder, "check", address, "-o", form, PGPASSWORD=PostgreSql.PASSWORD)
                self.assertNotRegex(run.stdout, r'"line": ?[1-9]\d*, ?"column_start"')

    def test_how_many_rows_were_sent_is_told(self):
        for count in (300, 40_000):
            folder = self.prepared(orders(count))
            for address in self.addresses():
                run = crossfoot(folder, "check", address, "-v", PGPASSWORD=PostgreSql.PASSWORD)
                self.assertIn(f"note: {address}: the database sent {count} rows, which were checked here", run.stdout)

    def test_what_was_accepted_of_a_table_is_compared_with_it(self):
        folder = self.prepared(orders(300))
        for address in ["orders.csv", *self.addresses()]:
            arguments = ["--edition", "2024-01", "--snapshots", "kept"]
            run = crossfoot(folder, "accept", address, "--fail-on", "never", *arguments, PGPASSWORD=PostgreSql.PASSWORD)
            self.assertEqual(run.returncode, 0, run.stderr)
            snapshots = [it for it in (folder / "kept").rglob("*") if it.is_file()]
            text = snapshots[0].read_text()
            wanted = text if address == "orders.csv" else wanted
            self.assertEqual(text.splitlines()[-300:], wanted.splitlines()[-300:], address)

    def test_the_engine_says_which_rows_may_fail(self):
        table = orders(60_000)
        # Without the rule over groups, and the cell that leaves the mean open.
        table.rows[76][3] = 7
        folder = self.prepared(table)
        (folder / "rules/orders.toml").write_text(ROW_RULES)
        wanted = found(self.check(folder, "orders.csv", "--no-repairs"))
        self.assertEqual(wanted["code"], 1)
        for address in self.addresses():
            with self.subTest(address=address):
                self.assertEqual(found(self.check(folder, address, "--no-repairs")), wanted)
                run = crossfoot(folder, "check", address, "-v", "--no-discovery", PGPASSWORD=PostgreSql.PASSWORD)
                self.assertRegex(run.stdout, r"note: .*: of 60000 rows, the database sent the \d{2,4} that may fail")

    def test_why_all_rows_were_sent_is_told(self):
        folder = self.prepared(orders(60_000))
        for address in self.addresses():
            run = crossfoot(folder, "check", address, "-v", PGPASSWORD=PostgreSql.PASSWORD)
            self.assertIn("checked here: a rule compares rows with each other", run.stdout)

    def test_a_connection_that_breaks_off_behind_the_first_rows_judges_nothing(self):
        folder = self.prepared(orders(2_000))
        (folder / "rules/orders.toml").write_text(ROW_RULES)
        for after in (20_000, 24_000, 40_000):
            wire = Cut(self.server.port, after)
            self.addCleanup(wire.close)
            address = self.server.address("orders", wire.port)
            run = crossfoot(folder, "check", address, PGPASSWORD=PostgreSql.PASSWORD, CROSSFOOT_FIRST_ROWS="100")
            self.refused(run, "error: " + address)
            self.assertIn("not checked: nothing could be read", run.stdout)

    def test_editions_of_a_column_are_those_of_the_file(self):
        columns = {"day": "day", "area": "text", "cases": "whole"}
        rows = [[f"2024-0{month}-01", area, 10 * month] for month in (1, 2, 3) for area in ("x", "y")]
        rows[-1][2] = 5
        folder = self.prepared(Table("orders", columns, rows))
        rules = 'crossfoot = 1\ndataset = "d"\nfiles = ["*orders*"]\n[tables.orders]\nkey = ["area"]\n[tables.orders.columns]\n'
        rules += 'day = "date"\narea = "text"\ncases = "count"\n[[rules]]\nname = "rise"\nexpect = "cases >= previous(cases)"\n'
        (folder / "rules/orders.toml").write_text(rules)
        told = ("--edition-column", "day", "--no-repairs", "--no-discovery")
        wanted = found(self.check(folder, "orders.csv", *told))
        self.assertIn("is less than previous cases", str(wanted["findings"]))
        for address in self.addresses():
            self.assertEqual(found(self.check(folder, address, *told)), wanted)
        run = self.check(folder, "orders.csv", "--edition-column", "dya")
        self.refused(run, 'no rule file declares the column "dya"', "the nearest name is day")

    def test_a_broken_connection_judges_nothing(self):
        folder = self.prepared(orders(40_000))
        wire = Cut(self.server.port, 700_000)
        self.addCleanup(wire.close)
        address = self.server.address("orders", wire.port)
        run = crossfoot(folder, "check", address, PGPASSWORD=PostgreSql.PASSWORD)
        self.refused(run, "error: " + address, "hint: this table was not checked")
        self.assertIn("not checked: nothing could be read", run.stdout)

    def test_a_cluster_says_which_rows_may_fail(self):
        table = orders(60_000)
        table.rows[76][3] = 7
        folder = self.prepared(table)
        (folder / "rules/orders.toml").write_text(ROW_RULES.replace("*#orders", "*orders.parquet*"))
        write_parquet(folder / "orders.parquet", table)
        sail = Sail()
        self.addCleanup(sail.stop)
        address = sail.address(f'parquet."{folder}/orders.parquet"').replace("flightsql:", "spark:")
        told = ("--no-repairs", "--no-discovery")
        wanted = found(self.check(folder, "orders.parquet", *told))
        self.assertEqual(found(self.check(folder, address, *told)), wanted)
        run = crossfoot(folder, "check", address, "-v", *told)
        self.assertRegex(run.stdout, r"of 60000 rows, the database sent the \d{2,4} that may fail")

    def test_a_cluster_that_goes_away_judges_nothing(self):
        folder = self.folder()
        write_parquet(folder / "orders.parquet", orders(40_000))
        sail = Sail("local-cluster")
        self.addCleanup(sail.stop)
        whole = crossfoot(folder, "check", sail.address(f'parquet."{folder}/orders.parquet"'), "-v")
        self.assertIn("the database sent 40000 rows", whole.stdout, whole.stderr)
        wire = Cut(sail.port, 300_000)
        self.addCleanup(wire.close)
        address = f'flightsql://127.0.0.1:{wire.port}#parquet."{folder}/orders.parquet"'
        run = crossfoot(folder, "check", address)
        self.refused(run, "error: " + address)
        self.assertIn("not checked: nothing could be read", run.stdout)

    def test_what_cannot_be_read_is_told_in_one_sentence(self):
        folder = self.prepared(orders(3))
        address = self.server.address("orders")
        for word in ("wrong", ""):
            run = crossfoot(folder, "check", address, PGPASSWORD=word)
            self.refused(run, "the database refused the user or the password")
        known = {"PGPASSWORD": PostgreSql.PASSWORD}
        for address in ("sqlite:o.sqlite#ordrs", "duckdb:o.duckdb#ordrs", self.server.address("ordrs")):
            self.refused(crossfoot(folder, "check", address, **known), "there is no table ordrs in the database")
        self.refused(crossfoot(folder, "check", "sqlite:o.duckdb#orders"), "file is not a database")
        (folder / "text.duckdb").write_text("no database")
        self.refused(crossfoot(folder, "check", "duckdb:text.duckdb#orders"), "text.duckdb")
        self.server.sql("CREATE TABLE odd (id int, cost money); INSERT INTO odd VALUES (1, '1.20')")
        self.addCleanup(self.server.sql, "DROP TABLE odd")
        self.refused(crossfoot(folder, "check", self.server.address("odd"), **known), 'column "cost" has a type')
        closed = "postgresql://boss@127.0.0.1:1/postgres#orders"
        self.refused(crossfoot(folder, "check", closed, **known), "could not be opened", "Connection refused")

    def test_a_column_of_another_type_is_a_finding(self):
        folder = self.prepared(orders(3))
        self.server.sql('ALTER TABLE orders ALTER COLUMN qty TYPE date USING day; UPDATE orders SET qty = day')
        run = crossfoot(folder, "check", self.server.address("orders"), "-o", "concise", PGPASSWORD=PostgreSql.PASSWORD)
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertIn("error[type]", run.stdout)


if __name__ == "__main__":
    unittest.main()
