"""A retailer and a round put right as they are typed."""

from pathlib import Path

from cbi.operators.accounts import add_operator
from tests.conftest import World
from tests.issuance.given import second_round
from tests.lines import TypedIn
from tests.operators.conftest import QUICK

WHY = "the contract says so"


def test_they_are_typed_with_the_second_persons_passphrase(
    cbi: TypedIn, world: World, tmp_path: Path
) -> None:
    add_operator(world.session("admin1"), "manager2", {"manager"}, passphrase="nine tall poplars",
                 stretching=QUICK, must_change=False)
    file = tmp_path / "words.txt"
    file.write_text("nine tall poplars\n", "utf-8")
    line = ("retailer", "set", "magnum", "--name", "Магнум", "--reason", WHY)
    code, _, err = cbi(*line, lang="ru")
    assert (code, "второй человек" in err) == (3, True)
    code, out, err = cbi(*line, "--second", "manager2", "--second-passphrase-file", str(file))
    assert (code, out) == (0, "Retailer magnum is corrected: Магнум, –.\n"), err
    second_round(world)
    assert cbi("round", "cancel", "KZ22-R2", "--reason", "typed wrong", "--yes")[0] == 0
    assert "KZ22-R2 (cancelled)" in cbi("round", "list")[1]
