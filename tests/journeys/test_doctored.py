"""A ledger doctored to hold each thing that must not be: check names the serial or the person.

The insider has the keys: what was done is done through the program with one of its rules taken
out, so that every row is vouched for, and the rule of the case must name it by itself. Where a case
has no rule of its own, the file is written behind the program's back.
"""

from collections.abc import Callable
from typing import Any

import pytest

from cbi.base.clock import DAY_US, instant_on
from cbi.context import check_everything
from cbi.distribution import handover as handing_over
from cbi.distribution.handover import hand_over_codes_or_serials
from cbi.issuance import approving, eligibility
from cbi.issuance.drafting import draft_round
from cbi.ledger.vouchers import late_deciding, named_days
from cbi.ledger.vouchers.approving import approve as approve_unseen
from cbi.ledger.vouchers.changes import expire_due
from cbi.ledger.vouchers.late import Sale, bring_in
from cbi.ledger.vouchers.reading import by_serial
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.operators.digests import vouching_keys
from cbi.people import persons
from cbi.people.matching.deciding import decide
from tests.cli.test_due import BATCH, BOTH, ROUND
from tests.conftest import ZONE, World
from tests.issuance.given import Family, enrolled, second_round
from tests.issuance.given import issued_to as issued_as_due
from tests.rows import all_rows
from tests.vouchers import Paper, in_hand

STORE, DAY = "magnum-almaty-1", "2022-08-19"


@pytest.fixture
def families(world: World) -> list[Family]:
    found = enrolled(
        world, [("almaty", 3, 3, "fa"), ("almaty", 1, 1, "ps"), ("almaty", 2, 2, "ru")]
    )
    second_round(world, BOTH)
    return found


@pytest.fixture
def named(world: World) -> Callable[[str], list[str]]:
    """What `check` names under a rule, with the keyring at hand."""

    def names(rule: str) -> list[str]:
        with world.ledger.read() as tx:
            found = {one.name: one.wrong
                     for one in check_everything(tx, keys=vouching_keys(world.keys))}
        assert found["rows-vouched"] == ()
        return [wrong.where for wrong in found[rule]]

    return names


def serials(world: World, *numbers: str, code: str = ROUND) -> list[str]:
    with world.ledger.read() as tx:
        return [row["serial"] for row in all_rows(tx,
            "SELECT serial, beneficiary FROM voucher WHERE round = :code ORDER BY serial",
            code=code) if not numbers or row["beneficiary"] in numbers]


def drafted(world: World) -> None:
    draft_round(world.session("field1"), ROUND)
    world.clock.now += 600_000_000


def dies(world: World, number: str) -> None:
    persons.set_status(world.session("field1"), number, "dead", "told so", DAY)


def is_suspended(world: World, number: str) -> None:
    persons.set_status(world.session("field1"), number, "suspended", "told so", DAY)


def takes_consent_back(world: World, number: str) -> None:
    persons.withdraw_consent(world.session("field1"), number, date=DAY)


def is_erased(world: World, number: str) -> None:
    persons.erase(world.session("admin1"), number, "asked for")


def is_merged(world: World, number: str) -> None:
    with world.ledger.read() as tx:
        other = tx.value("SELECT min(number) FROM person WHERE number <> :one", one=number)
    first, second = sorted((number, other))
    world.ledger.transact(lambda tx: tx.insert("duplicate_pair", [{
        "first": first, "second": second, "state": "open", "strength": "likely",
        "evidence": "[]", "found_at": 1, "decided_by": None, "decided_at": None,
    }]))
    decide(world.session("manager1"), first, second, "same", reason="one person", keep=other)


BEFALLS = [dies, is_suspended, takes_consent_back, is_erased, is_merged]


@pytest.mark.parametrize("befalls", BEFALLS, ids=lambda one: one.__name__)
def test_case_1_and_3_a_voucher_made_for_somebody_who_might_not_receive(
    world: World, families: list[Family], named: Callable[[str], list[str]],
    befalls: Callable[..., object]
) -> None:
    number = families[2].numbers[1]
    drafted(world)
    befalls(world, number)
    world.clock.now += 600_000_000
    approve_unseen(world.session("manager1"), BATCH)
    assert named("issued-as-due") == serials(world, number)


def test_case_2_a_household_that_has_its_aid_twice(
    world: World, families: list[Family], named: Callable[[str], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, *_ = families
    issued_as_due(world, round_code=ROUND)
    persons.set_status(world.session("field1"), first.head, "dead", "told so", DAY)
    persons.change_head(world.session("field1"), home_of(world, first.head), first.numbers[1],
                        reason="widowed", date=DAY)
    for name in ("aid_had", "counted_before"):
        monkeypatch.setattr(eligibility, name, lambda tx, code: {})
    monkeypatch.setattr(approving, "put_aid", lambda *_: None)
    before = set(serials(world))
    issued_as_due(world, round_code=ROUND)
    assert named("household-aid-once") == sorted(set(serials(world)) - before)


def home_of(world: World, number: str) -> str:
    with world.ledger.read() as tx:
        return str(tx.value("SELECT household FROM person WHERE number = :one", one=number))


def test_case_2_and_4_aid_of_another_amount_than_its_voucher(
    world: World, families: list[Family], named: Callable[[str], list[str]],
) -> None:
    issued_as_due(world, round_code=ROUND)
    home = home_of(world, families[0].head)
    world.ledger.transact(lambda tx: tx.insert("household_aid", [{
        "round": ROUND, "household": home, "category": "food", "beneficiary": families[0].head,
        "batch": b"\1" * 16, "amount_minor": 500_000, "people": 9, "split_from": None,
    }]))
    assert named("household-aid-once") == [home]


def test_case_3_somebody_merged_into_nobody_and_a_head_of_another_home(
    world: World, families: list[Family], named: Callable[[str], list[str]],
) -> None:
    first, second, _ = families
    world.ledger.transact(lambda tx: tx.run(
        "UPDATE person SET merged_into = 'B-000-000-000' WHERE number = :one", one=second.head
    ))
    world.ledger.transact(lambda tx: tx.run(
        "UPDATE household SET head = :other WHERE head = :one", one=first.head, other=second.head
    ))
    assert named("merged-into-somebody") == [second.head]
    assert named("households-whole") == [home_of(world, first.head)]


@pytest.mark.parametrize("befalls", BEFALLS, ids=lambda one: one.__name__)
def test_case_5_a_voucher_given_out_for_somebody_who_may_not_receive(
    world: World, families: list[Family], named: Callable[[str], list[str]],
    monkeypatch: pytest.MonkeyPatch, befalls: Callable[..., object]
) -> None:
    number = families[2].numbers[1]
    issued_as_due(world, round_code=ROUND)
    befalls(world, number)
    world.clock.now += 600_000_000
    monkeypatch.setattr(handing_over, "refuse_for", lambda *_: None)
    given = hand_over_codes_or_serials(world.session("field2"), serials(world, number))
    assert given.given
    assert named("given-as-due") == serials(world, number)


def test_case_11_a_hand_over_on_a_day_to_come(
    world: World, named: Callable[[str], list[str]],
) -> None:
    (paper,) = in_hand(world, [1_500_000], handed_at=world.clock.now + 3 * DAY_US)
    # once for its day, once as the ledger's own function leaves no evidence beside it
    assert named("hand-overs-on-record") == [paper.serial] * 2


def test_case_7_a_sale_before_the_hand_over(
    world: World, named: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch,
) -> None:
    (paper,) = in_hand(world, [1_500_000])
    monkeypatch.setattr(named_days, "must_be_in_hands", lambda *_: None)
    sold(world, paper, "2022-08-17")
    assert named("spent-in-hands") == [f"{paper.serial}/3"]


def test_case_7_a_late_sale_that_no_manager_accepted(
    world: World, named: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch,
) -> None:
    (paper,) = in_hand(world, [1_500_000])
    world.clock.now = instant_on("2022-09-10", 10, ZONE)
    monkeypatch.setattr(named_days, "lateness_by", lambda *_: None)
    sold(world, paper, "2022-08-21")
    assert named("late-accepted") == [f"{paper.serial}/3"]


def sold(world: World, paper: Paper, day: str) -> None:
    said = redeem(world.session("cashier1"), Redeem(
        code=paper.code, amount_minor=100_000, store=STORE, receipt=f"R-{day}",
        occurred_at=instant_on(day, 15, ZONE),
    ))
    assert said.answer == "ok"


def honoured(world: World, paper: Paper, day: str, by: str = "manager2") -> None:
    """A sale of that day, brought in after its voucher expired, and accepted."""
    world.clock.now = instant_on("2022-10-03", 10, ZONE)
    expire_due(world.session("manager1"))
    with world.ledger.read() as tx:
        voucher = by_serial(tx, paper.serial)
    sale = Sale(voucher.id, STORE, "R9", None, 100_000, instant_on(day, 15, ZONE))
    brought = bring_in(world.session("finance1"), sale, "expired")
    late_deciding.accept_late(world.session(by), brought.number)


def test_case_8_what_expired_comes_back_without_a_managers_yes(
    world: World, named: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch,
) -> None:
    (paper,) = in_hand(world, [1_500_000])
    monkeypatch.setattr(late_deciding, "_decided", lambda tx, session, sale, at, **_: sale)
    honoured(world, paper, "2022-09-29")
    assert f"{paper.serial}/4" in named("late-accepted")


def test_case_8_what_is_honoured_was_sold_after_the_last_day(
    world: World, named: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch,
) -> None:
    (paper,) = in_hand(world, [1_500_000])
    monkeypatch.setattr(late_deciding, "_must_stand", lambda *_: None)
    honoured(world, paper, "2022-10-01")
    assert named("in-valid-time") == [f"{paper.serial}/5"]


def test_case_10_somebody_erased_who_is_there_again(
    world: World, families: list[Family], named: Callable[[str], list[str]],
) -> None:
    _, second, _ = families
    is_erased(world, second.head)
    world.ledger.transact(lambda tx: tx.run(
        "UPDATE person SET erased_at = NULL WHERE number = :one", one=second.head
    ))
    assert named("erased-on-record") == [second.head]


BEHIND: list[Any] = [
    pytest.param("UPDATE household SET size = 9 WHERE number = :home", "household", id="4-size"),
    pytest.param("UPDATE person SET sex = 'm' WHERE number = :one", "person", id="6-sex"),
    pytest.param("UPDATE person SET birth_year = 1900 WHERE number = :one", "person",
                 id="6-birth-year"),
    pytest.param("UPDATE person SET language = 'en' WHERE number = :one", "person",
                 id="9-language"),
]


@pytest.mark.parametrize(("sql", "table"), BEHIND)
def test_a_fact_of_somebody_changed_behind_the_program(
    world: World, families: list[Family], named: Callable[[str], list[str]], sql: str, table: str,
) -> None:
    first, *_ = families
    keys = {"one": first.head, "home": home_of(world, first.head)}
    with world.ledger.write() as tx:
        tx.following = None
        for name, value in keys.items():
            sql = sql.replace(f":{name}", f"'{value}'")
        tx.run(sql)
    assert named("rows-as-said") == [f"{table} {keys['one' if table == 'person' else 'home']}"]
