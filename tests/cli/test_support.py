"""For whoever helps: log lines and a bundle about the program, with nothing of anybody in them."""

import ast
import json
import logging
from pathlib import Path

import pytest

import cbi as program
from cbi.cli import faults
from cbi.cli import run as running
from cbi.cli.run import OWN_FAULT, run
from tests.conftest import World
from tests.lines import TypedIn
from tests.lived import live
from tests.vouchers import in_hand

ROOT = Path(program.__file__).parent
ENROLLED = ("enroll", "--name", "Zahra Haidari", "--father", "Nabi", "--phone", "+77011234567",
            "--city", "almaty", "--consent", "signed", "--birth", "1990-02-03", "--sex", "f")
NEVER = ("Zahra", "Haidari", "Nabi", "7011234567", "1990-02-03", "cashier1", "field1", "manager1")


def test_log_lines_are_shown_when_asked_for_and_hold_nothing_of_anybody(
    cbi: TypedIn, world: World,
) -> None:
    (paper,) = in_hand(world, [1_500_000])
    secret = [*NEVER, paper.code, paper.code[:4], paper.code[-4:], paper.serial, "R-77"]
    sales = world.folder / "sales.csv"
    sales.write_text(f"Receipt,Code,Amount,Date\nR-77,{paper.code},1000,2022-08-19\n")
    heard = ""
    for who, *line in (
        ("field1", *ENROLLED), ("field1", "people", "find", "Zahra Haidari"),
        ("cashier1", "verify", paper.code), ("cashier1", "redeem", paper.code[:-1] + "0", "5"),
        ("cashier1", "redeem", paper.code, "4500", "--receipt", "R-77"),
        ("cashier1", "redeem", "--list", str(sales), "--dry-run"),
    ):
        _, out, told = cbi(*line, "--debug", who=who)
        assert "DEBUG cbi." in told, (line, out)
        assert f"INFO cbi.cli.run: {line[0]} begins" in told
        logged = [row for row in told.splitlines() if " cbi." in row]
        heard += "\n".join(logged)
        assert "DEBUG" not in cbi(*line, "--verbose", who=who)[2]
    assert "rows judged" in heard
    assert [word for word in secret if word in heard] == []
    assert " cbi." not in cbi("verify", paper.code, who="cashier1")[2]
    assert not logging.getLogger("cbi").handlers


def test_what_is_logged_is_fixed_words_and_never_what_was_typed() -> None:
    """The words of a line are constants, so that its values can be looked through one by one."""
    found = 0
    for module in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "logger.info", "logger.debug"
            ):
                found += 1
                words = node.args[0]
                assert isinstance(words, ast.Constant), (module, node.lineno)
                named = {ast.unparse(one).rpartition(".")[2] for one in node.args[1:]}
                assert not named & {"serial", "receipt", "path", "file", "reason", "operator"}, (
                    module, node.lineno)
    assert found > 20


def bundle(cbi: TypedIn, world: World, *more: str) -> str:
    places = ("--ledger", world.ledger.place, "--vault", world.vault.place)
    code, out, err = cbi("support-bundle", *places, *more)
    assert code == 0, err
    return out


def test_a_support_bundle_tells_versions_rules_and_counts_and_nothing_of_anybody(
    cbi: TypedIn, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("cbi.cli.faults.fault_file", lambda: tmp_path / "faults.log")
    papers = live(world)
    assert cbi(*ENROLLED, who="field1")[0] == 0
    out = bundle(cbi, world)
    told = json.loads(out)
    assert told["engine"] == world.ledger.engine
    assert told["engine_version"]
    assert told["schema"] == told["vault_schema"] == "0001"
    assert told["rows"]["person"] == 1
    assert told["rows"]["voucher"] == len(papers) + 1
    assert len(told["check"]) > 20
    assert all(one.keys() == {"rule", "wrong"} for one in told["check"])
    assert told["libraries"]["typer"]
    assert told["faults"] == []
    for secret in (*NEVER, *(paper.code for paper in papers), *(paper.serial for paper in papers),
                   str(tmp_path), "R1\"", "lost"):
        assert secret not in out
    bundle(cbi, world, "-o", str(tmp_path / "bundle.json"), "--no-check")
    assert "check" not in json.loads((tmp_path / "bundle.json").read_text("utf-8"))


def test_a_bundle_is_made_where_there_is_no_ledger(cbi: TypedIn, tmp_path: Path) -> None:
    places = ("--ledger", str(tmp_path / "none.db"), "--vault", str(tmp_path / "no-vault.db"))
    code, out, err = cbi("support-bundle", *places)
    assert code == 0, err
    told = json.loads(out)
    assert (told["refused"], told["vault_refused"]) == ("storage.missing", "people.vault-missing")
    assert str(tmp_path) not in out


def test_the_last_faults_are_told_without_folders_words_or_what_older_releases_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_rest: object, _own: object) -> None:
        try:
            raise KeyError("K5XX-MXDF-CAFM-K41S")
        except KeyError as error:
            raise ZeroDivisionError("Zahra Haidari") from error

    place = tmp_path / "faults.log"
    place.write_text('Traceback (most recent call last):\n  File "/home/zahra/x.py", line 3, in y\n'
                     "ValueError: K5XX-MXDF-CAFM-K41S\n")
    monkeypatch.setattr(running, "_carried_out", broken)
    monkeypatch.setattr("cbi.cli.faults.fault_file", lambda: place)
    assert run(["verify", "K5XX-MXDF-CAFM-K41S"]) == OWN_FAULT
    assert "cbi support-bundle" in capsys.readouterr().err
    (told,) = faults.last()
    assert told[0].startswith("--- 20")
    assert told[0].endswith("command verify")
    assert told[-1] == "builtins.ZeroDivisionError"
    assert "builtins.KeyError" in told
    assert any(line.startswith("cbi/cli/run.py:") for line in told)
    text = "\n".join(told)
    for secret in ("K5XX", "Zahra", "/home", str(ROOT.parent), str(tmp_path)):
        assert secret not in text
