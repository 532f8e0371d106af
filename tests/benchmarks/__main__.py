"""The whole table of bars, or the rows named: `python -m tests.benchmarks [NAME…] [--json]`.

Every figure is a ratio inside one run: both sides in turn, the median of the pairs.
"""

import argparse
import importlib
import json
import platform
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from cbi.storage.sqlite import sqlite3

ROWS: dict[str, str] = {
    "issue-sqlite": "ledger.issue_sqlite", "issue-postgres": "ledger.issue_postgres",
    "redeem-sqlite": "ledger.redeem_sqlite", "redeem-eight": "tills.redeem_eight",
    "till-32": "served.till_32", "till-32-postgres": "served_postgres.till_32_postgres",
    "till-32-alike": "served_alike.till_32_alike",
    "till-busy": "busy.till_busy", "till-200": "busy.till_200",
    "redeem-postgres": "ledger.redeem_postgres", "verify-start": "processes.verify_start",
    "office-start": "processes.office_start",
    "verify-growth": "ledger.verify_growth", "sheets": "sheets.sheets",
    "workbook": "files.workbook", "read-list": "files.read_list",
    "reconcile": "finance.reconcile", "statement": "statements.statement",
    "duplicate-query": "duplicates.query",
    "duplicate-bulk": "duplicates.bulk", "import": "importing.import_list",
    "beside": "beside.beside",
    "hard-pairs": "hard_pairs.hard_pairs",
    "check": "checking.check", "check-fewer": "checking.check_fewer", "demo": "processes.demo",
}


def main(words: list[str]) -> int:
    """Run the rows and print them; 1 if a bar does not hold, 2 if a name is none."""
    asked = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    asked.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ROWS))
    asked.add_argument("--json", action="store_true", help="print the rows as JSON")
    options = asked.parse_args(words)
    names = options.names or list(ROWS)
    for name in set(names) - set(ROWS):
        asked.error(f"there is no row {name}; there are: {', '.join(ROWS)}")
    as_json, found = options.json, []
    if not as_json:
        print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version},"
              f" {platform.machine()}, {platform.system()}\n")
        print(f"{'row':24} {'ours':>12} {'theirs':>12} {'ratio':>8}  bar")
    for name in names:
        for one in _rows(name) if len(names) == 1 else _rows_apart(name):
            found.append(one)
            if not as_json:
                print(_line(one), flush=True)
    if as_json:
        print(json.dumps(found, indent=2))
    return int(any(one.get("holds") is False for one in found))


def _rows_apart(name: str) -> list[dict[str, Any]]:
    """A row in a process of its own: a child's peak memory is never less than its parent's was."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", name, "--json"], stdout=subprocess.PIPE,
        check=False,
    )
    return json.loads(done.stdout) if done.stdout else [{"name": name, "bar": "failed"}]


def _rows(name: str) -> list[dict[str, Any]]:
    module, _, function = ROWS[name].partition(".")
    run: Callable[[], Any]
    try:
        run = getattr(importlib.import_module(f"tests.benchmarks.{module}"), function)
        made = run()
    except ModuleNotFoundError as missing:
        return [{"name": name, "bar": f"not run: {missing.name} is not installed ('.[bench]')"}]
    return made if isinstance(made, list) else [made]


def _line(one: dict[str, Any]) -> str:
    if "ratio" not in one:
        return f"{one['name']:24} {one['bar']}"
    mark = {True: "holds", False: "MISSED", None: ""}[one["holds"]]
    return (f"{one['name']:24} {one['ours']:>12} {one['theirs']:>12} {one['ratio']:>8}  "
            f"{one['bar']} {mark}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
