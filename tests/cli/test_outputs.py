"""Where an output may be written: never over a file of ours, over another only by a yes."""

import ast
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import typer

import cbi as program
from cbi.base.ids import system_entropy
from cbi.cli.commands import COMMANDS, build_root
from cbi.cli.globals import Globals
from cbi.cli.run import run
from cbi.messages import text
from cbi.operators.keyring import make_keyring, write_keyring
from tests.cli.conftest import WorldHere
from tests.conftest import World
from tests.lines import TypedIn
from tests.vouchers import in_hand

CHECKPOINT = "cbi/0123\n4721\nCsUwZzPDzcaMgmJlBmvQ0g==\n\n\u2014 cbi/0123 dGVzdA==\n"
READ = {
    "bank import FILE", "check --checkpoint", "check --workbook", "city add --file",
    "distribution close --list", "document add FILE",
    "exception upload FILE", "field pair FILE", "field take FILE", "laptop open FILE",
    *(f"laptop {one} --in" for one in ("open", "list", "hand-over", "note", "undo", "pack")),
    "hand-over --list", "hand-over --witness-passphrase-file",
    "keys passphrase --new-passphrase-file", "login --new-passphrase-file", "monitoring take FILE",
    "operator add --new-passphrase-file", "operator pin --pin-file",
    "operator reset --new-passphrase-file", "people import FILE", "people pull --token-file",
    "print --logo",
    "print --password-file", "redeem --list", "report 5w --template", "report journal --accounts",
    "restore FILE", "retailer add --file",
    "people reconfirm --answers", "training add --file",
    "referral key --new-passphrase-file",
    *(f"{line} {option}" for option in ("--key", "--key-passphrase-file")
      for line in ("referral add", "referral close", "referral erase", "referral key",
                   "referral list", "referral show", "referral update", "report referrals")),
    "retailer set --second-passphrase-file", "sanctions load FILE",
    "serve --tls-cert", "serve --tls-key", "start --from", "start --places",
    "statement import FILE", "statement items FILE", "statement items --kinds", "store add --file",
    "store reopen --second-passphrase-file", "store set --second-passphrase-file",
    "verify --photo",
}
"""Paths that a command reads."""
OTHERWISE = {"backup FILE", "demo --dir", "laptop new --in", "report export FILE",
             "serve certificate --folder", "start --slips"}
"""Paths that take what does not exist yet, or an empty folder, and replace nothing at all; a folder
with an authority of ours gets a new certificate beside it."""

DEVICES = {"till --slips"}
"""Printers: what is a file is refused, whichever it is."""


def paths() -> Iterator[tuple[str, tuple[str, ...], Any]]:
    """Every parameter of every command that is a path, by the words that reach it."""
    root = build_root()
    context = typer.Context(root)
    waiting: list[tuple[tuple[str, ...], Any]] = [
        ((name,), root.get_command(context, name)) for name in COMMANDS
    ]
    while waiting:
        words, command = waiting.pop()
        for parameter in command.params:
            if "Path" in type(parameter.type).__name__:
                shown = parameter.opts[0] if parameter.opts[0].startswith("-") else "FILE"
                yield " ".join((*words, shown)), (*words, shown), parameter
        for name, child in getattr(command, "commands", {}).items():
            waiting.append(((*words, name), child))


FOUND = {name: (words, parameter) for name, words, parameter in sorted(paths(), key=lambda f: f[0])}
WRITTEN = [name for name in FOUND if name not in READ | OTHERWISE | DEVICES]


def test_every_path_is_known_as_one_that_is_read_or_written() -> None:
    assert set(FOUND) >= READ | OTHERWISE | DEVICES
    assert len(WRITTEN) >= 15
    for name in WRITTEN:
        assert FOUND[name][1].callback is not None, name


def standing(folder: Path, world: World) -> dict[str, tuple[Path, str]]:
    """What may stand where an output should go, and the reason why it stays."""
    ledger, vault, book = folder / "ledger.db", folder / "vault.db", folder / "other.sqlite"
    for database in (ledger, vault, book):
        with closing(sqlite3.connect(database)) as made:
            made.execute("PRAGMA journal_mode = WAL")
            made.execute("CREATE TABLE voucher (serial TEXT)")
    kept = {name: folder / name for name in (
        "cp.txt", "cp-crlf.txt", "cp-bom.txt", "cp-utf16.txt", "cp.json", "login.json",
        "keyring.json", "laptop.json", "events.jsonl", "broken.db", "broken-vault.db", "bolat.txt",
    )}
    write_keyring(make_keyring(b"l" * 16, system_entropy), kept["keyring.json"])
    kept["cp.txt"].write_bytes(CHECKPOINT.encode())
    kept["cp-crlf.txt"].write_bytes(CHECKPOINT.replace("\n", "\r\n").encode())
    kept["cp-bom.txt"].write_bytes(f"\r\n{CHECKPOINT}".encode("utf-8-sig"))
    kept["cp-utf16.txt"].write_bytes(CHECKPOINT.encode("utf-16"))
    kept["cp.json"].write_text('{\n  "size": 3,\n  "root": "00ff",\n  "checkpoint": "cbi/"\n}\n')
    kept["login.json"].write_text('{"operator": "bolat", "token": "00"}\n')
    kept["laptop.json"].write_text('{\n  "format": "cbi laptop 1",\n  "name": "north"\n}\n')
    kept["events.jsonl"].write_text('{"seq": 1, "prev": "%s"}\n' % ("0" * 64))
    for name in ("broken.db", "broken-vault.db", "bolat.txt"):
        kept[name].write_bytes(b"whatever stands in it")
    beside = {one: folder / f"ledger.db{one}" for one in ("-shm", "-wal", "-journal", ".lock")}
    for path in beside.values():
        path.write_bytes(b"")
    hard, soft, dangling = folder / "hard.xlsx", folder / "soft.xlsx", folder / "dangling.xlsx"
    os.link(ledger, hard)
    soft.symlink_to(kept["keyring.json"])
    dangling.symlink_to(folder / "nothing.xlsx")
    return {
        **{f"database {path.name}": (path, "files.is-database")
           for path in (ledger, vault, book, hard, kept["broken.db"], kept["broken-vault.db"])},
        **{f"checkpoint {name}": (path, "files.is-checkpoint")
           for name, path in kept.items() if name.startswith("cp")},
        **{f"beside {path.name}": (path, "files.is-beside") for path in beside.values()},
        "keyring": (kept["keyring.json"], "files.is-keyring"),
        "login": (kept["login.json"], "files.is-login"),
        "laptop": (kept["laptop.json"], "files.is-laptop"),
        "laptop's events": (kept["events.jsonl"], "files.is-laptop"),
        "secret": (kept["bolat.txt"], "files.is-secret"),
        "soft link": (soft, "files.is-link"), "dangling link": (dangling, "files.is-link"),
    }


def holding(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("name", WRITTEN)
def test_no_output_replaces_what_is_ours_whatever_it_is_called(
    name: str, empty_world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "office"
    folder.mkdir()
    context = WorldHere(Globals(
        ledger=str(folder / "broken.db"), vault=str(folder / "broken-vault.db"), language="en",
        passphrase_file=str(folder / "bolat.txt"), force=True, yes=True,
    ), empty_world, "manager1")
    kinds = standing(folder, empty_world)
    before = holding(folder)
    for kind, (path, key) in kinds.items():
        assert run([*FOUND[name][0], str(path)], context=context) == 6, kind
        assert capsys.readouterr().err == f"cbi: {text(key, file=str(path))}\n", kind
    assert holding(folder) == before
    assert not (folder / "nothing.xlsx").exists()


@pytest.mark.parametrize("name", sorted(DEVICES))
def test_a_printer_is_no_file(name: str, cbi: TypedIn, tmp_path: Path) -> None:
    for path in (tmp_path / "books.xlsx", tmp_path / "ledger.db"):
        path.write_bytes(before := b"mine")
        code, _, err = cbi(*FOUND[name][0], str(path), who="cashier1")
        assert (code, err) == (6, f"cbi: {text('files.not-a-device', file=str(path))}\n")
        assert path.read_bytes() == before


@pytest.mark.parametrize("name", WRITTEN)
def test_another_file_is_replaced_only_by_force(
    name: str, empty_world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "books.xlsx"
    path.write_bytes(b"my notes")
    context = WorldHere(Globals(language="en"), empty_world, "manager1")
    assert run([*FOUND[name][0], str(path)], context=context) == 5
    assert capsys.readouterr().err == f"cbi: {text('cli.output-there', file=str(path))}\n"
    assert path.read_bytes() == b"my notes"


@pytest.mark.parametrize("name", WRITTEN)
def test_a_place_that_cannot_be_written_is_said_before_the_work(
    name: str, empty_world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    context = WorldHere(Globals(language="en", force=True), empty_world, "manager1")
    for path, key in ((tmp_path, "files.is-folder"), (tmp_path / "no" / "x.pdf", "files.no-folder"),
                      (Path(os.devnull), "files.not-a-file")):
        assert run([*FOUND[name][0], str(path)], context=context) == 6
        said = text(key, file=str(path), folder=str(path.parent))
        assert capsys.readouterr().err == f"cbi: {said}\n"


def test_force_replaces_an_ordinary_file(cbi: TypedIn, tmp_path: Path) -> None:
    path = tmp_path / "journal.beancount"
    path.write_bytes(b"my notes")
    assert cbi("report", "journal", "-o", str(path), "--force", who="finance1")[0] == 0
    assert path.read_bytes() != b"my notes"


def test_a_seal_whose_file_cannot_be_written_is_not_made(
    cbi: TypedIn, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    def count(query: str) -> int:
        with world.ledger.read() as tx:
            return int(tx.value(query))

    in_hand(world, [1_500_000])
    line = ("seal", "-o", str(tmp_path / "cp.txt"), "--ledger", world.ledger.place)
    seals = count("SELECT count(*) FROM seal")
    with monkeypatch.context() as patched:
        patched.setattr("cbi.files.writing.tempfile.mkstemp", full)
        code, _, said = cbi(*line)
    assert (code, "No space left" in said) == (6, True)
    assert count("SELECT count(*) FROM seal") == seals
    code, out, said = cbi(*line)
    assert code == 0, said
    assert (tmp_path / "cp.txt").read_text("utf-8") in out
    assert count("SELECT count(*) FROM seal") == seals + 1


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal", ".lock"])
def test_no_backup_takes_a_name_that_a_database_keeps_for_its_parts(
    cbi: TypedIn, tmp_path: Path, ending: str,
) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    code, _, said = cbi("backup", str(shelf / f"ledger.db{ending}"), who="admin1")
    assert (code, ending in said) == (5, True)
    assert list(shelf.iterdir()) == []


@pytest.mark.parametrize("made", ["notes.txt", "vault.db", "passphrases"])
def test_a_demo_replaces_nothing_in_a_folder(cbi: TypedIn, tmp_path: Path, made: str) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / made).write_bytes(b"mine")
    assert cbi("demo", "--dir", str(folder))[0] == 5
    assert holding(folder) == {made: b"mine"}


ROOT = Path(program.__file__).parent
OPENERS = {
    "files/writing.py", "operators/owner_only.py",  # the two that every output goes through
    "storage/lock.py", "storage/making.py", "storage/backup.py", "storage/sqlite.py",  # databases
    "files/devices.py",  # a printer, which is no file
    "field/journal.py",  # a line more in a laptop's own record
    "cli/faults.py", "cli/run.py", "cli/setup/demo.py",  # faults.log, /dev/null, an empty folder
}
WRITERS = {"write_text", "write_bytes", "mkstemp", "copyfile", "copy2", "NamedTemporaryFile"}


def test_every_writer_goes_through_the_opening_functions() -> None:
    elsewhere = []
    for module in sorted(ROOT.rglob("*.py")):
        place = module.relative_to(ROOT).as_posix()
        if place in OPENERS:
            continue
        for call in ast.walk(ast.parse(module.read_text("utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            called = ast.unparse(call.func)
            name = called.rpartition(".")[2]
            modes = [one.value for one in (*call.args, *(word.value for word in call.keywords))
                     if isinstance(one, ast.Constant)]
            opens = name in ("open", "fdopen") and place != "files/package.py" and any(
                isinstance(mode, str) and set(mode) & set("wax+") and len(mode) < 4
                for mode in modes)
            writes = name in WRITERS or called in ("os.open", "shutil.copy")
            if opens or writes:
                elsewhere.append(f"{place}:{call.lineno} {called}")
    assert elsewhere == []
