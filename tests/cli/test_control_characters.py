"""Nothing that stands in the ledger steers the terminal of who looks at it."""

import ast
import json
from io import StringIO
from pathlib import Path

import pytest

import cbi as package
from cbi.ledger.vouchers import changes
from tests.conftest import World
from tests.lines import TypedIn
from tests.vouchers import in_hand

RAW = "\x1b]0;other\x07\x9b2J\u202e"
STEERS = set("\x1b\x07\x9b\u202e\r")


@pytest.mark.parametrize("line", [
    ("retailer", "add", "corner", "--name", f"Corner{RAW}"),
    ("store", "add", "corner-1", "--retailer", "magnum", "--city", "almaty", "--name", f"en={RAW}"),
    ("block", f"KZ22{RAW}", "--reason", "lost"),
    ("block", "KZ22-1", "--reason", f"lost\r{RAW}"),
    (f"un{RAW}known",),
])
def test_a_line_with_a_control_character_is_refused(cbi: TypedIn, line: tuple[str, ...]) -> None:
    code, out, err = cbi(*line)
    assert (code, out) == (2, "")
    assert "steers a screen" in err
    assert not set(err) & STEERS
    assert err.count("\n") == 1


def test_a_reason_is_refused_whoever_brings_it(world: World) -> None:
    (paper,) = in_hand(world, [100])
    with pytest.raises(Exception, match=r"base\.control-character"):
        changes.block(world.session("field1"), paper.serial, f"lost {RAW}")


@pytest.mark.parametrize("line", [
    ("retailer", "list"), ("store", "list"), ("log",), ("explain", "{serial}"),
])
def test_what_stands_there_already_is_shown_without_and_json_is_exact(
    world: World, cbi: TypedIn, line: tuple[str, ...],
) -> None:
    (paper,) = in_hand(world, [1_500_000])
    changes.block(world.session("field1"), paper.serial, "lost")
    names = json.dumps({"en": f"Shop{RAW}"})
    with world.ledger.write() as tx:
        tx.run("UPDATE store SET names = :names", names=names)
        tx.run("UPDATE retailer SET name = :name", name=f"Chain{RAW}")
    words = [part.format(serial=paper.serial) for part in line]
    code, out, err = cbi(*words)
    assert code == 0, err
    assert not set(out + err) & STEERS
    code, out, _ = cbi(*words, "--json")
    assert code == 0
    assert not set(out) & STEERS
    told = json.loads(out)
    if line == ("retailer", "list"):
        assert {one["name"] for one in told} == {f"Chain{RAW}"}


def test_only_one_place_writes_to_the_terminal() -> None:
    folder = Path(str(package.__file__)).parent
    for path in (folder / "cli").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("typer.echo", "print"):
                allowed = path.name == "show.py" or "__version__" in ast.unparse(node)
                assert allowed, f"{path}:{node.lineno} writes past show.put"


def test_beancount_and_paper_are_without(world: World) -> None:
    from cbi.paper.ink import Ink
    from cbi.reports.journal_forms import quoted

    assert quoted(f"a{RAW}") == '"a\ufffd]0;other\ufffd\ufffd2J\ufffd"'
    assert StringIO(quoted("a\nb")).read() == '"a b"'
    assert Ink().line(f"a{RAW}").width == Ink().line("a\ufffd]0;other\ufffd\ufffd2J\ufffd").width
