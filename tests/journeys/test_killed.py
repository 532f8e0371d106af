"""Backups and restores that are killed: nothing is half there, and nobody erased comes back."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cbi.storage import making as making_module
from cbi.storage.making import PREFIX
from tests.journeys.conftest import LedgerContext, office_in
from tests.journeys.test_copies import elsewhere, number_of, with_one_person

kills = pytest.mark.skipif(os.name != "posix", reason="Windows has no kill -9")
POINTS = (
    "os:link:1", "os:link:2", "cbi.storage.backup:_look_over:2",
    "cbi.people.records.vault:forget:1", "cbi.storage.making:_settle:1", "shutil:rmtree:1",
)
MORE_POINTS = (
    "os:link:2:after", "pathlib.Path:mkdir:1:after", "cbi.storage.backup:_look_over:1",
    "cbi.cli.care.copies:fold:2:after", "shutil:rmtree:1:after",
)
"""Where the program is killed: module, function, which call of it, before or after."""

DONE = ("os:link:2:after", "cbi.storage.making:_settle", "shutil:rmtree")
"""From here on both stand at their places."""

KILLED = textwrap.dedent("""
    import importlib, os, signal, sys

    def arm(point):
        name, function, at, *after = point.split(":")
        if name == "pathlib.Path":
            import pathlib
            place = pathlib.Path
        else:
            place = importlib.import_module(name)
        real, calls = getattr(place, function), [0]

        def call(*args, **more):
            if function in ("mkdir", "rmtree") and ".cbi-making-" not in str(args[0]):
                return real(*args, **more)
            calls[0] += 1
            last = calls[0] == int(at)
            if last and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            made = real(*args, **more)
            if last:
                os.kill(os.getpid(), signal.SIGKILL)
            return made

        setattr(place, function, call)

    arm(sys.argv[1])
    from cbi.cli.run import main
    main(sys.argv[2:])
""")


def killed(office: LedgerContext, point: str, *words: str, **env: str) -> None:
    """Type a line in a process that is killed at a point."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, point, *words], cwd=office.folder, timeout=120,
        env={**office.env, **env}, capture_output=True, check=False,
    )
    assert done.returncode == -signal.SIGKILL, (point, done.stderr)


def left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.glob(f"{PREFIX}*")]


def vaults_under(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("vault.db*") if path.suffix != ".lock"]


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> tuple[LedgerContext, bytes]:
    """An office with a backup whose vault's copy still holds the key of somebody erased since."""
    office = with_one_person(office_in(tmp_path_factory.mktemp("killed")))
    number = number_of(office)
    with closing(sqlite3.connect(office.folder / "vault.db")) as vault:
        key = vault.execute("SELECT wrapped FROM person_key").fetchone()[0]
    assert office("backup", "copy.db").code == 0
    ended = office("people", "erase", number, "--reason", "asked for", "--yes")
    assert ended.code == 0, ended.err
    return office, key


def second(office: LedgerContext, point: str) -> tuple[Path, dict[str, str]]:
    """A place of its own for each point, and its environment."""
    name = point.replace(":", "-")
    return office.folder / name, elsewhere(office, name)


@kills
@pytest.mark.parametrize(
    "point", [*POINTS, *(pytest.param(one, marks=pytest.mark.long) for one in MORE_POINTS)]
)
def test_a_restore_killed_anywhere_brings_nobody_back_and_is_finished_by_the_next(
    erased: tuple[LedgerContext, bytes], point: str,
) -> None:
    office, key = erased
    folder, there = second(office, point)
    words = ("restore", "copy.db", "--newest", str(office.folder / "ledger.db"))
    killed(office, point, *words, **there)
    for file in vaults_under(folder):
        assert key not in file.read_bytes(), file
    ended = office(*words, **there)
    assert ended.code == (5 if point.startswith(DONE) else 0), ended.err
    assert left_in(folder) == []
    assert {path.name for path in folder.glob("*.db")} == {"ledger.db", "vault.db"}
    with closing(sqlite3.connect(folder / "vault.db")) as vault:
        assert vault.execute("SELECT count(*) FROM person_key").fetchone() == (0,)
    with closing(sqlite3.connect(folder / "ledger.db")) as ledger:
        assert ledger.execute("SELECT count(*) FROM erasure").fetchone() == (1,)
    assert key not in (folder / "vault.db").read_bytes()


@kills
@pytest.mark.parametrize("point", ["os:link:1:after", "os:link:2", "shutil:rmtree:1"])
def test_any_command_tidies_away_what_a_killed_restore_left(
    erased: tuple[LedgerContext, bytes], point: str,
) -> None:
    office, _ = erased
    folder, there = second(office, f"any-{point}")
    killed(office, point, "restore", "copy.db", **there)
    assert left_in(folder) != []
    ended = office("check", **there)
    whole = point.startswith("shutil")
    assert ended.code == (0 if whole else 7), ended.err
    assert left_in(folder) == []
    assert [path.name for path in sorted(folder.glob("*.db"))] == (
        ["ledger.db", "vault.db"] if whole else []
    )


class Cut(BaseException):
    """Nothing more is done from here on."""


def cut_at(patched: pytest.MonkeyPatch, at: int) -> None:
    """End the work before this file operation, whichever it is."""
    calls = iter(range(1, 1000))

    def stopping(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            if next(calls) >= at:
                raise Cut
            return real(*args, **more)
        return call

    for place, name in ((os, "unlink"), (os, "replace"), (os, "rmdir"), (os, "link")):
        patched.setattr(place, name, stopping(getattr(place, name)))


@pytest.mark.parametrize("turn", [1, -1])
def test_whichever_folder_is_found_first_all_stands_or_nothing(tmp_path: Path, turn: int) -> None:
    """Cut before each step; what is left is found by one folder, then by the other."""
    ended, ways = False, set()
    for at in range(1, 40):
        places = [tmp_path / str(at) / name / "file.db" for name in ("one", "other")]
        for place in places:
            place.parent.mkdir(parents=True)
        with pytest.MonkeyPatch.context() as patched, suppress(Cut):
            cut_at(patched, at)
            with making_module.making(*places) as made:
                for file in made.files:
                    file.write_bytes(b"whole")
                made.place()
            ended = True
        for place in places[::turn]:
            making_module.sweep(place.parent)
        assert [left_in(place.parent) for place in places] == [[], []]
        standing = [place.exists() for place in places]
        assert standing in ([True, True], [False, False]), at
        ways.add(standing[0])
        if ended:
            break
    assert ended
    assert ways == {True, False}


@kills
def test_a_restore_to_a_server_killed_between_its_two_databases_is_finished_by_the_next(
    erased: tuple[LedgerContext, bytes], postgres_url: str
) -> None:
    office, key = erased
    address, _, query = postgres_url.partition("?")
    at = f"{address.rpartition('/')[0]}/killed{os.getpid()}"
    there = {
        "CBI_LEDGER": f"{at}?{query}", "CBI_VAULT": f"{at}_vault?{query}",
        "CBI_KEYRING": str(office.folder / "keyring.json"),
    }
    words = ("restore", "copy.db", "--newest", str(office.folder / "ledger.db"))
    killed(office, "cbi.cli.care.copies:_fill_server:2", *words, **there)
    left = list((office.folder / "home").rglob(f"{PREFIX}*/*.db"))
    assert left != []
    assert not any(key in file.read_bytes() for file in left)
    ended = office(*words, **there)
    assert ended.code == 0, ended.err
    assert list((office.folder / "home").rglob(f"{PREFIX}*")) == []
    assert office("check", **there).code == 0
    assert office(*words, **there).code == 5
    with psycopg.connect(f"{at}_vault?{query}") as vault:
        assert vault.execute("SELECT count(*) FROM person_key").fetchone() == (0,)


@pytest.fixture
def staffed(office: LedgerContext) -> LedgerContext:
    """An office of one, with one person enrolled."""
    return with_one_person(office)


@kills
@pytest.mark.parametrize("point", ["cbi.storage.backup:_look_over:1", "os:link:1:after"])
def test_a_killed_backup_leaves_no_half_and_is_tidied_away_by_the_next(
    staffed: LedgerContext, point: str,
) -> None:
    shelf = staffed.folder / "shelf"
    shelf.mkdir()
    killed(staffed, point, "backup", "shelf/copy.db")
    assert staffed("backup", "shelf/another.db").code == 0
    assert {path.name for path in shelf.iterdir()} == {"another.db", "another-vault.db"}
    assert staffed("backup", "shelf/copy.db").code == 0


def test_a_missing_vault_copy_refuses_before_anything_is_written(staffed: LedgerContext) -> None:
    assert staffed("backup", "copy.db").code == 0
    (staffed.folder / "copy-vault.db").unlink()
    there = elsewhere(staffed, "second")
    ended = staffed("restore", "copy.db", **there)
    assert ended.code == 7
    assert "copy-vault.db" in ended.err
    assert {path.name for path in (staffed.folder / "second").iterdir()} == {"keyring.json"}


def test_a_restore_leaves_the_backup_as_it_was(staffed: LedgerContext) -> None:
    assert staffed("backup", "copy.db").code == 0
    before = {path.name: path.read_bytes() for path in staffed.folder.glob("copy*")}
    assert staffed("restore", "copy.db", **elsewhere(staffed, "second")).code == 0
    assert {path.name: path.read_bytes() for path in staffed.folder.glob("copy*")} == before
