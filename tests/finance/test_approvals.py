"""More people as amounts grow: each another, none of whom made it; the last one's yes does it."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest

from cbi.base.errors import CbiError, Conflict, NotAllowed, UsageError
from cbi.finance.decisions.deciding import decide
from cbi.finance.identities import check
from cbi.finance.reconciliation.exceptions import exceptions
from cbi.finance.reconciliation.reconciling import reconcile
from cbi.finance.settling.settlements import approve as agree
from cbi.finance.settling.settlements import pay, settle, transfer
from cbi.ledger.account_rules import duties_tight
from cbi.ledger.invariants import check_ledger
from cbi.ledger.split_rules import splits
from cbi.ledger.vouchers.approving import approve
from cbi.operators import log
from cbi.programmes.approval_tables import ApprovalRule
from cbi.programmes.approvals import approval_rules, in_force, people_for, set_rule
from cbi.programmes.batches import DraftLine, draft
from cbi.programmes.programmes import add_programme, change_programme
from cbi.programmes.rounds import EntitlementRule, add_round
from tests import conftest
from tests.cli.conftest import typing_in
from tests.conftest import ZONE, World
from tests.finance.bills import bought, line, taken_in
from tests.finance.conftest import AUGUST
from tests.polling import polled
from tests.vouchers import in_hand

MORE = {"finance3": {"finance"}, "finance4": {"finance"}, "manager3": {"manager"}}


@pytest.fixture(autouse=True)
def bigger_office(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, roles in MORE.items():
        monkeypatch.setitem(conftest.ROLES, name, roles)


def ask(world: World, kind: str, amount_minor: int, people: int) -> None:
    set_rule(world.session("admin1"), "KZ22", kind, amount_minor, people, "donor's rule")


def drafted(world: World, amount_minor: int, start: int = 1) -> str:
    lines = [DraftLine(f"P-{start:06d}", "almaty", "fa", "food", amount_minor)]
    return draft(world.session("manager1"), "KZ22-R1", lines).number


def settled(world: World) -> str:
    """A bill of 15,000 that agrees, settled by finance1."""
    (paper,) = in_hand(world, [1_500_000])
    bought(world, paper, 1_500_000, "1")
    taken_in(world, [line(paper.serial, "15000", "1")], how=AUGUST)
    reconcile(world.session("finance1"), "MAGNUM-S1")
    return settle(world.session("finance1"), "MAGNUM-S1").number


def disputed(world: World) -> None:
    """A bill with a line of 17,000 where 15,000 were redeemed, and one that nobody knows."""
    (paper,) = in_hand(world, [1_500_000])
    bought(world, paper, 1_500_000, "1")
    taken_in(world, [line(paper.serial, "17000", "1"), line("KZ22-R1-900001", "150")], how=AUGUST)
    reconcile(world.session("finance1"), "MAGNUM-S1")


def too_few(world: World) -> list[tuple[str, object, object]]:
    """What `check` says was done without all its people; every other rule holds."""
    with world.ledger.read() as tx:
        wrong = [one for one in [*check(tx), *check_ledger(tx)] if one.wrong]
    assert {one.name for one in wrong} <= {"enough-people"}
    return [(one.where, one.facts["people"], one.facts["given"])
            for rule in wrong for one in rule.wrong]


def verdicts(world: World) -> list[str | None]:
    with world.ledger.read() as tx:
        return [one.verdict for one in exceptions(tx, statement="MAGNUM-S1")]


def vouchers(world: World) -> int:
    with world.ledger.read() as tx:
        return int(tx.value("SELECT count(*) FROM voucher"))


def test_a_batch_takes_as_many_people_as_its_amount_asks_for(world: World) -> None:
    ask(world, "batch", 2_000_000, 3)
    ask(world, "batch", 1_000_000, 2)
    assert approve(world.session("manager2"), drafted(world, 999_999)).state == "approved"
    number = drafted(world, 1_000_000, start=2)
    assert approve(world.session("manager2"), number).state == "draft"
    assert vouchers(world) == 1
    with pytest.raises(NotAllowed, match="given"):
        approve(world.session("manager2"), number)
    with pytest.raises(NotAllowed, match="duties-apart"):
        approve(world.session("manager1"), number)
    made = approve(world.session("manager3"), number)
    assert (made.state, made.approved_by, vouchers(world)) == ("approved", "manager3", 2)
    assert too_few(world) == []


def test_who_made_it_says_no_yes_even_where_duties_are_not_apart(world: World) -> None:
    change_programme(world.session("admin1"), "KZ22", "one office", duties_apart=False)
    ask(world, "batch", 1, 2)
    with pytest.raises(NotAllowed, match="not-who-made"):
        approve(world.session("manager1"), drafted(world, 500_000))


def test_two_who_say_yes_at_once_are_both_counted(world: World) -> None:
    ask(world, "batch", 1, 2)
    number = drafted(world, 500_000)

    def desk(name: str) -> str:
        ledger = world.again()
        try:
            return approve(replace(world.session(name), ledger=ledger), number).state
        finally:
            ledger.close()

    with ThreadPoolExecutor(2) as pool:
        states = set(pool.map(desk, ["manager2", "manager3"]))
    assert states in ({"approved"}, {"approved", "draft"})
    # who was first may look again only after the second has said yes
    assert (vouchers(world), too_few(world)) == (1, [])


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_rule_set_at_the_same_time_is_before_the_deed_or_after_it(world: World) -> None:
    """Who approves waits for the rule that another is setting, and is then asked by it."""
    number, there = drafted(world, 5_000_000), world.again()

    def approved() -> str:
        try:
            return approve(replace(world.session("manager2"), ledger=there), number).state
        finally:
            there.close()

    with ThreadPoolExecutor() as threads, world.ledger.write() as tx:
        tx.add(ApprovalRule(programme="KZ22", number=1, kind="batch", from_minor=1, people=2,
                            set_by="manager1", set_at=world.clock.now))
        log.record_by(tx, world.session("manager1"), action="approval.rule", object="KZ22")
        approving = threads.submit(approved)
        polled(lambda: tx.value(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
            "AND datname = current_database()",
        ), 30, "nobody waits")
        tx.connection.commit()
        assert approving.result() == "draft"
    assert too_few(world) == []


def test_a_settlement_is_paid_by_the_last_of_its_people(world: World) -> None:
    ask(world, "settlement", 1_500_000, 3)
    number = settled(world)
    with pytest.raises(Conflict, match="needed-settlement"):
        pay(world.session("finance2"), number, "BANK-1")
    with pytest.raises(NotAllowed):
        agree(world.session("finance1"), number)
    assert agree(world.session("manager1"), number)[1].left == 2
    with pytest.raises(Conflict, match="needed-settlement"):
        pay(world.session("finance2"), number, "BANK-1")
    agree(world.session("controller1"), number)
    with pytest.raises(Conflict, match="payer-alone"):
        agree(world.session("manager2"), number)
    transfer(world.session("finance2"), [number], "BANK-1", amount_minor=400_000)
    assert pay(world.session("finance3"), number, "BANK-2").left_minor == 0
    assert too_few(world) == []


def test_who_approves_a_settlement_does_not_pay_it(world: World) -> None:
    ask(world, "settlement", 1_000_000, 2)
    number = settled(world)
    agree(world.session("finance2"), number)
    with pytest.raises(Conflict, match="needed-settlement"):
        pay(world.session("finance2"), number, "BANK-1")
    assert pay(world.session("finance3"), number, "BANK-1").paid_by == "finance3"


def test_an_office_with_one_payer_goes_on_when_the_rule_is_tightened_after_a_part(
    world: World,
) -> None:
    ask(world, "settlement", 1_000_000, 2)
    number = settled(world)
    agree(world.session("manager1"), number)
    transfer(world.session("finance2"), [number], "BANK-1", amount_minor=400_000)
    ask(world, "settlement", 1_000_000, 3)
    with pytest.raises(Conflict, match="needed-settlement"):
        pay(world.session("finance2"), number, "BANK-2")
    with pytest.raises(NotAllowed):
        agree(world.session("manager1"), number)
    assert agree(world.session("controller1"), number)[1].left == 0
    assert pay(world.session("finance2"), number, "BANK-2").left_minor == 0
    assert too_few(world) == []


def test_who_may_pay_and_said_yes_first_pays_with_another_s_yes(world: World) -> None:
    with world.ledger.write() as tx:
        tx.insert("operator", [{
            "name": "finance2", "passphrase_hash": "$argon2id$none", "must_change": 0,
            "tries": "[]", "made_by": "admin1", "made_at": world.clock.now,
        }])
        tx.insert("operator_role", [{"operator": "finance2", "role": "finance"}])
    ask(world, "settlement", 1_000_000, 2)
    number = settled(world)
    agree(world.session("finance2"), number)
    agree(world.session("manager1"), number)
    assert pay(world.session("finance2"), number, "BANK-1").paid_by == "finance2"
    assert too_few(world) == []


def test_what_was_split_to_stay_under_a_limit_is_told_and_breaks_nothing(world: World) -> None:
    ask(world, "batch", 2_000_000, 2)
    numbers = [drafted(world, 1_500_000, start) for start in (1, 2)]
    for number in numbers:
        approve(world.session("manager2"), number)
    with world.ledger.read() as tx:
        told, = splits(tx)
    assert told.where == ", ".join(numbers)
    assert (told.what, told.facts["people"]) == ("approvals.split-batch", 2)
    assert told.facts["operator"] == "manager1"
    assert too_few(world) == []


def test_what_took_its_people_one_by_one_is_not_told_as_split(world: World) -> None:
    ask(world, "batch", 1_000_000, 2)
    for start in (1, 2):
        number = drafted(world, 1_500_000, start)
        approve(world.session("manager2"), number)
        approve(world.session("manager3"), number)
    with world.ledger.read() as tx:
        assert list(splits(tx)) == []


def test_a_decision_is_made_once_enough_people_say_the_same(world: World) -> None:
    ask(world, "decision", 1_600_000, 2)
    disputed(world)
    reasons = {"MAGNUM-S1/1": "the till took 15 000"}
    say = partial(decide, references=[*reasons], reason="the till took 15 000")
    with pytest.raises(NotAllowed, match="not-who-made"):
        say(world.session("finance1"), verdict="accept")
    (first,) = say(world.session("finance2"), verdict="accept")
    assert (first.left, first.verdict) == (1, None)
    (other,) = say(world.session("finance3"), verdict="reject")
    assert other.left == 1
    assert say(world.session("finance3"), verdict="ask")[0].verdict == "ask"
    assert verdicts(world) == ["ask", None]
    assert say(world.session("finance4"), verdict="accept")[0].left == 0
    assert decide(world.session("finance1"), ["MAGNUM-S1/2"], "reject", "not ours")[0].left == 0
    assert verdicts(world) == ["accept", "reject"]
    number = settle(world.session("finance1"), "MAGNUM-S1").number
    for name in ("finance2", "finance3", "finance4"):
        with pytest.raises(NotAllowed, match="duties-apart"):
            pay(world.session(name), number, "BANK-1")
    assert too_few(world) == []


def test_a_yes_counts_for_one_decision_alone(world: World) -> None:
    ask(world, "decision", 1, 2)
    disputed(world)
    for verdict, names in (("accept", (2, 3)), ("reject", (2, 4))):
        for name in names:
            decide(world.session(f"finance{name}"), ["MAGNUM-S1/1"], verdict, "seen")
    assert decide(world.session("finance4"), ["MAGNUM-S1/1"], "accept", "after all")[0].left == 1
    assert verdicts(world)[0] == "reject"
    decide(world.session("finance3"), ["MAGNUM-S1/1"], "accept", "after all")
    assert (verdicts(world)[0], too_few(world)) == ("accept", [])


def test_check_finds_what_was_done_without_its_people(world: World) -> None:
    number = settled(world)
    pay(world.session("finance2"), number, "BANK-1")
    taken_in(world, [line("KZ22-R1-900001", "150")], name="two.csv", how=AUGUST)
    reconcile(world.session("finance1"), "MAGNUM-S2")
    decide(world.session("finance1"), ["MAGNUM-S2/1"], "reject", "not ours")
    assert too_few(world) == []
    with world.ledger.write() as tx:
        tx.add(*(ApprovalRule(programme="KZ22", number=at, kind=kind, from_minor=1, people=2,
                              set_by="admin1", set_at=1)
                 for at, kind in enumerate(("batch", "settlement", "decision"), 1)))
    assert too_few(world) == [("KZ22-R1-B1", 2, 0), ("MAGNUM-P1", 2, 0), ("MAGNUM-S2/1", 2, 0)]


def test_a_round_made_later_asks_for_nobody_before_it(world: World) -> None:
    """What was paid and decided before a retailer took a stricter programme's vouchers stands."""
    add_programme(world.session("manager1"), code="B", name="Other", currency="KZT", zone=ZONE,
                  budget_minor=10**9)
    for kind in ("settlement", "decision"):
        set_rule(world.session("admin1"), "B", kind, 1, 2, "donor's rule")
    disputed(world)
    for one, verdict in ((1, "accept"), (2, "reject")):
        decide(world.session("finance2"), [f"MAGNUM-S1/{one}"], verdict, "seen")
    pay(world.session("finance3"), settle(world.session("finance1"), "MAGNUM-S1").number, "BANK-1")
    assert too_few(world) == []
    rule = EntitlementRule("food", 1_500_000, "person")
    add_round(world.session("manager1"), "B-R1", "B", "2022-08-16", "2022-09-30",
              entitlements=[rule], retailers={"food": ["magnum"]})
    assert too_few(world) == []
    taken_in(world, [line("KZ22-R1-900001", "150")], name="two.csv", how=AUGUST)
    reconcile(world.session("finance1"), "MAGNUM-S2")
    assert decide(world.session("finance2"), ["MAGNUM-S2/1"], "reject", "not ours")[0].left == 1


def test_a_slow_clock_turns_no_honest_ledger_red(world: World) -> None:
    """What was done before a rule counts as before it, though another office's clock says after."""
    number = settled(world)
    transfer(world.session("finance2"), [number], "BANK-1", amount_minor=400_000)
    world.clock.now -= 3_600_000_000
    ask(world, "settlement", 1, 2)
    assert too_few(world) == []
    agree(world.session("manager1"), number)
    pay(world.session("finance2"), number, "BANK-2")
    assert too_few(world) == []
    world.clock.now += 7_200_000_000
    ask(world, "batch", 1, 2)
    ask(world, "batch", 1, 1)
    world.clock.now -= 3_600_000_000
    approve(world.session("manager2"), drafted(world, 500_000, start=2))
    assert too_few(world) == []


def test_a_rule_is_said_once_and_loosening_it_is_told(world: World) -> None:
    manager = world.session("manager1")
    for kind, amount, people in (("wage", 1, 2), ("batch", 0, 2), ("batch", 1, 4), ("batch", 1, 0)):
        with pytest.raises(UsageError):
            set_rule(manager, "KZ22", kind, amount, people, "why")
    ask(world, "batch", 100, 3)
    with pytest.raises(Conflict, match="set-already"):
        ask(world, "batch", 100, 3)
    with pytest.raises(NotAllowed):
        set_rule(world.session("finance1"), "KZ22", "batch", 100, 1, "quicker")
    with pytest.raises(NotAllowed):
        set_rule(manager, "KZ22", "batch", 100, 2, "quicker")
    ask(world, "batch", 100, 1)
    with world.ledger.read() as tx:
        assert in_force(approval_rules(tx)) == []
        assert [one.what for one in duties_tight(tx)] == ["approvals.loosened-batch"]


def test_the_most_that_any_rule_asks_for_holds() -> None:
    rules = [ApprovalRule(programme="A", number=number, kind="batch", from_minor=first,
                          people=people, set_by="x", set_at=number)
             for number, first, people in ((1, 100, 2), (2, 500, 3), (3, 900, 2))]
    asked = [people_for(in_force(rules), "batch", amount, ["A"]) for amount in (99, 100, 500, 900)]
    assert asked == [1, 2, 3, 3]
    assert people_for(in_force(rules), "batch", 900, ["B"]) == 1
    assert people_for(in_force(rules), "settlement", 900, ["A"]) == 1
    assert people_for(in_force(rules[:1]), "batch", 900, ["A"]) == 2


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_typed(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    cbi = typing_in(world, capsys)

    def done(*words: str, who: str = "manager1") -> str:
        code, out, err = cbi(*words, "--yes", who=who)
        assert code == 0, err
        return out

    for kind in ("batch", "settlement", "decision"):
        out = done("programme", "approvals", "KZ22", "--kind", kind, "--from", "10000",
                   "--people", "2", "--reason", "donor")
    assert "decisions on exceptions" in out
    assert "согласовать" in cbi("programme", "approvals", "KZ22", "--kind", "batch", "--from",
                                "1", "--people", "3", "--reason", "x", lang="ru")[1]
    assert "10\u00a0000" in done("programme", "approvals", "KZ22", who="auditor1")
    drafted(world, 1_500_000)
    done("programme", "approvals", "KZ22", "--kind", "batch", "--from", "1", "--people", "1",
         "--reason", "typed by mistake", who="admin1")
    _, out, _ = cbi("waiting", "--json", who="manager2")
    assert [(one["what"], one["count"]) for one in json.loads(out)
            if one["object"] == "KZ22-R1-B1"] == [("batch-several", 2)]
    with pytest.raises(CbiError):
        approve(world.session("manager1"), "KZ22-R1-B1")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_takes_several_is_seen_by_those_who_are_left(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    cbi = typing_in(world, capsys)
    disputed(world)
    ask(world, "decision", 1_000_000, 2)
    ask(world, "settlement", 1_000_000, 2)
    out = cbi("exception", "decide", "accept", "MAGNUM-S1/1", "--reason", "seen",
              who="finance2")[1]
    assert "Still needed: 1 person" in out
    assert "1 of 2: finance2" in " ".join(cbi("exception", "list", who="finance3")[1].split())
    assert "more people have to decide alike: 1" in cbi("waiting", who="finance3")[1]
    assert "decide alike" not in cbi("waiting", who="finance2")[1]
    assert "accept" in cbi("exception", "decide", "accept", "MAGNUM-S1/1", "--reason", "seen",
                           who="finance3")[1]
    cbi("settle", "MAGNUM-S1", "--yes", who="finance1")
    assert "cbi settlement approve MAGNUM-P1" in cbi("waiting", who="manager1")[1]
    assert "Still needed: 1 person" in cbi("settlement", "approve", "MAGNUM-P1", "--yes")[1]
    assert "MAGNUM-P1" not in cbi("waiting", who="manager1")[1]
    code, _, err = cbi("pay", "MAGNUM-P1", "--reference", "B-1", "--yes", who="finance2")
    assert (code, "the other half" in err) == (3, True), err
    assert cbi("pay", "MAGNUM-P1", "--reference", "B-1", "--yes", who="finance4")[0] == 0
