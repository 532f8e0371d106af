"""A campaign whose every line is killed or interrupted on its way, and typed until it ends.

The tutorial is typed twice: by an office that nobody disturbs, and by one where each line that
works for long is ended first at random moments, by `kill -9` and by Ctrl-C in turn. What stands at
the end is the same, and no file is half there.
"""

import json
import random
import re
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
import pytest

from cbi.context import open_database
from tests.conftest import ENGINES
from tests.journeys.conftest import Ended, LedgerContext, office_in
from tests.journeys.test_tutorial import ROOT, Reader, lines

AFTER = (
    "login aigul", "backup copies/kept.db", "report progress -o progress.xlsx", "report flags",
    "people roster -o roster.xlsx",
)
DISTURBED = {
    "import", "approve", "issue", "print", "hand-over", "redeem", "reconcile", "settle", "pay",
    "close", "report", "check", "backup", "roster", "preview", "decide", "round",
}
"""A line with one of these words works for long, or moves money."""

OURS = re.compile(
    r"\A(?!Traceback|Fatal Python|Could not import runpy)|cbi/(?!__|cli/__init__|cli/starting)"
)
"""Anything but a traceback that shows no file of the program beyond its way in."""

STOPPED = 130
DONE_BEFORE = 5
"""The exit code of what is refused because it stands already: the line had done its work before it
was killed."""

TOLD = {
    "log", "log_head", "row_digest", "row_digest_head", "seal", "leaf", "people_turn", "decision",
}
"""Tables that tell what was done, as often as it was done: who decides again is on record again."""

DRAWN = {"aid_counted"}
"""How many a home counts hangs on which doubtful pair stands first, by numbers that are drawn."""


@dataclass
class Disturbed(LedgerContext):
    """An office where lines are ended on their way, `often` times each, before they may end.

    `usual` is how long each line takes where nobody disturbs it, `took` how long it took here, in
    seconds; `stops` how lines were ended: one that had ended before it was to be is not among them.
    """

    often: int = 0
    usual: list[float] = field(default_factory=list)
    dice: random.Random = field(default_factory=lambda: random.Random(2022))
    took: list[float] = field(default_factory=list)
    stops: list[tuple[str, ...]] = field(default_factory=list)

    def __call__(self, *words: str, stdin: str = "", **env: str) -> Ended:
        if "--json" in words or not DISTURBED & set(words):
            return super().__call__(*words, stdin=stdin, **env)
        for turn in range(self.often):
            self._end(words, stdin, env, (signal.SIGKILL, signal.SIGINT)[turn % 2])
        start = time.monotonic()
        with self._typed(words, env) as line:
            out, err = line.communicate(stdin, timeout=300)
        self.took.append(time.monotonic() - start)
        assert "Traceback" not in err, (words, err)
        code = 0 if self.often and line.returncode == DONE_BEFORE else line.returncode
        return Ended(code, out, err)

    def _typed(self, words: tuple[str, ...], env: dict[str, str]) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "cbi", *words], cwd=self.folder,
            env={**self.env, **env, "PYTHONWARNINGS": ""},  # as anybody's: none of what is torn off
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )

    def _end(
        self, words: tuple[str, ...], stdin: str, env: dict[str, str], how: signal.Signals
    ) -> None:
        """Type a line, and end it at a random moment of the time that it takes."""
        with self._typed(words, env) as line:
            try:
                out, err = line.communicate(
                    stdin, timeout=self.usual[len(self.took)] * 0.8 * self.dice.random()
                )
            except subprocess.TimeoutExpired:
                line.send_signal(how)
                out, err = line.communicate(timeout=60)
                if line.returncode in (-how, STOPPED):
                    self.stops.append((how.name, *words))
        if not OURS.search(err):
            return  # ended before the program's first line: what is said then is Python's
        assert "Traceback" not in err, (words, err)
        assert line.returncode in (0, DONE_BEFORE, -how, STOPPED), (words, out, err)
        for file in self.folder.glob("*.*"):
            whole(file)


def whole(file: Path) -> None:
    """What stands at its place stands there whole."""
    if file.suffix == ".pdf":
        pypdfium2.PdfDocument(file).close()
    elif file.suffix == ".xlsx":
        with zipfile.ZipFile(file) as packed:
            assert packed.testzip() is None


def played(office: Disturbed) -> dict[str, int]:
    """Type the tutorial and what an office does after it; how many rows each table has then."""
    (office.folder / "data").symlink_to(ROOT / "data", target_is_directory=True)
    (office.folder / "copies").mkdir()
    reader = Reader(office)
    for words in [*lines(), *(["cbi", *line.split()] for line in AFTER)]:
        if words[0] == "export" or words[1:3] == ["duplicates", "decide"]:
            continue  # which pair stands first, and so who gets what, hangs on numbers drawn
        ended = reader.types(
            [office.env["CBI_LEDGER"] if word == "office/ledger.db" else word for word in words]
        )
        assert ended.code == 0, (words, ended.out, ended.err)
    checked = office("check", "--json").json
    assert [one["rule"] for one in checked if not one["holds"]] == []
    database = open_database(office.env["CBI_LEDGER"])
    with database.read() as tx:
        counts = {
            table: int(tx.value(f'SELECT count(*) FROM "{table}"'))
            for (table,) in tx.tuples(TABLES[tx.engine]) if table not in TOLD | DRAWN
        }
        counts["redeemed"] = int(tx.value(
            "SELECT coalesce(sum(amount_minor), 0) FROM entry WHERE kind = 'redeem'"
        ))
    database.close()
    return counts


TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}


@pytest.mark.long
@pytest.mark.parametrize("engine", ENGINES)
def test_every_line_may_be_ended_at_any_moment_and_is_typed_again(
    tmp_path: Path, engine: str, request: pytest.FixtureRequest
) -> None:
    def office(name: str, often: int) -> Disturbed:
        made = office_in(tmp_path / name)
        ledger = {} if engine == "sqlite" else on_server(
            request.getfixturevalue("postgres_url"), f"{name}_{tmp_path.name.replace('-', '_')}"
        )
        return Disturbed(made.folder, {**made.env, **ledger}, often)

    calm, disturbed = office("calm", 0), office("disturbed", 6)
    expected = played(calm)
    disturbed.usual = calm.took
    found = played(disturbed)
    print(json.dumps({"ended": len(disturbed.stops), "lines": len(calm.took)}))
    assert found == expected
    assert len(disturbed.stops) > len(calm.took), "most lines had ended before"
    assert left_in(disturbed.folder) == left_in(calm.folder)


def on_server(url: str, name: str) -> dict[str, str]:
    """A ledger's address on a server, where `init` makes the databases."""
    base, _, query = url.partition("?")
    base = base.rpartition("/")[0] if base.count("/") > 2 else base
    return {"CBI_LEDGER": f"{base}/{name}" + (f"?{query}" if query else "")}


def left_in(folder: Path) -> set[str]:
    """The files that an office has at the end, by name; whose a login is, stands in its name."""
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    return {name for name in names if not name.startswith("home")}
