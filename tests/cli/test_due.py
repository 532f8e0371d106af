"""Only to whom it is due: what happens between a draft, its approval and the hand-over."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cbi.context import check_everything
from cbi.distribution import handover
from cbi.issuance import topping_up
from cbi.ledger.vouchers.approving import approve as ledger_approve
from cbi.operators.accounts import add_operator, disable
from cbi.operators.operator_session import Operator
from cbi.people.persons import approve as approve_people
from cbi.people.persons import enrol
from cbi.programmes.rounds import EntitlementRule
from tests.cli.test_issuing import plain
from tests.conftest import World
from tests.issuance.given import Family, a_person, enrolled, second_round
from tests.lines import Told, TypedIn
from tests.operators.conftest import QUICK
from tests.rows import all_rows, one_row

ROUND, BATCH = "KZ22-R2", "KZ22-R2-B1"
POPLARS = "nine tall poplars"
BOTH = [EntitlementRule("food", 1_500_000, "person"),
        EntitlementRule("nonfood", 2_000_000, "household")]


@pytest.fixture
def families(world: World) -> list[Family]:
    found = enrolled(
        world, [("almaty", 3, 3, "fa"), ("almaty", 1, 1, "ps"), ("almaty", 2, 2, "ru")]
    )
    second_round(world, BOTH)
    return found


@pytest.fixture
def typed(cbi: TypedIn) -> Told:
    """Types a line that must be done; gives what it said."""

    def line(*words: str, who: str = "manager1", code: int = 0) -> str:
        given, out, err = cbi(*words, who=who)
        assert given == code, out + err
        return plain(out + err)

    return line


@pytest.fixture
def drafted(typed: Told, families: list[Family]) -> list[Family]:
    typed("issue", ROUND, "--yes", who="field1")
    return families


def held(world: World, *columns: str) -> list[tuple[Any, ...]]:
    with world.ledger.read() as tx:
        rows = all_rows(tx, "SELECT * FROM voucher WHERE round = :code ORDER BY serial", code=ROUND)
    return [tuple(row[name] for name in columns) for row in rows]


def found_by_check(world: World) -> dict[str, list[str]]:
    """What `check` finds, by rule; the round of the tests' world itself is in no log."""
    with world.ledger.read() as tx:
        found = {one.name: [wrong.where for wrong in one.wrong] for one in check_everything(tx)}
    return {name: wheres for name, wheres in found.items()
            if wheres and set(wheres) - {"KZ22", "KZ22-R1"}}


def test_who_fell_out_since_the_draft_is_shown_and_gets_nothing(
    typed: Told, world: World, drafted: list[Family],
) -> None:
    first, second, third = drafted
    typed("people", "status", first.numbers[1], "dead", "--reason", "illness", who="field1")
    typed("people", "status", second.head, "suspended", "--reason", "asked for", who="field1")
    typed("people", "consent", third.numbers[1], "--withdraw", who="field1")
    said = typed("batch", "approve", BATCH, "--yes")
    assert "Fell out since the draft: 4." in said
    assert f"{first.numbers[1]}, food: 15,000 tenge → 0 tenge (has died)" in said
    assert f"{second.head}, nonfood: 20,000 tenge → 0 tenge (suspended)" in said
    assert f"{third.numbers[1]}, food: 15,000 tenge → 0 tenge (consent withdrawn or" in said
    assert {who for (who,) in held(world, "beneficiary")} == {
        first.head, first.numbers[2], third.head
    }
    with world.ledger.read() as tx:
        row = one_row(tx, "SELECT * FROM batch WHERE number = :number", number=BATCH)
        told = json.loads(tx.value("SELECT detail FROM log WHERE action = 'batch.approve'"))
    assert (row["voucher_count"], row["amount_minor"]) == (5, 8_500_000)
    assert told["list"] == row["list_hash"].hex()
    assert told["drafted"] == row["drafted_hash"].hex() != told["list"]
    assert found_by_check(world) == {}


def test_of_two_who_were_found_to_be_one_the_merged_number_gets_nothing(
    typed: Told, world: World, drafted: list[Family],
) -> None:
    first, second, _ = drafted
    with world.ledger.write() as tx:
        tx.run("UPDATE person SET merged_into = :keeps WHERE number = :goes",
               keeps=first.head, goes=second.head)
    assert "(merged into another number)" in typed("batch", "approve", BATCH, "--yes")
    assert second.head not in {who for (who,) in held(world, "beneficiary")}


def test_an_erased_person_falls_out(typed: Told, world: World, drafted: list[Family]) -> None:
    _, second, _ = drafted
    typed("people", "erase", second.head, "--reason", "asked for", "--yes", who="admin1")
    assert f"{second.head}, food: 15,000 tenge → 0 tenge (erased)" in typed(
        "batch", "approve", BATCH, "--yes"
    )
    assert second.head not in {who for (who,) in held(world, "beneficiary")}


def test_a_batch_on_which_nobody_is_left_is_refused(
    typed: Told, world: World, families: list[Family],
) -> None:
    _, second, _ = families
    for one in (families[0], families[2]):
        for number in one.numbers:
            typed("people", "status", number, "left", "--reason", "moved", who="field1")
    typed("issue", ROUND, "--yes", who="field1")
    typed("people", "status", second.head, "dead", "--reason", "illness", who="field1")
    said = typed("batch", "approve", BATCH, "--yes", code=5)
    assert f"cbi batch cancel {BATCH}" in said
    assert held(world, "serial") == []


def test_nobody_gains_by_an_approval(typed: Told, world: World, drafted: list[Family]) -> None:
    first, *_ = drafted
    typed("people", "status", first.head, "dead", "--reason", "illness", who="field1")
    home = home_of(world, first.head)
    typed("people", "households", "head", home, first.numbers[1], "--reason", "widowed",
          who="field1")
    said = typed("batch", "approve", BATCH, "--yes", code=5)
    assert first.numbers[1] in said
    assert f"cbi issue {ROUND}" in said
    assert held(world, "serial") == []


def home_of(world: World, number: str) -> str:
    with world.ledger.read() as tx:
        return str(tx.value("SELECT household FROM person WHERE number = :number", number=number))


def household_vouchers(world: World) -> list[str]:
    """Who holds the round's household vouchers."""
    return [who for who, category in held(world, "beneficiary", "category")
            if category == "nonfood"]


@pytest.fixture
def issued(typed: Told, drafted: list[Family]) -> list[Family]:
    typed("batch", "approve", BATCH, "--yes")
    return drafted


def test_a_new_head_gets_no_second_household_voucher(
    typed: Told, world: World, issued: list[Family],
) -> None:
    first, *_ = issued
    before = household_vouchers(world)
    typed("people", "status", first.head, "dead", "--reason", "illness", who="field1")
    typed("people", "households", "head", home_of(world, first.head), first.numbers[1],
          "--reason", "widowed", who="field1")
    typed("issue", ROUND, "--yes", who="field1", code=5)
    assert household_vouchers(world) == before
    assert found_by_check(world) == {}


def test_a_split_says_what_was_had_and_gets_no_second_household_voucher(
    typed: Told, world: World, issued: list[Family],
) -> None:
    first, *_ = issued
    said = typed("people", "households", "split", *first.numbers[1:], "--head", first.numbers[1],
                 "--reason", "moved out", who="field1")
    assert f"has had nonfood of round {ROUND} already ({first.head})" in said
    typed("issue", ROUND, "--yes", who="field1", code=5)
    assert len(household_vouchers(world)) == 3


def test_a_household_of_somebody_who_had_it_elsewhere_gets_none(
    typed: Told, world: World, issued: list[Family],
) -> None:
    """Two numbers of one person in two households: the second is not paid again."""
    first, *_ = issued
    (late,) = enrolled(world, [("almaty", 1, 1, "fa")], label="N")
    with world.ledger.write() as tx:
        tx.run("UPDATE person SET merged_into = :keeps WHERE number = :goes",
               keeps=late.head, goes=first.head)
    typed("issue", ROUND, "--yes", who="field1", code=5)
    assert len(household_vouchers(world)) == 3


def test_a_late_joiner_gets_a_persons_share_alone(
    typed: Told, world: World, issued: list[Family],
) -> None:
    first, *_ = issued
    home = home_of(world, first.head)
    (late,) = enrol(world.session("field1"), [
        a_person("LATE", city="almaty", language="fa", household_ref=f"number:{home}")
    ]).numbers
    approve_people(world.session("manager1"), [late])
    typed("people", "status", first.head, "dead", "--reason", "illness", who="field1")
    typed("people", "households", "head", home, late, "--reason", "widowed", who="field1")
    typed("issue", ROUND, "--yes", who="field1")
    typed("batch", "approve", "KZ22-R2-B2", "--yes")
    assert [(category, face) for who, category, face
            in held(world, "beneficiary", "category", "face_minor") if who == late] == [
        ("food", 1_500_000)
    ]


def test_the_database_itself_refuses_a_household_a_second_time(
    world: World, issued: list[Family],
) -> None:
    from cbi.base.errors import Conflict
    from cbi.people.households.household_aid import AidHad, aid_rows, put_aid

    home = home_of(world, issued[0].head)
    with pytest.raises(Conflict, match="household-had-aid"):
        world.ledger.transact(lambda tx: put_aid(tx, aid_rows(
            tx, [AidHad(ROUND, home, "nonfood", issued[0].numbers[1], b"\1" * 16, 1)],
            world.ledger.following,
        )))


@pytest.fixture
def by_size(world: World) -> list[Family]:
    """Food to each and more for large families, in one category; and something for each member."""
    found = enrolled(
        world, [("almaty", 4, 2, "fa"), ("almaty", 2, 2, "ps"), ("almaty", 3, 1, "ru")]
    )
    second_round(world, [
        EntitlementRule("food", 1_500_000, "person"),
        EntitlementRule("food", 500_000, "household", size_from=3),
        EntitlementRule("nonfood", 100_000, "member"),
    ])
    return found


def given_to(world: World, number: str) -> dict[str, int]:
    return {category: face for who, category, face
            in held(world, "beneficiary", "category", "face_minor") if who == number}


def test_a_member_who_moves_is_counted_once_a_round(
    typed: Told, world: World, by_size: list[Family],
) -> None:
    """Their share as a person is theirs; the second family counts only who was not counted."""
    first, second, third = by_size
    typed("people", "status", second.head, "suspended", "--reason", "away", who="field1")
    typed("people", "status", second.numbers[1], "suspended", "--reason", "away", who="field1")
    typed("people", "status", third.head, "suspended", "--reason", "away", who="field1")
    typed("issue", ROUND, "--yes", who="field1")
    typed("batch", "approve", BATCH, "--yes")
    assert given_to(world, first.head) == {"food": 2_000_000, "nonfood": 400_000}
    typed("people", "households", "join", first.numbers[1], home_of(world, second.head),
          "--reason", "moved in", who="field1")
    for number in (*second.numbers, third.head):
        typed("people", "status", number, "active", "--reason", "back")
    typed("issue", ROUND, "--yes", who="field1")
    typed("batch", "approve", "KZ22-R2-B2", "--yes")
    assert given_to(world, second.head) == {"food": 1_500_000, "nonfood": 200_000}
    assert given_to(world, third.head) == {"food": 2_000_000, "nonfood": 300_000}
    assert found_by_check(world) == {}


def test_a_place_that_was_counted_moves_with_who_is_enrolled_into_it(
    typed: Told, world: World, by_size: list[Family],
) -> None:
    first, _, third = by_size
    typed("people", "status", third.head, "suspended", "--reason", "away", who="field1")
    typed("issue", ROUND, "--yes", who="field1")
    typed("batch", "approve", BATCH, "--yes")
    home = home_of(world, first.head)
    late = [
        enrol(world.session("field1"), [a_person(
            f"LATE{turn}", city="almaty", language="fa", household_ref=f"number:{home}", head=False,
        )]).numbers[0] for turn in range(3)
    ]
    approve_people(world.session("manager1"), late)
    for number in late:
        typed("people", "households", "join", number, home_of(world, third.head),
              "--reason", "moved in", who="field1")
    typed("people", "status", third.head, "active", "--reason", "back")
    typed("issue", ROUND, "--yes", who="field1")
    typed("batch", "approve", "KZ22-R2-B2", "--yes")
    assert given_to(world, third.head) == {"food": 2_000_000, "nonfood": 400_000}
    assert given_to(world, late[0]) == {"food": 1_500_000}


def test_nobody_is_counted_twice_by_the_database_itself(world: World, issued: list[Family]) -> None:
    from cbi.storage import ConstraintViolation

    home = home_of(world, issued[1].head)
    with pytest.raises(ConstraintViolation):
        world.ledger.transact(lambda tx: tx.insert("aid_counted", [{
            "round": ROUND, "category": "nonfood", "person": issued[0].numbers[1],
            "household": home,
        }]))


def test_a_second_household_share_shows_beside_a_persons_own(
    typed: Told, world: World, by_size: list[Family],
) -> None:
    """The approval of a program that does not look: whoever is given more than a person's own."""
    typed("issue", ROUND, "--yes", who="field1")
    ledger_approve(world.session("manager1"), BATCH)
    first, second, third = (serial_of(world, one.head) for one in by_size)
    found = set(found_by_check(world)["household-aid-once"])
    assert {first, third} <= found
    assert second not in found


def serial_of(world: World, number: str, category: str = "food") -> str:
    return str(next(serial for serial, who, kind in held(world, "serial", "beneficiary", "category")
                if (who, kind) == (number, category)))


def taken_out(typed: Told, families: list[Family]) -> tuple[str, str, str]:
    """One has died, one is suspended, one has taken consent back; gives the three."""
    first, second, third = families
    gone = first.numbers[1], second.head, third.head
    typed("people", "status", gone[0], "dead", "--reason", "illness", who="field1")
    typed("people", "status", gone[1], "suspended", "--reason", "asked for", who="field1")
    typed("people", "consent", gone[2], "--withdraw", who="field1")
    return gone


@pytest.fixture
def operators(world: World) -> None:
    for name, role in (("field1", "field"), ("field2", "field"), ("manager2", "manager")):
        add_operator(world.session("admin1"), name, {role}, passphrase=POPLARS,
                     stretching=QUICK, must_change=False)


@pytest.fixture
def poplars(tmp_path: Path) -> tuple[str, str]:
    """A file with the passphrase of those operators."""
    path = tmp_path / "poplars.txt"
    path.write_text(POPLARS + "\n", "utf-8")
    return "--witness-passphrase-file", str(path)


def test_the_list_marks_who_may_not_receive(
    typed: Told, world: World, issued: list[Family], tmp_path: Path,
) -> None:
    dead, suspended, withdrawn = taken_out(typed, issued)
    path = tmp_path / "list.xlsx"
    typed("print", BATCH, "--list", "-o", str(path), who="field1")
    remarks = {
        row[1]: row[-1] for sheet in openpyxl.load_workbook(path)
        for row in sheet.iter_rows(values_only=True) if str(row[1]).startswith("B-")
    }
    assert remarks[dead] == "do not hand over: has died"
    assert remarks[suspended] == "do not hand over: suspended"
    assert remarks[withdrawn] == "do not hand over: consent withdrawn"
    assert remarks[issued[0].head] is None
    typed("print", BATCH, "--list", "-o", str(tmp_path / "list.pdf"), who="field1")


def test_a_hand_over_is_refused_by_reason(typed: Told, world: World, issued: list[Family]) -> None:
    dead, suspended, withdrawn = taken_out(typed, issued)
    said = typed("hand-over", *(serial_of(world, who) for who in (dead, suspended, withdrawn)),
                 who="field1", code=5)
    assert "Handed over: 0. Not handed over: 3." in said
    assert f"for {dead}: they have died" in said
    assert f"for {suspended}: they are suspended" in said
    assert f"for {withdrawn}: they have taken their consent back" in said
    assert {state for (state,) in held(world, "state")} == {"issued"}


def test_two_may_answer_for_it_and_one_may_not(
    typed: Told, world: World, issued: list[Family], operators: None, poplars: tuple[str, str],
) -> None:
    dead, *_ = taken_out(typed, issued)
    serial = serial_of(world, dead)
    despite = ("hand-over", serial, "--despite", "the widow collects", *poplars)
    assert "second person" in typed(*despite, who="field1", code=2)
    typed(*despite, "--witness", "field1", who="field1", code=2)
    assert "second person" in typed(*despite, "--witness", "field2", who="field1", code=2)
    said = typed(*despite, "--witness", "manager2", who="field1")
    assert f"field1 wants to give out {serial}" in said
    assert "the widow collects" in said
    assert "Handed over: 1." in said
    with world.ledger.read() as tx:
        row = one_row(tx, "SELECT * FROM hand_over")
        told = json.loads(tx.value("SELECT detail FROM log WHERE action = 'voucher.hand-over'"))
        line = one_row(tx, "SELECT * FROM log WHERE action = 'voucher.vouched-for'")
    assert (row["despite"], row["witness"]) == ("the widow collects", "manager2")
    assert (told["despite"], told["serials"]) == ("the widow collects", serial)
    assert (line["operator"], line["object"]) == ("manager2", serial)
    assert ("Given out for somebody who might not receive, because: the widow collects."
            " field1 gave it; manager2 answered for it too") in typed("explain", serial)
    world.clock.now += 600_000_000
    assert "given-as-due" not in found_by_check(world)


def test_the_second_person_is_not_a_typed_name(
    typed: Told, world: World, issued: list[Family], operators: None, poplars: tuple[str, str],
    tmp_path: Path,
) -> None:
    """Wrong passphrases are counted as at a sign-in, and rest; a disabled manager is none."""
    dead, *_ = taken_out(typed, issued)
    serial = serial_of(world, dead)
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("nine short poplars\n", "utf-8")
    despite = ("hand-over", serial, "--despite", "the widow collects", "--witness", "manager2")
    typed(*despite, who="field1", code=2)
    for _ in range(5):
        typed(*despite, "--witness-passphrase-file", str(wrong), who="field1", code=3)
    assert "minutes" in typed(*despite, *poplars, who="field1", code=3)
    world.clock.now += 400_000_000
    add_operator(world.session("admin1"), "admin2", {"admin"}, passphrase=POPLARS,
                 stretching=QUICK, must_change=False)
    disable(world.session("admin1"), "manager2")
    typed(*despite, *poplars, who="field1", code=3)
    assert {state for (state,) in held(world, "state")} == {"issued"}
    with world.ledger.read() as tx:
        assert tx.value("SELECT count(*) FROM log WHERE action = 'operator.login-failed'") == 6


def test_what_a_second_person_answers_for_is_named(
    typed: Told, world: World, issued: list[Family], operators: None, poplars: tuple[str, str],
) -> None:
    """No open end: neither a scanner's vouchers nor a list's."""
    despite = ("hand-over", "--despite", "told so", "--witness", "manager2", *poplars)
    assert "one by one" in typed(*despite, who="field1", code=2)
    assert "one by one" in typed(*despite, "-", who="field1", code=2)
    assert "one by one" in typed(*despite, "--list", "list.xlsx", who="field1", code=2)


def test_check_names_what_nobody_answered_for(
    typed: Told, world: World, issued: list[Family], operators: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The hand-over of a program that takes a name for a person."""
    dead, *_ = taken_out(typed, issued)
    serial = serial_of(world, dead)
    monkeypatch.setattr(handover, "VOUCHED_FOR", "voucher.said-so")
    second = Operator("manager2", frozenset({"manager"}))
    handover.hand_over_codes_or_serials(
        world.session("field1"), [serial], handover.HandOverHow(despite="told so", second=second)
    )
    assert found_by_check(world)["given-as-due"] == [serial]


def test_a_programme_may_forbid_that_anybody_answers_for_it(
    typed: Told, world: World, issued: list[Family], operators: None, poplars: tuple[str, str]
) -> None:
    dead, *_ = taken_out(typed, issued)
    serial = serial_of(world, dead)
    typed("programme", "set", "KZ22", "--no-despite", "--reason", "donor", code=3)
    typed("programme", "set", "KZ22", "--no-despite", "--reason", "donor", who="admin1")
    assert "whoever answers for it" in typed("programme", "show", "KZ22")
    despite = ("hand-over", serial, "--despite", "the widow collects", "--witness", "manager2",
               *poplars)
    assert "lets nobody answer" in typed(*despite, who="field1", code=5)
    typed("programme", "set", "KZ22", "--despite", "--reason", "donor", who="admin1")
    assert "Handed over: 1." in typed(*despite, who="field1")


def test_a_voucher_is_not_replaced_for_somebody_who_may_not_receive(
    typed: Told, world: World, issued: list[Family],
) -> None:
    dead, *_ = taken_out(typed, issued)
    serial = serial_of(world, dead)
    assert "they have died" in typed("replace", serial, "--reason", "torn", who="field1", code=5)


def test_a_suspended_persons_vouchers_are_stopped_and_let_go(
    typed: Told, world: World, issued: list[Family],
) -> None:
    _, second, third = issued
    mine = serial_of(world, second.head), serial_of(world, second.head, "nonfood")
    typed("hand-over", *mine, serial_of(world, third.head), who="field1")
    typed("block", mine[1], "--reason", "lost", who="field1")
    said = typed("people", "status", second.head, "suspended", "--stop-vouchers", "--reason",
                 "asked for", who="field1")
    assert f"Stopped vouchers: 1 ({mine[0]})" in said
    assert states(world, *mine) == ["blocked", "blocked"]
    said = typed("people", "status", second.head, "active", "--resume-vouchers", "--reason",
                 "cleared")
    assert f"Vouchers let go again: 1 ({mine[0]})" in said
    assert states(world, *mine) == ["active", "blocked"]
    typed("people", "status", second.head, "suspended", "--resume-vouchers", "--reason", "slip",
          who="field1", code=2)


def test_who_died_can_still_spend_and_whoever_says_so_is_told(
    typed: Told, world: World, issued: list[Family],
) -> None:
    _, second, _ = issued
    mine = serial_of(world, second.head)
    typed("hand-over", mine, who="field1")
    died = ("people", "status", second.head, "dead", "--reason", "illness")
    said = typed(*died, who="field1")
    assert f"Can still be spent: {mine}" in said
    stop = f"cbi people status {second.head} dead --stop-vouchers"
    assert stop in said
    said = typed(*died, "--stop-vouchers", who="field1")
    assert f"Stopped vouchers: 1 ({mine})" in said
    assert "active" not in said
    typed("unblock", mine, "--reason", "the widow spends it", who="field1")
    assert states(world, mine) == ["active"]


def states(world: World, *serials: str) -> list[str]:
    found = dict(held(world, "serial", "state"))
    return [found[serial] for serial in serials]


def test_after_a_void_the_new_head_is_given_what_the_household_is_due(
    typed: Told, world: World, issued: list[Family],
) -> None:
    first, *_ = issued
    home = home_of(world, first.head)
    typed("people", "status", first.head, "dead", "--reason", "illness", who="field1")
    typed("people", "households", "head", home, first.numbers[1], "--reason", "widowed",
          who="field1")
    top_up = ("issue", ROUND, "--top-up", first.numbers[1], "--category", "nonfood", "--amount",
              "20000", "--reason", "the head has died")
    typed(*top_up, who="field1", code=5)
    typed("void", serial_of(world, first.head, "nonfood"), "--reason", "has died")
    typed(*top_up, who="field1")
    typed("batch", "approve", "KZ22-R2-B2", "--yes")
    assert serial_of(world, first.numbers[1], "nonfood")
    assert found_by_check(world) == {}


@pytest.fixture
def voided(typed: Told, world: World, issued: list[Family]) -> Sequence[str]:
    """A household whose head has died and whose aid is void, split in two; gives both new heads."""
    first, *_ = issued
    home = home_of(world, first.head)
    typed("people", "status", first.head, "dead", "--reason", "illness", who="field1")
    typed("people", "households", "head", home, first.numbers[1], "--reason", "widowed",
          who="field1")
    typed("people", "households", "split", first.numbers[2], "--head", first.numbers[2],
          "--reason", "moved out", who="field1")
    typed("void", serial_of(world, first.head, "nonfood"), "--reason", "has died")
    return first.numbers[1:3]


def in_place(number: str) -> tuple[str, str, str, str, str, str, str, str, str, str]:
    return ("issue", ROUND, "--top-up", number, "--category", "nonfood", "--amount", "20000",
            "--reason", "the head has died")


def test_one_alone_stands_in_for_a_split_households_voided_aid(
    typed: Told, world: World, voided: Sequence[str],
) -> None:
    one, two = voided
    typed(*in_place(one), who="field1")
    assert f"{one} was given it, or is about to be" in typed(*in_place(two), who="field1", code=5)
    typed("batch", "approve", "KZ22-R2-B2", "--yes")
    assert f"{one} was given it" in typed(*in_place(two), who="field1", code=5)
    assert found_by_check(world) == {}


def test_nor_the_next_head_nor_who_held_it_and_is_back(
    typed: Told, world: World, voided: Sequence[str], issued: list[Family],
) -> None:
    first, *_ = issued
    one, _ = voided
    (late,) = enrol(world.session("field1"), [a_person(
        "LATE", city="almaty", language="fa", head=False,
        household_ref=f"number:{home_of(world, one)}",
    )]).numbers
    approve_people(world.session("manager1"), [late])
    typed(*in_place(one), who="field1")
    typed("batch", "approve", "KZ22-R2-B2", "--yes")
    typed("people", "households", "head", home_of(world, one), late, "--reason", "told so",
          who="field1")
    typed(*in_place(late), who="field1", code=5)
    typed("people", "status", first.head, "active", "--reason", "it was another")
    typed(*in_place(first.head), who="field1", code=5)
    typed("void", serial_of(world, one, "nonfood"), "--reason", "lost")
    typed(*in_place(late), who="field1")


def test_two_drafts_of_two_offices_at_once_and_what_check_says(
    typed: Told, world: World, voided: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = voided
    with monkeypatch.context() as patched:
        patched.setattr(topping_up, "stood_in_by", lambda *asked, **more: None)
        typed(*in_place(one), who="field1")
        typed(*in_place(two), who="field1")
    said = typed("batch", "approve", "KZ22-R2-B2", "--yes", code=5)
    assert "somebody else was given it in place of the household's voided aid" in said
    world.clock.now += 600_000_000
    for draft in ("KZ22-R2-B2", "KZ22-R2-B3"):
        ledger_approve(world.session("manager1"), draft)
    assert found_by_check(world)["household-aid-once"] == [
        serial_of(world, one, "nonfood"), serial_of(world, two, "nonfood")
    ]


def test_a_top_up_falls_out_with_its_person(
    typed: Told, world: World, issued: list[Family],
) -> None:
    first, *_ = issued
    typed("issue", ROUND, "--top-up", first.head, "--category", "food", "--amount", "2000",
          "--reason", "too small", who="field1")
    typed("people", "status", first.head, "dead", "--reason", "illness", who="field1")
    said = typed("batch", "approve", "KZ22-R2-B2", "--yes", code=5)
    assert "has died" in said


def test_check_names_what_was_made_or_given_out_for_the_dead(
    typed: Told, world: World, drafted: list[Family],
) -> None:
    """The approval and the hand-over of a program that does not look."""
    first, *_ = drafted
    typed("people", "status", first.head, "dead", "--reason", "illness", who="field1")
    world.clock.now += 600_000_000
    ledger_approve(world.session("manager1"), BATCH)
    mine = [serial_of(world, first.head), serial_of(world, first.head, "nonfood")]
    found = found_by_check(world)
    assert found["issued-as-due"] == sorted(mine)
    assert set(mine) & set(found["household-aid-once"])
    with world.ledger.write() as tx:
        voucher = tx.value("SELECT id FROM voucher WHERE serial = :serial", serial=mine[0])
        tx.insert("hand_over", [{
            "id": b"\1" * 16, "voucher": voucher, "given_by": "field1", "witness": None,
            "acknowledged": "signature", "given_at": world.clock.now, "list_hash": None,
            "despite": None,
        }])
    assert found_by_check(world)["given-as-due"] == [mine[0]]
