"""The page for auditors is run as it stands, with the standard library alone."""

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.journeys.conftest import LedgerContext

PAGE = Path(__file__).parents[2] / "docs" / "ledger.md"


def sealed_office(office: LedgerContext) -> None:
    office("init", "--operator", "aigul", "--role", "all", "--passphrase-file",
           office.secret("aigul", "a passphrase to begin with"))
    for code in ("almaty", "astana"):
        office("city", "add", code, "--name", f"en={code}")
        told = office("seal", "-o", f"{code}.txt", "--json").json
    (office.folder / "key.txt").write_text(told["key"], "utf-8")
    shutil.copy(office.folder / "astana.txt", office.folder / "kept.txt")
    script = re.search(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert script is not None
    (office.folder / "audit.py").write_text(script.group(1), "utf-8")


def audited(office: LedgerContext) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "audit.py"], cwd=office.folder, capture_output=True, text=True,
        check=False,
    )


def test_a_sealed_ledger_is_found_whole(office: LedgerContext) -> None:
    sealed_office(office)
    done = audited(office)
    assert done.returncode == 0, done.stderr
    assert "sealed and whole" in done.stdout


def test_a_forged_checkpoint_and_a_removed_leaf_are_found(office: LedgerContext) -> None:
    sealed_office(office)
    kept = office.folder / "kept.txt"
    good = kept.read_text("utf-8")
    lines = good.split("\n")
    kept.write_text("\n".join([lines[0], str(int(lines[1]) - 1), *lines[2:]]), "utf-8")
    assert "signature" in audited(office).stderr
    kept.write_text(good, "utf-8")
    with closing(sqlite3.connect(office.folder / "ledger.db", isolation_level=None)) as ledger:
        ledger.execute("DROP TRIGGER leaf_no_delete")
        ledger.execute("DELETE FROM leaf WHERE position = (SELECT max(position) FROM leaf)")
    assert "older ledger" in audited(office).stderr
