"""Input that is no list, no text or no end of it is refused; a fault of our own is told as such."""

import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from cbi.base.errors import Unusable
from cbi.cli import command_context as surroundings
from cbi.cli import run as running
from cbi.cli.run import OWN_FAULT, run
from cbi.context import LedgerContext, StoragePaths
from cbi.places import loading
from cbi.storage import database as databases
from cbi.storage import faults
from cbi.storage.lock import WriterLock
from tests.conftest import World
from tests.lines import TypedIn
from tests.vouchers import issued


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Sends bytes to standard input."""

    def send(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), "utf-8"))

    return send


@pytest.mark.parametrize("line", [("hand-over", "-"), ("verify", "-")])
@pytest.mark.parametrize(("content", "words"), [
    (b"\xff\xfe\x00\x81" * 8, "is no text"), (b"1" * 40, "longer than 30 characters"),
])
def test_what_is_no_line_of_text_is_refused(
    cbi: TypedIn, sent: Callable[[bytes], None], monkeypatch: pytest.MonkeyPatch,
    line: tuple[str, str], content: bytes,
    words: str,
) -> None:
    monkeypatch.setattr(surroundings, "LINE_LETTERS_MAX", 30)
    sent(content)
    code, out, err = cbi(*line, who="field1")
    assert (code, out) == (6, ""), err
    assert words in err


def test_more_lines_than_anybody_types_are_to_come_as_a_list(
    cbi: TypedIn, world: World, sent: Callable[[bytes], None], monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(surroundings, "LINES_MAX", 2)
    papers = issued(world, [100] * 3)
    sent("\n".join(paper.serial for paper in papers).encode())
    code, _, err = cbi("hand-over", "-", who="field1")
    assert code == 6
    assert "More than 2 lines" in err
    with world.ledger.read() as tx:
        assert tx.value("SELECT count(*) FROM voucher WHERE state = 'active'") == 2


@pytest.mark.parametrize("line", [
    ("hand-over", "--list", "{}"), ("city", "add", "--file", "{}"),
    ("people", "import", "{}", "--dry-run"),
])
def test_a_pipe_or_device_in_the_place_of_a_file_is_refused(
    cbi: TypedIn, tmp_path: Path, line: tuple[str, ...],
) -> None:
    pipe = tmp_path / "list"
    os.mkfifo(pipe)
    who = "admin1" if line[0] == "city" else "field1"
    for place in (pipe, Path(os.devnull)):
        code, _, err = cbi(*(word.format(place) for word in line), who=who)
        assert code == 6, err
        assert "device or a pipe" in err


def test_json_that_is_nested_too_deep_is_refused(
    cbi: TypedIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    def too_deep(_text: object) -> None:
        raise RecursionError

    path = tmp_path / "cities.json"
    path.write_text("[]")
    own = SimpleNamespace(loads=too_deep, JSONDecodeError=json.JSONDecodeError)
    monkeypatch.setattr(loading, "json", own)
    assert cbi("city", "add", "--file", str(path), who="admin1")[0] == 6


def test_a_full_disk_is_told_as_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "ROOM_BYTES", 1 << 60)
    error = Unusable("storage.disk-error", detail="disk I/O error")
    world.ledger.add_place(error)
    assert error.code == ("storage.disk-full" if world.ledger.engine == "sqlite"
                          else "storage.disk-error")  # a server's disk is not this machine's
    monkeypatch.setattr(databases, "is_full", lambda place: False)
    error = Unusable("storage.disk-error", detail="disk I/O error")
    world.ledger.add_place(error)
    assert error.code == "storage.disk-error"


def test_a_missing_vault_is_no_missing_ledger(world: World, tmp_path: Path) -> None:
    if world.ledger.engine != "sqlite":
        pytest.skip("a file")
    office = LedgerContext(StoragePaths(
        ledger=str(world.folder / "ledger.db"), vault=str(tmp_path / "gone.db")))
    with pytest.raises(Unusable, match=r"people\.vault-missing"):
        _ = office.vault
    office.close()


def test_who_waits_for_the_lock_is_told_who_holds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    import threading

    told, heard = [], threading.Event()

    def hear(holder: str) -> None:
        told.append(holder)
        heard.set()

    monkeypatch.setattr("cbi.storage.lock.WAIT_S", 0.01)
    monkeypatch.setattr(WriterLock, "doing", "cbi issue")
    monkeypatch.setattr(WriterLock, "waits", hear)
    first, second = WriterLock(tmp_path / "x.lock"), WriterLock(tmp_path / "x.lock")
    with first:
        waiting = threading.Thread(target=second.__enter__)
        waiting.start()
        assert heard.wait(20)
    waiting.join(20)
    second.__exit__()
    assert told == [f"{os.getpid()} cbi issue"]
    first.close()
    second.close()


def test_a_fault_of_our_own_has_its_code_and_its_file_no_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(rest: list[str], _own: object) -> None:
        raise ZeroDivisionError(*rest)

    monkeypatch.setattr(running, "_carried_out", broken)
    monkeypatch.setattr("cbi.cli.faults.fault_file", lambda: tmp_path / "faults.log")
    assert run(["verify", "K5XX-MXDF-CAFM-K41S", "--ledger", str(tmp_path / "x.db")]) == OWN_FAULT
    assert OWN_FAULT == 70
    assert "faults.log" in capsys.readouterr().err
    kept = (tmp_path / "faults.log").read_text("utf-8")
    assert "command verify\n" in kept
    assert " sqlite python " in kept
    assert "ZeroDivisionError" in kept
    assert "K5XX" not in kept


def test_an_open_keyring_leaves_no_core(monkeypatch: pytest.MonkeyPatch) -> None:
    resource = pytest.importorskip("resource")
    from cbi.operators.keyring import no_core_dumps

    before = resource.getrlimit(resource.RLIMIT_CORE)
    try:
        no_core_dumps()
        assert resource.getrlimit(resource.RLIMIT_CORE) == (min(1, abs(before[1])), before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)


@pytest.mark.parametrize("words", [
    ("operator", "add", "bota", "--role", "field"), ("operator", "reset", "field1"),
])
def test_a_new_passphrase_that_nobody_can_type_names_its_own_option(
    cbi: TypedIn, words: tuple[str, ...]
) -> None:
    code, _, err = cbi(*words, who="admin1")
    assert code == 2
    assert "Give it in a file: --new-passphrase-file FILE" in err
