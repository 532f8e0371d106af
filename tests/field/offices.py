"""Offices for some weeks: files that are lost, late, doubled and out of order, clocks days off, a
laptop stolen, and a main office that goes on meanwhile. What must come of it is told by a model of
a few lines that shares nothing with the program.
"""

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pytest

from cbi.base.clock import DAY_US
from cbi.base.errors import Conflict
from cbi.distribution.handover import hand_over_codes_or_serials
from cbi.field import work
from cbi.field.events import LaptopEvent, read_events
from cbi.field.laptop import Laptop
from cbi.field.pairing import recall
from cbi.ledger.vouchers.changes import void
from cbi.people.persons import NewFacts, change_facts, set_status
from tests.conftest import World
from tests.field.given import FieldOffice, field_operators, paired
from tests.issuance.given import enrolled, issued_to

HOUR_US = DAY_US // 24
LOST, DOUBLED, DAYS_ON_THE_WAY = 0.25, 0.2, 4
CLOCK_OFF_US = 48 * HOUR_US
DEEDS = ("void", "give", "move", "bar", "give", "give")
"""What may happen at the main office in a day."""


class OnTheWay(NamedTuple):
    """A file that somebody carries: to whom (a laptop, or the main office), and the day it comes.
    `number` is a bundle's, or how many events a file has."""

    laptop: str
    out: bool
    path: Path
    day: int
    number: int


@dataclass
class Model:
    """What is true, by serial and by laptop, as somebody would write it on a blackboard."""

    state: dict[str, str] = field(default_factory=dict)
    person: dict[str, str] = field(default_factory=dict)
    moved_on: dict[str, int] = field(default_factory=dict)
    barred: set[str] = field(default_factory=set)
    taken: dict[str, int] = field(default_factory=dict)
    sent_on: dict[tuple[str, int], int] = field(default_factory=dict)
    recalled: set[str] = field(default_factory=set)
    fates: dict[tuple[str, int], str] = field(default_factory=dict)

    def expect(self, laptop: str, fresh: list[LaptopEvent]) -> list[str]:
        """What each new event must come to, and what is true from then on."""
        found = []
        for place, one in enumerate(fresh):
            undone = False
            for later in fresh[place + 1 :]:
                if later.serial == one.serial and later.kind in ("undo", "hand-over"):
                    undone = later.kind == "undo"
                    break
            fate = "noted" if one.kind != "hand-over" else (
                "undone" if undone else self._of_hand_over(laptop, one)
            )
            self.fates[laptop, one.seq] = fate
            found.append(fate)
        return found

    def _of_hand_over(self, laptop: str, one: LaptopEvent) -> str:
        person = self.person[one.serial]
        sent = self.sent_on[laptop, one.bundle]
        if (laptop in self.recalled or self.state[one.serial] != "issued"
                or person in self.barred or self.moved_on.get(person, -1) >= sent):
            return "conflict"
        self.state[one.serial] = "active"
        return "posted"


@dataclass
class Campaign:
    """Some offices, and everything that happens between them and the main office."""

    world: World
    chance: random.Random
    days: int
    offices: dict[str, FieldOffice] = field(default_factory=dict)
    laptops: dict[str, Laptop] = field(default_factory=dict)
    cities: dict[str, str] = field(default_factory=dict)
    clocks: dict[str, int] = field(default_factory=dict)
    opened: dict[str, int] = field(default_factory=dict)
    way: list[OnTheWay] = field(default_factory=list)
    model: Model = field(default_factory=Model)
    counted: dict[str, int] = field(default_factory=dict)
    today: int = 0

    def count(self, what: str) -> None:
        """One more of this."""
        self.counted[what] = self.counted.get(what, 0) + 1

    def add(self, name: str, city: str) -> None:
        """One more laptop, for a city."""
        self.offices[name] = paired(self.world, name)
        self.laptops[name] = self.offices[name].laptop()
        self.cities[name], self.opened[name], self.model.taken[name] = city, 0, 0
        self.clocks[name] = self.chance.randint(-CLOCK_OFF_US, CLOCK_OFF_US)

    def run(self) -> None:
        """Day after day, and at the end each office comes in by itself."""
        for _ in range(self.days):
            self.today += 1
            self.world.clock.now += DAY_US
            for name in self.laptops:
                self.send(name)
            self.arrive()
            for name in self.laptops:
                self.work_a_day(name)
            self.goes_on_meanwhile()
            if self.today == self.days // 2:
                self.steal()
        for name in [one for one in self.laptops if self.opened[one]]:
            self.take(name, self.offices[name].packed(self.laptops[name]))

    def send(self, name: str) -> None:
        """A bundle goes out, most days."""
        if self.chance.random() > 0.6:
            return
        try:
            path = self.offices[name].sent(self.cities[name])
        except Conflict as refused:
            if refused.code != "field.nothing-to-send":
                raise
            return
        number = 1 + max((sent for laptop, sent in self.model.sent_on if laptop == name), default=0)
        self.model.sent_on[name, number] = self.today
        self.carry(name, path, out=True, number=number)

    def carry(self, name: str, path: Path, *, out: bool, number: int) -> None:
        """Somebody takes the file along: it is lost, comes one of the next days, or twice."""
        if self.chance.random() < LOST:
            self.count("lost")
            return
        for _ in range(1 + (self.chance.random() < DOUBLED)):
            day = self.today + self.chance.randint(0, DAYS_ON_THE_WAY)
            self.way.append(OnTheWay(name, out, path, day, number))

    def arrive(self) -> None:
        """What comes today, in whatever order."""
        here = [one for one in self.way if one.day <= self.today]
        self.way = [one for one in self.way if one.day > self.today]
        self.chance.shuffle(here)
        for one in here:
            if one.out and one.laptop in self.laptops:
                self.open(one)
            elif not one.out:
                self.take(one.laptop, one.path)

    def open(self, one: OnTheWay) -> None:
        """A laptop opens what is newer, and refuses the rest."""
        if one.number <= self.opened[one.laptop]:
            with pytest.raises(Conflict, match="bundle-older"):
                self.laptops[one.laptop].take_bundle(one.path, lambda _: True)
            self.count("older bundles")
            return
        assert self.laptops[one.laptop].take_bundle(one.path, lambda _: True) is not None
        self.opened[one.laptop] = one.number

    def work_a_day(self, name: str) -> None:
        """Hand-overs, slips taken back, people who did not come; then most days a file leaves."""
        laptop = self.laptops[name]
        if not self.opened[name]:
            return
        if self.chance.random() < 0.2:
            self.clocks[name] = self.chance.randint(-CLOCK_OFF_US, CLOCK_OFF_US)

        def clock() -> int:
            return self.world.clock.now + self.clocks[name]

        waiting = [one for one in work.standings(laptop) if not one.given
                   and not one.voucher.remark]
        for one in self.chance.sample(waiting, min(len(waiting), self.chance.randint(0, 4))):
            serial = one.voucher.serial
            if self.chance.random() < 0.2:
                work.note(laptop, serial, "absent", clock)
                continue
            work.hand_over(laptop, serial, "signature", clock)
            if self.chance.random() < 0.15:
                work.undo(laptop, serial, clock)
        if self.chance.random() < 0.6:
            path = self.offices[name].packed(laptop)
            self.carry(name, path, out=False, number=len(laptop.journal.events))

    def take(self, name: str, path: Path) -> None:
        """The main office takes what is new and refuses what is not, as the model says."""
        _, events = read_events(path.read_bytes(), path.name)
        fresh = [one for one in events if one.seq > self.model.taken[name]]
        if name in self.model.recalled:
            fresh = [one for one in events if (name, one.seq) not in self.model.fates]
        if not fresh:
            with pytest.raises(Conflict, match="nothing-new"):
                self.offices[name].taken(path)
            self.count("nothing new")
            return
        found = self.offices[name].taken(path)
        assert [one.event for one in found.events] == fresh
        expected = self.model.expect(name, fresh)
        assert [one.fate.outcome for one in found.events] == expected, (name, path)
        if name not in self.model.recalled:
            self.model.taken[name] = fresh[-1].seq
        self.count("taken")

    def goes_on_meanwhile(self) -> None:
        """At the main office vouchers are voided and handed over, people move and are suspended."""
        waiting = sorted(one for one, state in self.model.state.items() if state == "issued")
        self.chance.shuffle(waiting)
        for serial, deed in zip(waiting, DEEDS, strict=False):
            person = self.model.person[serial]
            if self.chance.random() > 0.6 or person in self.model.barred:
                continue
            if deed == "void":
                void(self.world.session("manager1"), serial, "lost")
                self.model.state[serial] = "void"
            elif deed == "give":
                assert hand_over_codes_or_serials(self.world.session("field2"), [serial]).given
                self.model.state[serial] = "active"
            elif deed == "move" and person not in self.model.moved_on:
                change_facts(self.world.session("field2"), person, NewFacts(city="far"),
                             reason="moved", date="2022-08-20")
                self.model.moved_on[person] = self.today
            elif deed == "bar":
                set_status(self.world.session("manager1"), person, "suspended", "asked",
                           "2022-08-20")
                self.model.barred.add(person)

    def steal(self) -> None:
        """One laptop is gone, with what nobody had carried away; another one takes its place."""
        name = sorted(self.laptops)[-1]
        recall(self.world.session("manager1"), name, "stolen")
        self.model.recalled.add(name)
        self.stolen = self.laptops.pop(name)
        self.add(f"{name}-new", self.cities[name])


def campaign(world: World, seed: int, *, offices: int, days: int, families: int) -> Campaign:
    """A city for each office, its families enrolled and their vouchers issued."""
    field_operators(world)
    cities = [f"c{number}" for number in range(1, offices + 1)]
    with world.ledger.write() as tx:
        for code in (*cities, "far"):
            tx.insert("city", [{"code": code, "names": '{"en": "x"}', "kato": None, "iso": None,
                                "pcode": None}])
        tx.tell()
    enrolled(world, [(city, 1, 1, "fa") for city in cities for _ in range(families)])
    issued_to(world)
    made = Campaign(world, random.Random(seed), days)
    with world.ledger.read() as tx:
        for serial, person in tx.tuples("SELECT serial, beneficiary FROM voucher"):
            made.model.state[serial], made.model.person[serial] = "issued", person
    for number, city in enumerate(cities, 1):
        made.add(f"office-{number}", city)
    return made


def account(made: Campaign) -> dict[str, int]:
    """Every event of every laptop, each in exactly one place; how many of each.

    Raises:
        AssertionError: one is missing, stands twice, or became something else than it had to.
    """
    with made.world.ledger.read() as tx:
        kept = list(tx.tuples("SELECT laptop, seq, outcome, serial, hand_over FROM field_event"))
        given = dict(tx.tuples(
            "SELECT v.serial, count(*) FROM entry e JOIN voucher v ON v.id = e.voucher"
            " WHERE e.kind = 'hand-over' GROUP BY v.serial"
        ))
        states = dict(tx.tuples("SELECT serial, state FROM voucher"))
        evidence = tx.value("SELECT count(*) FROM hand_over")
    told = {(laptop, seq): outcome for laptop, seq, outcome, _, _ in kept}
    assert len(told) == len(kept), "an event stands twice"
    assert told == made.model.fates
    assert states == made.model.state
    assert set(given.values()) <= {1}, "a voucher was handed over twice"
    assert set(given) == {one for one, state in made.model.state.items() if state == "active"}
    assert evidence == len(given)
    lost = 0
    for name, laptop in {**made.laptops, "stolen": made.stolen}.items():
        for event in laptop.journal.events:
            if (laptop.state.name, event.seq) not in told:
                assert name == "stolen", "an event is nowhere"
                lost += 1
    outcomes = [outcome for *_, outcome in told.items()]
    return {**{one: outcomes.count(one) for one in ("posted", "undone", "noted", "conflict")},
            "lost with the laptop": lost, **made.counted}
