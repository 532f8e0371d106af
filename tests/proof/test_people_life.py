"""The life of vouchers among people: they die, are suspended, merge, split, change heads and sizes,
take consent back and are erased between every step, and nobody gets more than the rules give.

The model keeps what each household and each person has had; it looks at people as they stand just
before an approval, by other means than the program does.
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cbi.base.errors import CbiError
from cbi.distribution import rules as issuance_rules
from cbi.distribution.handover import hand_over_codes_or_serials
from cbi.distribution.replacement import replace_voucher
from cbi.issuance.approving import approve_as_due
from cbi.issuance.drafting import draft_round
from cbi.issuance.topping_up import TopUp, draft_top_up
from cbi.ledger.ledger_rules import batches_are_their_lists
from cbi.ledger.vouchers import changes
from cbi.people import persons
from cbi.people.matching.deciding import decide, undo
from cbi.people.records.record import BirthDate
from cbi.programmes.batches import cancel
from cbi.programmes.rounds import EntitlementRule
from tests.conftest import World, build, new_world
from tests.issuance.given import a_person, enrolled, second_round
from tests.people.given import CONSENT
from tests.postgres import discard
from tests.rows import all_rows

ROUND = "KZ22-R2"
RULES = [EntitlementRule("food", 1_500_000, "person"),
         EntitlementRule("nonfood", 2_000_000, "household"),
         EntitlementRule("any", 100_000, "member")]
YEAR = 2021
"""That in which the round begins: who is born after it gets nothing."""
FAMILIES = [("almaty", 4, 2, "fa"), ("almaty", 1, 1, "ps"), ("almaty", 2, 2, "ru")]
WATCHED = ("issued-as-due", "given-as-due", "household-aid-once")
TODAY = "2022-08-16"
who = st.integers(0, 11)


class PeopleLife(RuleBasedStateMachine):
    """A ledger with its people, and what each has had."""

    engine = "sqlite"
    server_url = ""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="cbi-people-"))
        self.world: World = new_world(self.engine, self.folder, self.server_url)
        self.had: dict[str, str] = {}
        """Households that have had the round's aid, and to whom it was given."""
        self.stand_in: dict[str, str] = {}
        """Who was topped up in place of the voided aid that was given to somebody."""
        self.counted: set[str] = set()
        """Who was counted in the round's aid by members."""
        self.places: dict[str, int] = {}
        """Places of households that were counted so and are nobody's by name."""
        self.together: set[str] = set()
        """Numbers of one household that became one: a list may have counted that one alone."""
        self.unnamed: dict[str, int | None] = {}
        """How many a household counts that are nobody by name, as the second person saw it who
        approved the first of it; None while nobody of it is approved."""
        self.draft: str | None = None
        self.joined = 0

    def teardown(self) -> None:
        discard(self.world.ledger, self.world.vault)
        shutil.rmtree(self.folder, ignore_errors=True)

    @initialize()
    def found(self) -> None:
        build(self.world)
        first, *_ = enrolled(self.world, FAMILIES)
        self.unnamed[self.home_of(first.head)] = 2
        second_round(self.world, RULES, valid_from=f"{YEAR}-12-20")

    def rows(self, sql: str, **values: object) -> list[dict[str, Any]]:
        with self.world.ledger.read() as tx:
            return all_rows(tx, sql, **values)

    def home_of(self, number: str) -> str:
        return str(self.rows("SELECT household FROM person WHERE number = :number",
                         number=number)[0]["household"])

    def takes_along(self, number: str, home: str) -> None:
        """Who leaves a household that counted more than it could name was one of them."""
        if number not in self.counted and self.places.get(home, 0) > 0:
            self.places[home] -= 1
            self.counted.add(number)

    def may(self, number: str) -> bool:
        """Whether somebody may be given something, by their row alone."""
        row = self.rows("SELECT * FROM person WHERE number = :number", number=number)[0]
        return (row["status"], row["consent"], row["merged_into"], row["erased_at"]) == (
            "active", 1, None, None
        )

    def pick(self, number: int, *, head: bool = False) -> dict[str, Any]:
        rows = self.rows("SELECT * FROM person ORDER BY enrolled_at, number")
        if head:
            rows = [row for row in rows if self.rows(
                "SELECT 1 FROM household WHERE head = :number", number=row["number"]
            )] or rows
        return rows[number % len(rows)]

    def tried(self, act: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """What an act gave, or None if it was refused."""
        self.world.clock.now += 300_000_000
        try:
            return act(*arguments, **named)
        except CbiError:
            return None

    @rule(number=who, word=st.sampled_from(["dead", "suspended", "left", "active"]),
          head=st.booleans())
    def stand(self, number: int, word: str, head: bool) -> None:
        self.tried(persons.set_status, self.world.session("manager1"),
                   self.pick(number, head=head)["number"], word, "told so", TODAY)

    @rule(number=who, back=st.booleans())
    def consent(self, number: int, back: bool) -> None:
        one = self.pick(number)["number"]
        if back:
            self.tried(persons.withdraw_consent, self.world.session("field1"), one, date=TODAY)
        else:
            self.tried(persons.give_consent, self.world.session("field1"), one, CONSENT)

    @rule(number=who)
    def erase(self, number: int) -> None:
        if number == 0:
            one = self.pick(number)["number"]
            self.tried(persons.erase, self.world.session("admin1"), one, "asked for")

    @rule(number=who, size=st.integers(1, 9))
    def resize(self, number: int, size: int) -> None:
        self.tried(persons.set_size, self.world.session("field1"), self.pick(number)["household"],
                   size, reason="counted", date=TODAY)

    @rule(number=who)
    def new_head(self, number: int) -> None:
        one = self.pick(number)
        self.tried(persons.change_head, self.world.session("field1"), one["household"],
                   one["number"], reason="told so", date=TODAY)

    @rule(number=who)
    def split(self, number: int) -> None:
        one = self.pick(number)
        made = self.tried(persons.split, self.world.session("field1"), [one["number"]],
                          head=one["number"], reason="moved out", date=TODAY)
        if made is not None:
            self.takes_along(one["number"], one["household"])
            if one["household"] in self.had:
                self.had[made.number] = self.had[one["household"]]

    @rule(number=who, other=who)
    def join(self, number: int, other: int) -> None:
        one = self.pick(number)
        if self.tried(persons.join, self.world.session("field1"), one["number"],
                      self.pick(other)["household"], reason="moved in", date=TODAY) is not None:
            self.takes_along(one["number"], one["household"])

    @rule(number=who, newborn=st.booleans(), approved=st.booleans())
    def a_child_is_enrolled(self, number: int, newborn: bool, approved: bool) -> None:
        self.joined += 1
        person = a_person(f"J{self.joined}", city="almaty", language="fa", head=False,
                          household_ref=f"number:{self.pick(number)['household']}")
        if newborn:
            born = replace(person.data, birth=BirthDate("", str(YEAR + 1)))
            person = replace(person, data=born)
        made = self.tried(persons.enrol, self.world.session("field1"), [person])
        if made is not None and approved:
            self.tried(persons.approve, self.world.session("manager1"), list(made.numbers))

    @rule(number=who, other=who, again=st.booleans(), doubt=st.booleans())
    def merge(self, number: int, other: int, again: bool, doubt: bool) -> None:
        pair = sorted((self.pick(number)["number"], self.pick(other)["number"]))
        if pair[0] == pair[1]:
            return
        if again:
            self.tried(undo, self.world.session("manager1"), *pair, reason="a slip")
            return
        self.world.ledger.transact(lambda tx: tx.run(
            "INSERT INTO duplicate_pair (first, second, state, strength, evidence, found_at)"
            " VALUES (:first, :second, 'open', 'likely', '[]', 1)"
            " ON CONFLICT (first, second) DO NOTHING", first=pair[0], second=pair[1],
        ))
        if doubt:
            return
        people = {row["number"]: row for row in self.rows("SELECT * FROM person")}
        kept = {self.last(people, one) for one in pair}
        done = self.tried(
            decide, self.world.session("manager1"), *pair, "same", reason="one person"
        )
        if done is not None and len({people[one]["household"] for one in kept}) == 1:
            self.together |= kept

    @precondition(lambda self: self.draft is None)
    @rule()
    def drafts(self) -> None:
        made = self.tried(draft_round, self.world.session("field1"), ROUND)
        self.draft = None if made is None else made.number

    @precondition(lambda self: self.draft is not None)
    @rule()
    def approves(self) -> None:
        before = {row["number"]: row for row in self.rows("SELECT * FROM person")}
        vouchers = self.vouchers()
        drafted = {(row["beneficiary"], row["category"]): row["amount_minor"] for row in self.rows(
            "SELECT l.* FROM batch_line l JOIN batch b ON b.id = l.batch WHERE b.number = :number",
            number=self.draft,
        )}
        if self.tried(approve_as_due, self.world.session("manager1"), self.draft) is None:
            cancel(self.world.session("field1"), str(self.draft), "draft anew")
        self.draft = None
        sizes = {row["number"]: row["size"] for row in self.rows("SELECT * FROM household")}
        doubted = {
            number for row in self.rows(
                "SELECT first, second FROM duplicate_pair WHERE state IN ('open', 'later')"
                " AND strength IN ('certain', 'likely')"
            ) for number in row.values()
        }
        for one in self.vouchers()[len(vouchers):]:
            assert one["beneficiary"] not in doubted, one
            assert one["face_minor"] <= drafted[one["beneficiary"], one["category"]], one
        self.judge(before, vouchers, self.vouchers()[len(vouchers):], sizes)

    def vouchers(self) -> list[dict[str, Any]]:
        return self.rows(
            "SELECT serial, beneficiary, category, face_minor FROM voucher WHERE generation = 0"
            " AND part = 1 AND round = :code ORDER BY serial", code=ROUND,
        )

    def judge(
        self, people: dict[str, Any], old: list[dict[str, Any]], new: list[dict[str, Any]],
        sizes: dict[str, Any],
    ) -> None:
        """Each new voucher is its holder's first, and its household's if it is a household's."""
        held = {(self.last(people, one["beneficiary"]), one["category"]) for one in old}
        homes = {
            people[self.last(people, one["beneficiary"])]["household"]
            for one in old if one["category"] == "nonfood"
        }
        for one in new:
            person = people[one["beneficiary"]]
            assert (person["status"], person["consent"]) == ("active", 1), one
            assert (person["merged_into"], person["erased_at"]) == (None, None), one
            assert person["approved_at"] is not None, one
            assert person["birth_year"] is None or person["birth_year"] <= YEAR, one
            assert (person["number"], one["category"]) not in held, one
            held.add((person["number"], one["category"]))
            if one["category"] == "nonfood":
                assert person["household"] not in {*self.had, *homes}, one
                self.had[person["household"]] = person["number"]
            if one["category"] == "any":
                living = {
                    other["number"] for other in people.values()
                    if other["household"] == person["household"] and other["erased_at"] is None
                    and other["merged_into"] is None and other["status"] in ("active", "suspended")
                }
                before = living & {self.last(people, number) for number in self.counted}
                due = 100_000 * (sizes[person["household"]] - len(before))
                assert one["face_minor"] <= due, one
                fresh = living - before
                self.places[person["household"]] = one["face_minor"] // 100_000 - len(fresh)
                self.counted |= living

    @staticmethod
    def last(people: dict[str, Any], number: str) -> str:
        while people[number]["merged_into"] is not None:
            number = people[number]["merged_into"]
        return number

    @rule(number=who)
    def hand_over(self, number: int) -> None:
        waiting = self.rows("SELECT serial, beneficiary FROM voucher WHERE state = 'issued'"
                            " ORDER BY serial")
        if not waiting:
            return
        one = waiting[number % len(waiting)]
        may = self.may(one["beneficiary"])
        done = self.tried(hand_over_codes_or_serials, self.world.session("field1"), [one["serial"]])
        assert done is not None
        assert bool(done.given) == may, one

    @rule(number=who, kill=st.booleans())
    def close(self, number: int, kill: bool) -> None:
        found = self.rows("SELECT serial, beneficiary FROM voucher WHERE state IN"
                          " ('issued', 'active') ORDER BY serial")
        if not found:
            return
        one = found[number % len(found)]
        act = changes.void if kill else replace_voucher
        done = self.tried(act, self.world.session("manager1"), one["serial"], "torn")
        assert kill or (done is not None) == self.may(one["beneficiary"]), one

    @rule(number=who, falls=st.booleans(), category=st.sampled_from(["food", "nonfood"]))
    def top_up(self, number: int, falls: bool, category: str) -> None:
        """One more voucher, for whom something may befall between its draft and its approval."""
        one = self.pick(number)["number"]
        made = self.tried(draft_top_up, self.world.session("field1"), ROUND,
                          TopUp(one, category, 1_000), "too small")
        if made is None:
            return
        assert self.may(one)
        if falls:
            self.tried(
                persons.set_status, self.world.session("field1"), one, "suspended", "told so", TODAY
            )
        may = self.may(one)
        done = self.tried(approve_as_due, self.world.session("manager1"), made.number)
        assert (done is not None) == may, one
        if done is None:
            cancel(self.world.session("field1"), made.number, "fell out")
        elif category == "nonfood":
            self.stands_in(one)

    def stands_in(self, number: str) -> None:
        """Whoever is topped up with a household's aid and was not given it has it in place of who
        was, and alone, while it is not void."""
        people = {row["number"]: row for row in self.rows("SELECT * FROM person")}
        first = {self.last(people, one["beneficiary"]) for one in self.vouchers()
                 if one["category"] == "nonfood"}
        if number in first:
            return
        home = people[number]["household"]
        given = {who for who in first if people[who]["household"] == home}
        given |= {self.last(people, self.had[home])} if home in self.had else set()
        alive = {
            self.last(people, row["beneficiary"]) for row in self.rows(
                "SELECT beneficiary FROM voucher WHERE round = :code AND category = 'nonfood'"
                " AND state <> 'void'", code=ROUND,
            )
        }
        assert given, number
        for who in given:
            assert alive.isdisjoint({who, self.stand_in.get(who)} - {number}), (number, who)
            self.stand_in[who] = number

    @invariant()
    def no_household_counts_more_than_live_there(self) -> None:
        """A place is that of somebody approved who lives there, or was one's who was; or one of
        those that were approved without a name, with the first of the household."""
        for home in self.rows("SELECT * FROM household"):
            number = home["number"]
            here = self.rows("SELECT * FROM person WHERE household = :home", home=number)
            if not any(
                one["approved_at"] is not None and one["erased_at"] is None for one in here
            ):
                self.unnamed[number] = None
                continue
            places = sum(
                one["approved_at"] is not None and (
                    (one["status"] in ("active", "suspended") and one["merged_into"] is None)
                    or one["erased_at"] is not None or one["number"] in self.together
                ) for one in here
            )
            if self.unnamed.setdefault(number, 0) is None:
                self.unnamed[number] = max(0, home["size"] - places)
            assert home["size"] <= max(1, places + (self.unnamed[number] or 0)), home

    @invariant()
    def check_finds_nothing(self) -> None:
        with self.world.ledger.read() as tx:
            for name in WATCHED:
                assert list(issuance_rules.RULES[name](tx)) == []
            assert list(batches_are_their_lists(tx)) == []


def walk(
    engine: str, server_url: str, examples: int, steps: int, *,
    life: type[PeopleLife] = PeopleLife, shrinks: bool = True,
) -> None:
    """Walk that many lives of that many steps."""
    machine = type("PeopleLife", (life,), {"engine": engine, "server_url": server_url})
    phases = (Phase.explicit, Phase.generate, *((Phase.shrink,) if shrinks else ()))
    run_state_machine_as_test(machine, settings=settings(
        max_examples=examples, stateful_step_count=steps,
        suppress_health_check=list(HealthCheck), phases=phases,
    ))


def test_whatever_befalls_people_nobody_gets_more_than_is_due(
    engine: str, request: pytest.FixtureRequest,
) -> None:
    server = request.getfixturevalue("postgres_url") if engine == "postgresql" else ""
    walk(engine, server, examples=15 if engine == "sqlite" else 3, steps=40, shrinks=False)


@pytest.mark.long
def test_in_hundreds_of_lives_nobody_gets_more_than_is_due(
    engine: str, request: pytest.FixtureRequest,
) -> None:
    server = request.getfixturevalue("postgres_url") if engine == "postgresql" else ""
    walk(engine, server, examples=110 if engine == "sqlite" else 40, steps=60, shrinks=False)
