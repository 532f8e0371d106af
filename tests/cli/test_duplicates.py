"""cbi duplicates as typed: both records side by side, decided, voided, taken back; en and ru."""

import json

import pytest

from cbi.ledger.vouchers.approving import approve as approve_batch
from cbi.people.persons import approve, enrol
from cbi.programmes.batches import DraftLine, draft
from tests.conftest import World
from tests.lines import TypedIn
from tests.people.test_duplicates import najib, najib_in_dari


@pytest.fixture
def two(world: World) -> tuple[str, ...]:
    """Najib, enrolled twice and approved, with a voucher under each number."""
    numbers = enrol(world.session("field1"), [najib("a:1"), najib_in_dari("b:1")]).numbers
    approve(world.session("manager1"), numbers)
    lines = [DraftLine(number, "almaty", "fa", "food", 1_500_000) for number in numbers]
    approve_batch(
        world.session("manager2"), draft(world.session("manager1"), "KZ22-R1", lines).number
    )
    return numbers


def test_a_pair_is_searched_listed_and_shown_side_by_side(
    cbi: TypedIn, two: tuple[str, ...],
) -> None:
    code, said, _ = cbi("duplicates", "search", who="field1")
    assert (code, "1 likely" in said) == (0, True)
    code, said, _ = cbi("duplicates", "list", "--json", who="field1")
    (pair,) = json.loads(said)
    assert {pair["first"], pair["second"]} == set(two)
    code, said, _ = cbi("duplicates", "show", *two, who="field1")
    assert code == 0
    for words in ("Najib Ahmadzai", "نجیب احمدزی", "≈", "sound alike", "Born on the same day"):
        assert words in said
    code, said, _ = cbi("duplicates", "show", *two, who="field1", lang="ru")
    assert "звучат одинаково" in said
    assert "Родились в один день" in said


def test_same_keeps_one_number_and_voids_what_the_other_has(
    cbi: TypedIn, two: tuple[str, ...],
) -> None:
    cbi("duplicates", "search", who="field1")
    keep, goes = two
    code, said, _ = cbi(
        "duplicates", "decide", *two, "same", "--reason", "seen", "--keep", keep, "--vouchers",
        "void", "--yes", "--json",
    )
    told = json.loads(said)
    assert (code, told["keeps"], told["goes"], len(told["voided"])) == (0, keep, goes, 1)
    assert told["open_vouchers"] == []
    code, said, _ = cbi("duplicates", "undo", *two, "--reason", "twins")
    assert code == 0
    assert "open again" in said


def test_what_is_kept_is_told(cbi: TypedIn, two: tuple[str, ...]) -> None:
    cbi("duplicates", "search", who="field1")
    code, said, _ = cbi(
        "duplicates", "decide", *two, "same", "--reason", "seen", "--yes", who="field1"
    )
    assert code == 0
    assert "cbi void" in said


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("same", "--reason", "seen", "--vouchers", "void"), 3),
        (("same", "--reason", "seen", "--vouchers", "burn"), 2),
        (("perhaps", "--reason", "seen"), 2),
        (("same",), 2),
    ],
)
def test_what_may_not_be_is_refused_before_anything_is_decided(
    cbi: TypedIn, two: tuple[str, ...], words: tuple[str, ...], code: int,
) -> None:
    cbi("duplicates", "search", who="field1")
    assert cbi("duplicates", "decide", *two, *words, "--yes", who="field1")[0] == code
    _, said, _ = cbi("duplicates", "list", "--state", "open", "--json", who="field1")
    assert len(json.loads(said)) == 1


def test_an_auditor_sees_the_list_and_no_names(cbi: TypedIn, two: tuple[str, ...]) -> None:
    cbi("duplicates", "search", who="field1")
    assert cbi("duplicates", "list", who="auditor1")[0] == 0
    assert cbi("duplicates", "show", *two, who="auditor1")[0] == 3
