"""Every act of a whole campaign is in the log, or in a voucher's journal."""

import json
import os
import subprocess
import sys
from pathlib import Path

_PLAYED = """
import json, sys
from cbi.operators import digests

tell, unlogged = digests.tell, []

def heard(tx, written, by):
    if "log" not in written:
        unlogged.append(sorted(written))
    return tell(tx, written, by)

digests.tell = heard
from cbi.cli.run import run
code = run(["demo", "--people", "24", "--json"])
print(json.dumps({"code": code, "unlogged": unlogged}), file=sys.stderr)
"""


def test_nothing_is_written_that_the_log_does_not_tell_of(tmp_path: Path) -> None:
    """Redemptions write a voucher's journal, which is no followed table; all else says its deed.

    A seal's row comes after its line of the log, which it seals with it. What became of a list's
    rows is kept a slice at a time before the line that tells of the run, and a batch whose approval
    is told becomes whole with the last of its vouchers.
    """
    env = {**os.environ, "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    env.pop("CBI_LEDGER", None)
    played = subprocess.run(
        [sys.executable, "-c", _PLAYED], cwd=tmp_path, env=env, capture_output=True, check=True,
        encoding="utf-8", timeout=300,
    )
    told = json.loads(played.stderr.strip().splitlines()[-1])
    assert told["code"] == 0
    told_beside = (["seal"], ["import_row"], ["batch"])
    assert [tables for tables in told["unlogged"] if tables not in told_beside] == []
