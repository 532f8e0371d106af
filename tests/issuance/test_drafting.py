"""Drafting: who may receive gets a voucher once; what cannot be is refused with why."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import pytest

from cbi.base.errors import CbiError, Conflict, NotAllowed, NotFound
from cbi.issuance.approving import approve_as_due
from cbi.issuance.comparing import batch_preview
from cbi.issuance.drafting import draft_round, preview
from cbi.ledger.vouchers.approving import approve
from cbi.messages import text
from cbi.people.households import household_aid
from cbi.people.persons import approve as approve_people
from cbi.people.persons import set_flags, set_status, withdraw_consent
from cbi.programmes.batches import batch, cancel, lines_of
from cbi.programmes.rounds import CategoryTerms, EntitlementRule
from tests.conftest import World
from tests.issuance.given import (
    OUTSIDER,
    Family,
    at_noon,
    enrolled,
    issued_to,
    second_round,
    serials_of,
)
from tests.rows import all_rows
from tests.there import there

ROUND = "KZ22-R1"


def refused(code: str) -> pytest.RaisesExc[CbiError]:
    return pytest.raises(Conflict, match=code.replace(".", r"\."))


def words(error: CbiError) -> str:
    told = text(error.code, "en", **error.facts)
    assert "{" not in told
    return told


def test_everybody_who_may_receive_is_on_the_list_with_what_the_rules_give(world: World) -> None:
    families = enrolled(world)
    seen = preview(world.session("field1"), ROUND)
    assert seen.refusal is None
    assert seen.people == 6
    assert [(one.city, one.category, one.vouchers, one.amount_minor) for one in seen.shares] == [
        ("almaty", "food", 5, 7_500_000), ("almaty", "nonfood", 3, 6_000_000),
        ("astana", "food", 1, 1_500_000), ("astana", "nonfood", 1, 2_000_000),
    ]
    heads = {line.beneficiary for line in seen.lines if line.category == "nonfood"}
    assert heads == {family.head for family in families}


def test_a_preview_moves_nothing_and_a_draft_is_what_it_showed(world: World) -> None:
    enrolled(world)
    seen = preview(world.session("field1"), ROUND, "almaty")
    with world.ledger.read() as tx:
        assert tx.value("SELECT count(*) FROM batch") == 0
    made = draft_round(world.session("field1"), ROUND, "almaty")
    with world.ledger.read() as tx:
        assert tuple(lines_of(tx, made.id)) == seen.lines
    assert (made.state, made.voucher_count, made.amount_minor) == (
        "draft", len(seen.lines), seen.amount_minor)


def test_issuing_twice_issues_nothing_twice(world: World) -> None:
    enrolled(world)
    issued_to(world)
    assert preview(world.session("field1"), ROUND).left_out == 10
    with refused("issuance.all-issued"):
        draft_round(world.session("field1"), ROUND)


def test_only_who_came_since_is_on_the_next_draft(world: World) -> None:
    enrolled(world)
    issued_to(world)
    (late,) = enrolled(world, [("almaty", 1, 1, "en")], label="N")
    seen = preview(world.session("field1"), ROUND)
    assert {line.beneficiary for line in seen.lines} == {late.head}


def test_an_open_draft_holds_its_people(world: World) -> None:
    enrolled(world)
    made = draft_round(world.session("field1"), ROUND, "almaty")
    with refused("issuance.draft-open") as caught:
        draft_round(world.session("field2"), ROUND)
    assert made.number in words(caught.value)
    cancel(world.session("field1"), made.number, "wrong city")
    assert draft_round(world.session("field2"), ROUND).voucher_count == 10


def test_who_is_away_withdrew_or_was_never_approved_gets_nothing(world: World) -> None:
    families = enrolled(world)
    set_status(world.session("field1"), families[0].head, "left", "moved", "2022-08-18")
    withdraw_consent(world.session("field1"), families[1].head, date="2022-08-18")
    seen = preview(world.session("field1"), ROUND)
    listed = {line.beneficiary for line in seen.lines}
    assert not listed & {families[0].head, families[1].head}
    assert len(seen.households_without_head) == 1


def test_with_nobody_to_receive_the_refusal_says_who_could(world: World) -> None:
    with refused("issuance.nobody-eligible") as caught:
        draft_round(world.session("field1"), ROUND)
    assert "approved, consenting" in words(caught.value)


def test_a_round_that_is_over_is_not_issued(world: World) -> None:
    enrolled(world)
    at_noon(world, "2022-10-01")
    with refused("issuance.round-over"):
        draft_round(world.session("field1"), ROUND)


def test_a_round_is_issued_on_its_last_day(world: World) -> None:
    enrolled(world)
    at_noon(world, "2022-09-30", 23)
    assert draft_round(world.session("field1"), ROUND).state == "draft"


def test_a_budget_that_does_not_suffice_is_told_to_the_tenge(world: World) -> None:
    enrolled(world)
    with world.ledger.write() as tx:
        tx.run("UPDATE programme SET budget_minor = 15000000")
    seen = preview(world.session("field1"), ROUND)
    assert seen.left_minor == -2_000_000
    with refused("issuance.budget-exceeded") as caught:
        draft_round(world.session("field1"), ROUND)
    assert "20,000\u00a0tenge short" in words(caught.value)


def test_open_drafts_bind_the_budget_too(world: World) -> None:
    enrolled(world)
    with world.ledger.write() as tx:
        tx.run("UPDATE programme SET budget_minor = 15000000")
    draft_round(world.session("field1"), ROUND, "almaty")
    with refused("issuance.budget-exceeded"):
        draft_round(world.session("field1"), ROUND, "astana")


def test_a_budget_cut_since_the_draft_stops_the_approval_and_issues_nothing(world: World) -> None:
    enrolled(world)
    made = draft_round(world.session("field1"), ROUND)
    with world.ledger.write() as tx:
        tx.run("UPDATE programme SET budget_minor = 16999999")
    with refused("ledger.batch-beyond-budget") as caught:
        approve(world.session("manager1"), made.number)
    assert "170,000\u00a0tenge" in words(caught.value)
    with world.ledger.read() as tx:
        assert batch(tx, made.number).state == "draft"
        assert tx.value("SELECT count(*) FROM voucher") == 0


def test_a_budget_may_be_drafted_and_approved_to_its_last_unit(world: World) -> None:
    enrolled(world)
    with world.ledger.write() as tx:
        tx.run("UPDATE programme SET budget_minor = 16999999")
    with refused("issuance.budget-exceeded"):
        draft_round(world.session("field1"), ROUND)
    with world.ledger.write() as tx:
        tx.run("UPDATE programme SET budget_minor = 17000000")
    made = draft_round(world.session("field1"), ROUND)
    assert made.amount_minor == 17_000_000
    assert approve(world.session("manager1"), made.number).state == "approved"


def test_who_drafted_does_not_approve(world: World) -> None:
    enrolled(world)
    made = draft_round(world.session("manager1"), ROUND, "astana")
    with pytest.raises(NotAllowed, match="duties-apart"):
        approve(world.session("manager1"), made.number)


def test_an_unknown_round_is_not_found(world: World) -> None:
    with pytest.raises(NotFound, match="round-unknown"):
        preview(world.session("field1"), "KZ22-R9")


@pytest.mark.parametrize("who", [OUTSIDER, "cashier1", "finance1", "auditor1"])
def test_drafting_is_for_field_staff_and_managers(world: World, who: str) -> None:
    for act in (preview, draft_round):
        with pytest.raises(NotAllowed):
            act(world.session(who), ROUND)


def test_a_rule_that_gives_nobody_anything_is_pointed_out(world: World) -> None:
    enrolled(world)
    idle = EntitlementRule("food", 500_000, "person", flag="disabilty")
    second_round(world, [EntitlementRule("food", 1_000_000, "person"), idle])
    assert preview(world.session("field1"), "KZ22-R2").idle_rules == (idle,)


def test_rules_that_give_nothing_at_all_are_refused(world: World) -> None:
    enrolled(world)
    second_round(world, [EntitlementRule("food", 500_000, "person", age_from=140)])
    with refused("issuance.nothing-due") as caught:
        draft_round(world.session("field1"), "KZ22-R2")
    assert "ages" in text(caught.value.code, "en", **caught.value.facts)


def test_a_rule_per_household_without_heads_says_what_is_missing(world: World) -> None:
    enrolled(world, [("almaty", 3, 2, "fa")])
    world.ledger.transact(lambda tx: tx.run("UPDATE household SET head = NULL"))
    second_round(world, [EntitlementRule("food", 500_000, "household")])
    with refused("issuance.nothing-due-headless") as caught:
        draft_round(world.session("field1"), "KZ22-R2")
    assert "approved head: 1" in text(caught.value.code, "en", **caught.value.facts)


def test_split_and_topped_up_vouchers_are_issued_part_by_part(world: World) -> None:
    (family, *_) = enrolled(world)
    set_flags(world.session("field1"), family.head, ["disability"])
    approve_people(world.session("manager1"), [family.head])
    second_round(
        world,
        [EntitlementRule("food", 1_000_000, "person"),
         EntitlementRule("food", 550_000, "person", flag="disability")],
        terms=[CategoryTerms("food", denominations_minor=(500_000, 200_000))],
    )
    issued = issued_to(world, "almaty", round_code="KZ22-R2")
    assert len(serials_of(world, issued, beneficiary=family.head)) == 3
    assert len(serials_of(world, issued)) == 3 + 4 * 2
    with world.ledger.read() as tx:
        rows = all_rows(tx, "SELECT part, face_minor FROM voucher WHERE beneficiary = :who"
                       " ORDER BY part", who=family.head)
    assert [(row["part"], row["face_minor"]) for row in rows] == [
        (1, 500_000), (2, 500_000), (3, 500_000)]


def test_the_first_round_has_no_round_before(world: World) -> None:
    enrolled(world)
    assert preview(world.session("field1"), ROUND).comparison is None


@pytest.fixture
def two_rounds(world: World) -> tuple[list[Family], Family]:
    """The first round issued; then one left, one came, one household got its flag."""
    families = enrolled(world)
    issued_to(world)
    set_status(world.session("field1"), families[1].head, "left", "moved", "2022-08-18")
    set_flags(world.session("field1"), families[2].head, ["disability"])
    approve_people(world.session("manager1"), [families[2].head])
    (late,) = enrolled(world, [("astana", 1, 1, "en")], label="N")
    second_round(world, [
        EntitlementRule("food", 1_500_000, "person"),
        EntitlementRule("food", 4_000_000, "person", flag="disability"),
    ])
    return families, late


def test_against_the_last_round_it_shows_who_is_new_dropped_out_and_gets_more(
    world: World, two_rounds: tuple[list[Family], Family],
) -> None:
    families, late = two_rounds
    seen = there(preview(world.session("field1"), "KZ22-R2").comparison)
    assert seen.before == ROUND
    assert [one.beneficiary for one in seen.new] == [late.head]
    assert [(one.beneficiary, one.was_minor) for one in seen.dropped] == [
        (families[1].head, 3_500_000)]
    assert [(one.beneficiary, one.was_minor, one.is_minor) for one in seen.more] == [
        (families[2].head, 3_500_000, 5_500_000)]
    assert {one.beneficiary for one in seen.less} == {families[0].head, families[3].head}
    assert seen.same == 2


def test_a_city_alone_does_not_miss_the_people_of_other_cities(
    world: World, two_rounds: tuple[list[Family], Family],
) -> None:
    families, late = two_rounds
    seen = there(preview(world.session("field1"), "KZ22-R2", "astana").comparison)
    assert [one.beneficiary for one in seen.new] == [late.head]
    assert seen.dropped == ()
    assert [one.beneficiary for one in seen.less] == [families[3].head]


def test_what_an_approver_sees_stays_the_same_when_it_is_approved(
    world: World, two_rounds: tuple[list[Family], Family],
) -> None:
    made = draft_round(world.session("field1"), "KZ22-R2")
    before = batch_preview(world.session("manager1"), made.number)
    assert before.comparison == preview(world.session("field1"), "KZ22-R2").comparison
    assert before.drafted_minor == made.amount_minor
    approve(world.session("manager1"), made.number)
    after = batch_preview(world.session("auditor1"), made.number)
    assert (after.comparison, after.shares, after.left_minor) == (
        before.comparison, before.shares, before.left_minor)
    with pytest.raises(NotAllowed):
        batch_preview(world.session("cashier1"), made.number)


def test_a_second_batch_of_a_round_counts_with_the_first(
    world: World, two_rounds: tuple[list[Family], Family],
) -> None:
    issued_to(world, "almaty", round_code="KZ22-R2")
    (later,) = enrolled(world, [("almaty", 1, 1, "ru")], label="X")
    seen = there(preview(world.session("field1"), "KZ22-R2", "almaty").comparison)
    assert [one.beneficiary for one in seen.new] == [later.head]
    assert len(seen.dropped) == 1


def test_what_is_written_is_made_ready_before_the_lock_that_tills_wait_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whom households' aid counts: half of the time went to it."""
    enrolled(world)
    held, made = [False], set[bool]()
    write = type(world.ledger).write

    @contextmanager
    def holding(ledger: Any) -> Iterator[Any]:
        with write(ledger) as tx:
            held[0] = True
            try:
                yield tx
            finally:
                held[0] = False

    def row(one: Any) -> dict[str, Any]:
        made.add(held[0])
        return asdict(one)

    monkeypatch.setattr(type(world.ledger), "write", holding)
    monkeypatch.setattr(household_aid, "asdict", row)
    number = draft_round(world.session("field1"), ROUND).number
    approve_as_due(world.session("manager1"), number)
    assert made == {False}
