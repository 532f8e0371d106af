"""Extending: a reason, a second operator, the last day whole; and expiring by the calendar."""


import pytest

from cbi.base.errors import CbiError, Conflict, NotAllowed, NotFound, UsageError
from cbi.distribution.extension import (
    Extended,
    approve_extension,
    extend_object,
    extensions,
    refuse_extension,
)
from cbi.issuance.drafting import draft_round
from cbi.ledger.invariants import check_ledger
from cbi.ledger.vouchers.changes import expire_due, void
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.messages import text
from tests.conftest import World
from tests.issuance.given import OUTSIDER, at_noon, enrolled, log_of, second_round, state_of
from tests.rows import all_rows
from tests.there import there
from tests.vouchers import Paper, in_hand, issued

DAY = "2022-10-31"
BATCH, ROUND = "KZ22-R1-B1", "KZ22-R1"


def ask(
    world: World, name: str, *, who: str = "field1", until: str = DAY,
    reason: str = "snow closed the road",
) -> Extended:
    return extend_object(world.session(who), name, until, reason)


def until_of(world: World, serial: str) -> str:
    with world.ledger.read() as tx:
        return str(tx.value(
            "SELECT valid_until FROM voucher WHERE serial = :serial", serial=serial
        ))


def sound(world: World) -> None:
    with world.ledger.read() as tx:
        assert not [found for found in check_ledger(tx) if found.wrong]


def refused(kind: type[CbiError], code: str) -> pytest.RaisesExc[CbiError]:
    return pytest.raises(kind, match=code.replace(".", r"\."))


def spend(world: World, paper: Paper, receipt: str = "R1") -> str:
    asked = Redeem(code=paper.code, amount_minor=100_000, store="magnum-almaty-1",
                   receipt=receipt)
    return redeem(world.session("cashier1"), asked).answer


def test_one_voucher_is_extended_at_once_where_duties_are_not_kept_apart(world: World) -> None:
    one, two = in_hand(world, [1_500_000, 1_500_000])
    world.ledger.transact(lambda tx: tx.run("UPDATE programme SET duties_apart = 0"))
    made = ask(world, one.serial.lower(), who="manager2")
    assert (made.serials, made.asked) == ((one.serial,), None)
    assert (until_of(world, one.serial), until_of(world, two.serial)) == (DAY, "2022-09-30")


@pytest.mark.parametrize("who", ["manager1", "manager2", "field1"])
def test_one_voucher_needs_a_second_operator_too(world: World, who: str) -> None:
    (paper,) = in_hand(world, [1_500_000])
    made = ask(world, paper.serial, who=who)
    asked = there(made.asked)
    assert (asked.scope, asked.asked_by) == ("voucher", who)
    assert until_of(world, paper.serial) == "2022-09-30"
    with refused(NotAllowed, "operators"):
        approve_extension(world.session(who), asked.number)
    other = "manager1" if who == "manager2" else "manager2"
    assert approve_extension(world.session(other), asked.number).serials == (paper.serial,)


def test_a_batch_is_extended_when_another_operator_approves(world: World) -> None:
    papers = in_hand(world, [1_500_000] * 3)
    others = in_hand(world, [1_500_000], start=9)
    void(world.session("manager1"), papers[2].serial, "lost")
    asked = there(ask(world, BATCH.lower(), who="manager1").asked)
    with refused(NotAllowed, "operators.duties-apart"):
        approve_extension(world.session("manager1"), asked.number)
    made = approve_extension(world.session("manager2"), asked.number.lower())
    assert made.serials == tuple(paper.serial for paper in papers[:2])
    assert until_of(world, others[0].serial) == "2022-09-30"
    (line,) = log_of(world, "voucher.extend")
    assert (line["operator"], line["object"]) == ("manager2", BATCH)
    assert '"asked_by":"manager1"' in line["detail"].replace(" ", "")
    sound(world)


def test_a_round_lasts_longer_with_all_its_vouchers_and_those_to_come(world: World) -> None:
    enrolled(world)
    second_round(world, valid_from="2022-08-16")
    papers = in_hand(world, [1_500_000], round_code="KZ22-R2")
    asked = there(ask(world, "KZ22-R2", until="2022-12-31").asked)
    approve_extension(world.session("manager1"), asked.number)
    assert until_of(world, papers[0].serial) == "2022-12-31"
    at_noon(world, "2022-12-01")
    assert draft_round(world.session("field1"), "KZ22-R2").state == "draft"
    later = issued(world, [1_500_000], round_code="KZ22-R2", start=50)
    assert until_of(world, later[0].serial) == "2022-12-31"
    sound(world)


def test_a_last_day_moved_behind_the_programs_back_is_found(world: World) -> None:
    second_round(world)
    with world.ledger.write() as tx:
        tx.run("UPDATE round SET valid_until = '2023-12-31' WHERE code = 'KZ22-R2'")
    with world.ledger.read() as tx:
        assert "made-as-logged" in {one.name for one in check_ledger(tx) if one.wrong}


def test_what_is_extended_can_be_spent_on_its_new_last_day_and_not_after(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    at_noon(world, "2022-09-30", 23)
    approve_extension(world.session("manager1"), there(ask(world, paper.serial).asked).number)
    at_noon(world, DAY, 23)
    assert spend(world, paper) == "ok"
    at_noon(world, "2022-11-01", 0)
    assert spend(world, paper, "R2") == "expired"


def test_used_up_and_closed_vouchers_are_passed_over(world: World) -> None:
    used, open_one = in_hand(world, [100_000, 1_500_000])
    assert spend(world, used) == "ok"
    asked = there(ask(world, BATCH).asked)
    assert approve_extension(world.session("manager2"), asked.number).serials == (open_one.serial,)


def test_a_wish_is_decided_once(world: World) -> None:
    in_hand(world, [1_500_000])
    asked = there(ask(world, BATCH).asked)
    approve_extension(world.session("manager2"), asked.number)
    with refused(Conflict, "issuance.extension-decided"):
        approve_extension(world.session("manager2"), asked.number)
    with refused(Conflict, "issuance.extension-decided"):
        refuse_extension(world.session("manager2"), asked.number, "changed my mind")


def test_a_refusal_extends_nothing_and_frees_the_object(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    asked = there(ask(world, BATCH).asked)
    with refused(Conflict, "issuance.extension-waiting"):
        ask(world, BATCH, who="field2")
    with refused(NotAllowed, "operators.role-missing"):
        refuse_extension(world.session("field2"), asked.number, "no")
    told = refuse_extension(world.session("manager2"), asked.number, "the budget ends")
    assert (told.state, told.decision_reason) == ("refused", "the budget ends")
    assert until_of(world, paper.serial) == "2022-09-30"
    again = there(ask(world, BATCH).asked)
    assert again.number != asked.number
    refuse_extension(world.session("field1"), again.number, "taken back")


def test_what_waits_is_listed(world: World) -> None:
    in_hand(world, [1_500_000])
    asked = there(ask(world, BATCH).asked)
    with world.ledger.read() as tx:
        assert [one.number for one in extensions(tx, open_only=True)] == [asked.number]
    approve_extension(world.session("manager2"), asked.number)
    with world.ledger.read() as tx:
        assert extensions(tx, open_only=True) == []
        assert [one.state for one in extensions(tx)] == ["approved"]


@pytest.mark.parametrize(("name", "how", "kind", "code"), [
    ("KZ22-R7", {}, NotFound, "issuance.extension-object-unknown"),
    (BATCH, {"until": "soon"}, UsageError, "ledger.date-unreadable"),
    (BATCH, {"until": "2022-08-01"}, UsageError, "issuance.extension-past"),
    (BATCH, {"until": "2022-09-30"}, Conflict, "issuance.nothing-to-extend"),
    (ROUND, {"until": "2022-09-29"}, Conflict, "issuance.nothing-to-extend"),
    (BATCH, {"reason": " "}, UsageError, "ledger.reason-missing"),
])
def test_what_makes_no_sense_is_refused_in_a_sentence(
    world: World, name: str, how: dict[str, str],
    kind: type[CbiError], code: str,
) -> None:
    in_hand(world, [1_500_000])
    with refused(kind, code) as caught:
        ask(world, name, **how)
    for language in ("en", "ru"):
        assert "{" not in text(caught.value.code, language, **caught.value.facts)


def test_a_wish_that_nothing_open_is_left_for_stays_undecided(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    asked = there(ask(world, BATCH).asked)
    void(world.session("manager1"), paper.serial, "lost")
    with refused(Conflict, "issuance.nothing-to-extend"):
        approve_extension(world.session("manager2"), asked.number)
    with world.ledger.read() as tx:
        assert extensions(tx, open_only=True)


def test_in_a_one_person_office_one_hand_may_do_both(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    with world.ledger.write() as tx:
        tx.run("UPDATE programme SET duties_apart = 0")
    asked = there(ask(world, BATCH, who="manager1").asked)
    assert approve_extension(world.session("manager1"), asked.number).serials == (paper.serial,)


@pytest.mark.parametrize("who", [OUTSIDER, "cashier1", "finance1", "auditor1", "admin1"])
def test_extending_is_for_field_staff_and_managers(world: World, who: str) -> None:
    in_hand(world, [1_500_000])
    asked = there(ask(world, BATCH).asked)
    for act in (
        lambda: ask(world, BATCH, who=who),
        lambda: approve_extension(world.session(who), asked.number),
        lambda: refuse_extension(world.session(who), asked.number, "no"),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(NotAllowed):
        approve_extension(world.session("field2"), asked.number)


def test_what_is_over_expires_as_entries_after_its_last_day_whole(world: World) -> None:
    spent, whole = in_hand(world, [1_500_000, 1_500_000])
    spend(world, spent)
    at_noon(world, "2022-09-30", 23)
    assert expire_due(world.session("finance1")) == []
    at_noon(world, "2022-10-01", 0)
    assert expire_due(world.session("finance1")) == [spent.serial, whole.serial]
    assert state_of(world, spent.serial) == "expired"
    with world.ledger.read() as tx:
        lines = all_rows(tx, "SELECT amount_minor FROM entry WHERE kind = 'expire' ORDER BY id")
    assert sorted(line["amount_minor"] for line in lines) == [1_400_000, 1_500_000]
    assert expire_due(world.session("finance1")) == []
    sound(world)


def test_an_expired_voucher_does_not_wake_up_with_its_batch(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    at_noon(world, "2022-10-02")
    expire_due(world.session("finance1"))
    with pytest.raises(CbiError, match="nothing-to-extend"):
        ask(world, BATCH)
    assert state_of(world, paper.serial) == "expired"
