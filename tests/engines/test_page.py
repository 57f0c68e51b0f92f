"""The commands of `docs/scale.md` run, and print what it shows.

`ENGINES_PAGES=write` writes what they print into the page, to be read.
"""

import os
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from support import CROSSFOOT, SECONDS, Case, PostgreSql, Sail

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/scale.md"


class Page(Case):
    def test_the_commands_print_what_the_page_shows(self):
        base = self.folder()
        shutil.copytree(ROOT / "rules", base / "rules")
        examples = base / "examples"
        for name in ("warehouse", "city-crime"):
            shutil.copytree(ROOT / "examples" / name, examples / name)
        folder = examples / "warehouse"
        subprocess.run([sys.executable, "make.py"], cwd=folder, check=True)
        server, sail = PostgreSql(), Sail("local-cluster")
        self.addCleanup(server.stop)
        self.addCleanup(sail.stop)
        server.script(
            "CREATE TABLE orders (order_id bigint, day date, state text, lines int, "
            "net decimal(12,2), tax decimal(12,2), gross decimal(12,2));\n"
            "CREATE TABLE lines (order_id bigint, line int, article text, quantity int, "
            "price decimal(12,2), amount decimal(12,2));\n"
            f"\\copy orders FROM '{folder}/orders.csv' WITH (FORMAT csv, HEADER true)\n"
            f"\\copy lines FROM '{folder}/lines.csv' WITH (FORMAT csv, HEADER true)\n"
        )
        path = f"{Path(CROSSFOOT).parent}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "PGHOST": "127.0.0.1", "PGPORT": str(server.port)}
        environment |= {"PGUSER": "boss", "PGPASSWORD": server.PASSWORD}

        def real(block):
            command = block[1].splitlines()[0]
            told = command.removeprefix("$ ").replace("127.0.0.1:32010", f"127.0.0.1:{sail.port}")
            run = subprocess.run(
                ["bash", "-c", told], cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS
            )
            self.assertIn(run.returncode, (0, 1), run.stderr)
            text = (run.stdout + run.stderr).replace(f"127.0.0.1:{sail.port}", "127.0.0.1:32010")
            return f"```console\n{command}\n{text.replace(str(folder), '/shop').rstrip()}\n```"

        page = PAGE.read_text()
        made = re.sub(r"```console\n(.*?)\n```", real, page, flags=re.S)
        self.assertEqual(page.count("```console"), made.count("```console"))
        if os.environ.get("ENGINES_PAGES") == "write":
            PAGE.write_text(made)
        else:
            self.assertEqual(page, made)
        log = (sail.folder / "log").read_text()
        self.assertIn("worker", log, "workers took part")


if __name__ == "__main__":
    unittest.main()
