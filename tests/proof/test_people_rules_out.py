"""Rules of who receives, taken out one at a time in a life told step by step: the judges of the
people's machine see each, and in the same life with the rule in its place they see nothing.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cbi.issuance import approving, due_rules, eligibility, topping_up
from cbi.ledger.vouchers import changes
from cbi.people.households import counting, household_aid, households
from cbi.people.households.counting import size_with
from cbi.people.matching import beneficiaries, deciding, merging
from cbi.people.matching.beneficiaries import eligible
from cbi.people.registration import status
from cbi.storage.transactions import WriteTransaction
from tests.proof.test_people_life import PeopleLife

A, A_CHILD, B, C, C_CHILD, LATE = range(6)
"""The first family's head and member, the second's, the third's two, and who is enrolled later."""


class Told(PeopleLife):
    """A life whose people are named by their place in the story."""

    def found(self) -> None:
        super().found()
        rows = super().rows(
            "SELECT p.number, h.size FROM person p JOIN household h ON h.number = p.household"
            " ORDER BY h.size = 2, h.size = 1 DESC, h.head = p.number DESC"
        )
        by_size = {size: [row["number"] for row in rows if row["size"] == size]
                   for size in (4, 1, 2)}
        self.story = [*by_size[4], *by_size[1], *by_size[2]]

    def pick(self, number: int, *, head: bool = False) -> dict[str, Any]:
        known = {row["number"]: row for row in self.rows("SELECT * FROM person")}
        self.story += sorted(known.keys() - set(self.story))
        return known[self.story[number]]

    def round(self) -> None:
        self.drafts()
        if self.draft is not None:
            self.approves()

    def becomes(self, one: int, other: int, keeps: int) -> None:
        """Two numbers become one, and that one stays."""
        first, second = sorted((self.pick(one)["number"], self.pick(other)["number"]))
        self.world.ledger.transact(lambda tx: tx.run(
            "INSERT INTO duplicate_pair (first, second, state, strength, evidence, found_at)"
            " VALUES (:first, :second, 'open', 'likely', '[]', 1)"
            " ON CONFLICT (first, second) DO NOTHING", first=first, second=second,
        ))
        deciding.decide(self.world.session("manager1"), first, second, "same",
                        reason="one person", keep=self.pick(keeps)["number"])

    def void_aid(self, number: int) -> None:
        (serial,) = (row["serial"] for row in self.rows(
            "SELECT serial FROM voucher WHERE beneficiary = :who AND category = 'nonfood'",
            who=self.pick(number)["number"]))
        changes.void(self.world.session("manager1"), serial, "has died")


def nothing(*_: object, **__: object) -> None:
    """Does nothing."""


def chosen(*conditions: str) -> Callable[[pytest.MonkeyPatch], None]:
    def plant(patch: pytest.MonkeyPatch) -> None:
        for condition in conditions:
            was = beneficiaries.RECEIVES
            assert condition in was
            patch.setattr(beneficiaries, "RECEIVES", was.replace(condition, "1 = 0"))
    return plant


def put(place: object, name: str, value: object) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda patch: patch.setattr(place, name, value)


def in_a_pair(patch: pytest.MonkeyPatch) -> None:
    was = beneficiaries.RECEIVES
    condition = "strength IN ('certain', 'likely')"
    assert condition in was
    patch.setattr(beneficiaries, "RECEIVES", was.replace(condition, "1 = 0"))


def newborns(patch: pytest.MonkeyPatch) -> None:
    original = eligible
    patch.setattr(eligibility, "eligible", lambda *asked, **more: [
        replace(one, birth_year=None) for one in original(*asked, **more)
    ])


def gains(patch: pytest.MonkeyPatch) -> None:
    original = approving._looked

    def looked(tx: WriteTransaction, found: Any, drafted: Any) -> Any:
        seen, due = original(tx, found, drafted)
        return (seen if due is None else replace(seen, gains=())), due

    patch.setattr(approving, "_looked", looked)


def aid_of_the_home_alone(patch: pytest.MonkeyPatch) -> None:
    original = household_aid.aid_had
    patch.setattr(eligibility, "aid_had", lambda tx, code: {
        key: one for key, one in original(tx, code).items() if one.household == key[0]
    })


def anybody_is_topped_up(patch: pytest.MonkeyPatch) -> None:
    chosen("person.status <> 'active'")(patch)


def sizes_at_once(patch: pytest.MonkeyPatch) -> None:
    original = households._resize_after
    patch.setattr(households, "_resize_after", lambda tx, session, number, sizes, **why: original(
        tx, session, number, (sizes[1], sizes[1]), **why
    ))


def places_of_the_merged(patch: pytest.MonkeyPatch) -> None:
    original = size_with
    patch.setattr(status, "size_with", lambda tx, found, word: original(
        tx, replace(found, merged_into=None), word
    ))


def last_places(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(counting, "counted_members", lambda tx, home: ["B-1"])
    patch.setattr(counting, "_parted_since_gone", lambda tx, person: False)


def any_number_stand_in(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(topping_up, "stood_in_by", nothing)
    patch.setattr(approving, "_stood_in", lambda *_: {})
    patch.setattr(due_rules, "stand_ins", lambda tx: ())


def erased(life: Told) -> None:
    life.erase(0)
    life.round()


def doubted(life: Told) -> None:
    life.merge(A, B, again=False, doubt=True)
    life.round()


def unapproved(life: Told) -> None:
    life.a_child_is_enrolled(A, newborn=False, approved=False)
    life.round()


def merged_away(life: Told) -> None:
    life.becomes(C, C_CHILD, C)
    life.round()


def newborn(life: Told) -> None:
    life.a_child_is_enrolled(A, newborn=True, approved=True)
    life.round()


def one_joins_after_the_draft(life: Told) -> None:
    life.drafts()
    life.join(B, A)
    life.approves()


def held_under_another_number(life: Told) -> None:
    life.round()
    life.a_child_is_enrolled(B, newborn=False, approved=True)
    life.becomes(A_CHILD, LATE, LATE)
    life.round()


def suspended_is_topped_up(life: Told) -> None:
    life.round()
    life.stand(B, "suspended", head=False)
    life.top_up(B, falls=False, category="food")


def one_splits_off(life: Told) -> None:
    life.round()
    life.a_child_is_enrolled(B, newborn=False, approved=True)
    life.split(LATE)
    life.round()


def the_third_waits(life: Told, mover: int) -> None:
    for number in (C, C_CHILD):
        life.stand(number, "suspended", head=False)
    life.round()
    life.join(mover, C)
    for number in (C, C_CHILD):
        life.stand(number, "active", head=False)
    life.round()


def counted_moves(life: Told) -> None:
    the_third_waits(life, A_CHILD)


def holder_moves(life: Told) -> None:
    the_third_waits(life, A)


def a_place_is_filled_and_moves(life: Told) -> None:
    for number in (C, C_CHILD):
        life.stand(number, "suspended", head=False)
    life.round()
    life.a_child_is_enrolled(A, newborn=False, approved=True)
    life.join(LATE, C)
    for number in (C, C_CHILD):
        life.stand(number, "active", head=False)
    life.round()


def the_dead_move(life: Told) -> None:
    life.stand(A_CHILD, "dead", head=False)
    life.join(A_CHILD, B)


def the_unapproved_move(life: Told) -> None:
    life.a_child_is_enrolled(A, newborn=False, approved=False)
    life.join(LATE, B)


def the_last_who_waits(life: Told) -> None:
    """The place that a household keeps at least is not that of a child whom nobody approved."""
    life.a_child_is_enrolled(C, newborn=False, approved=False)
    life.stand(C, "dead", head=False)
    life.split(C_CHILD)
    life.join(A_CHILD, C)


def two_become_others_and_one_is_back(life: Told) -> None:
    life.becomes(C, A, A)
    life.becomes(C_CHILD, A, A)
    life.merge(C, A, again=True, doubt=False)


def the_dead_split_off_and_are_back(life: Told) -> None:
    life.stand(A_CHILD, "dead", head=False)
    life.split(A_CHILD)
    life.stand(A_CHILD, "active", head=False)


def one_left_is_split_off_and_back_beside_a_child(life: Told) -> None:
    life.stand(A_CHILD, "left", head=False)
    life.split(A_CHILD)
    life.a_child_is_enrolled(A_CHILD, newborn=True, approved=False)
    life.stand(A_CHILD, "active", head=False)


def one_leaves_becomes_another_and_is_back(life: Told) -> None:
    life.stand(A_CHILD, "left", head=False)
    life.becomes(A_CHILD, C, C)
    life.stand(A_CHILD, "active", head=False)


def one_becomes_another(life: Told) -> None:
    life.becomes(A_CHILD, B, B)


def one_dies(life: Told) -> None:
    life.stand(A_CHILD, "dead", head=False)


def two_stand_in(life: Told) -> None:
    life.round()
    life.void_aid(A)
    life.new_head(A_CHILD)
    life.top_up(A_CHILD, falls=False, category="nonfood")
    life.a_child_is_enrolled(A, newborn=False, approved=True)
    life.new_head(LATE)
    life.top_up(LATE, falls=False, category="nonfood")


TAKEN_OUT = {
    "erased": (chosen("person.erased_at IS NOT NULL", "person.consent = 0"), erased),
    "an undecided pair": (in_a_pair, doubted),
    "approval": (chosen("person.approved_at IS NULL"), unapproved),
    "merged": (chosen("person.merged_into IS NOT NULL"), merged_away),
    "newborn": (newborns, newborn),
    "gains": (gains, one_joins_after_the_draft),
    "what the merged held": (put(eligibility, "merged", lambda tx: {}), held_under_another_number),
    "top-up for anybody": (anybody_is_topped_up, suspended_is_topped_up),
    "split": (put(households, "inherit_aid", nothing), one_splits_off),
    "counted": (put(eligibility, "counted_before", lambda tx, code: {}), counted_moves),
    "whose place was counted": (
        put(households, "take_along", nothing), a_place_is_filled_and_moves),
    "a household's aid of old": (aid_of_the_home_alone, holder_moves),
    "the gone bring places": (put(households, "COUNTED", status.STATUSES), the_dead_move),
    "sizes at once": (sizes_at_once, the_unapproved_move),
    "the last place of who waits": (
        put(households, "approved_members", lambda tx, home: 1), the_last_who_waits),
    "the last place of the merged": (put(
        merging, "_size_again", lambda tx, last, size, living:
        size + last.home_size - last.home_left), two_become_others_and_one_is_back),
    "the last place of the dead": (last_places, the_dead_split_off_and_are_back),
    "the last place beside who waits": (
        put(counting, "_parted_since_gone", lambda tx, person: False),
        one_left_is_split_off_and_back_beside_a_child),
    "who went into another has no place": (
        places_of_the_merged, one_leaves_becomes_another_and_is_back),
    "a merged number's place": (put(merging, "_resize", nothing), one_becomes_another),
    "the place of the dead": (
        put(status, "size_with", lambda tx, found, word: found.household_size), one_dies),
    "one stands in": (any_number_stand_in, two_stand_in),
}


def lived(story: Callable[[Told], None]) -> None:
    """Walk a life as it is told, the judges looking on after it."""
    life = Told()
    try:
        life.found()
        life.no_household_counts_more_than_live_there()
        story(life)
        life.no_household_counts_more_than_live_there()
        life.check_finds_nothing()
    finally:
        life.teardown()


@pytest.mark.parametrize("rule", TAKEN_OUT)
def test_a_rule_taken_out_is_seen(monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    plant, story = TAKEN_OUT[rule]
    lived(story)
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        lived(story)
