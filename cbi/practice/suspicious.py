"""Invented campaigns with patterns planted in them, to measure how well red flags find these.

What is innocent is there too: families who come together, a queue at the shop beside the hand-over,
busy hours, people who buy in another city, round amounts, a till that is put right after closing, a
square that cannot be read, a shop without a scanner, a scanner that is broken for a day.
The truth stands beside each campaign. Pure, by seed.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from cbi.base.clock import DAY_US, MINUTE_US, at, instant_on
from cbi.practice.dice import Dice
from cbi.practice.suspicious_records import (
    LIMIT_MINOR,
    RECORD_KINDS,
    RecordMaker,
    with_records,
)
from cbi.reports.flags.facts import Happened, SoldVoucher, Undone

ZONE = "Asia/Almaty"
FIRST_DAY, DAYS = "2022-08-16", 45
OPENS, CLOSES = 9, 21
CITIES = (("almaty", 0.32), ("astana", 0.26), ("shymkent", 0.26), ("karaganda", 0.09),
          ("semey", 0.07))
STORES = {"almaty": 4, "astana": 4, "shymkent": 4, "karaganda": 2, "semey": 2}
FACE_MINOR = 1_500_000


@dataclass(frozen=True, slots=True)
class PlantedPattern:
    """A pattern that was planted: its kind, and the lines that show it; where a flag of the kind
    has no lines, the serials or numbers that it names."""

    kind: str
    lines: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Campaign:
    """What happened, and what of it was planted."""

    happened: Happened
    planted: tuple[PlantedPattern, ...]
    vouchers: int


def campaign(seed: int, people: int, kinds: tuple[str, ...] = ()) -> Campaign:
    """A campaign of this size with one pattern of each kind planted."""
    maker = _Maker(Dice(f"flags {seed}"), Dice(f"flags ways {seed}"), people)
    maker.issue()
    maker.buy()
    planted = [maker.plant(kind) for kind in kinds if kind not in RECORD_KINDS]
    beside = RecordMaker(
        Dice(f"flags records {seed}"), maker.start, maker.sales, maker.undone, maker.used)
    beside.used |= {maker.sales[line].household for one in planted for line in one.lines
                    if line in maker.sales}
    beside.innocent()
    planted += [PlantedPattern(kind, beside.plant(kind)) for kind in kinds if kind in RECORD_KINDS]
    ordered = sorted(maker.sales.values(), key=lambda one: (one.sold_at, one.id))
    told = Happened(
        tuple(ordered), tuple(maker.undone), zone=ZONE, reversal_max_minor=LIMIT_MINOR,
        limits=(LIMIT_MINOR,),
    )
    return Campaign(with_records(told, beside), tuple(planted), len(maker.vouchers))


@dataclass(frozen=True, slots=True)
class _Paper:
    """A voucher in somebody's hands."""

    number: int
    household: str
    city: str
    given_at: int
    given_by: str


class _Maker:
    """A campaign in the making."""

    def __init__(self, dice: Dice, ways: Dice, people: int) -> None:
        self.dice, self.ways, self.people = dice, ways, people
        self.vouchers: list[_Paper] = []
        self.sales: dict[bytes, SoldVoucher] = {}
        self.undone: list[Undone] = []
        self.made = 0
        self.used: set[str] = set()
        self.start = instant_on(FIRST_DAY, 0, ZONE)
        self.shop_types: dict[str, str] = {}

    def issue(self) -> None:
        """Vouchers by household, given out by city in a morning's queue."""
        number = 0
        for city, share in CITIES:
            left, minute = max(int(self.people * share), 6), 0
            while left > 0:
                size = min(self.dice.pick((1, 1, 2, 3, 4, 5, 6)), left)
                left -= size
                minute += self.dice.between(1, 2)
                given = self.start + (9 * 60 + minute % 420) * MINUTE_US
                given += (minute // 420) * DAY_US
                by_whom = f"field-{city}-{minute % 2}"
                for _ in range(size):
                    number += 1
                    self.vouchers.append(
                        _Paper(number, f"H-{number - _}", city, given, by_whom)
                    )

    def store(self, city: str) -> str:
        """A shop of the city; the first ones are busier."""
        return f"{city}-{self.dice.pick_early(range(1, STORES[city] + 1))}"

    def moment(self, paper: _Paper) -> int:
        """When a family shops: soon for most, at its hour."""
        if self.dice.chance(0.12):  # from the queue into the shop next door
            return paper.given_at + self.dice.between(4, 150) * MINUTE_US
        draw = self.dice.random()
        day = int(draw * draw * (DAYS - 2)) + self.dice.pick((0, 1))
        hour = self.dice.pick((9, 10, 11, 12, 12, 13, 14, 16, 17, 17, 18, 18, 19, 20))
        minute = self.dice.between(0, 59)
        at_hour = self.start + day * DAY_US + (hour * 60 + minute) * MINUTE_US
        return max(at_hour, paper.given_at + 20 * MINUTE_US)

    def buy(self) -> None:
        """Everything that is bought; a family mostly together."""
        homes: dict[str, list[_Paper]] = {}
        for one in self.vouchers:
            homes.setdefault(one.household, []).append(one)
        for listed in homes.values():
            away = self.dice.chance(0.03)
            city = self.dice.weighed(CITIES) if away else listed[0].city
            store, moment = self.store(city), self.moment(listed[0])
            for paper in listed:
                if self.dice.chance(0.04):
                    continue
                if self.dice.chance(0.2):
                    store, moment = self.store(city), self.moment(paper)
                self.visit(paper, store, moment)
        self.mistakes()

    def visit(self, paper: _Paper, store: str, moment: int) -> None:
        """One purchase, or two parts."""
        amount = FACE_MINOR
        if self.dice.chance(0.25):
            amount = self.dice.between(4, 29) * 50_000
            if self.dice.chance(0.8):
                amount += self.dice.between(1, 99) * 500
        self.sell(paper, store, moment, amount)
        if amount < FACE_MINOR and self.dice.chance(0.6):
            self.sell(paper, store, moment + self.dice.between(1, 9) * DAY_US, FACE_MINOR - amount)

    def sell(
        self, paper: _Paper, store: str, moment: int, amount: int = FACE_MINOR,
        operator: str = "", way: str = "",
    ) -> bytes:
        """One sale."""
        self.made += 1
        day = (moment - self.start) // DAY_US
        shift = 1 if at(moment, ZONE).hour < 14 else 2
        who = operator or f"till-{store}-{(day + shift) % 3}"
        made = SoldVoucher(
            self.made.to_bytes(16, "big"), f"KZ-R1-{paper.number:06d}",
            f"P-{paper.number}", paper.household, "KZ-R1", paper.city, store,
            store.rpartition("-")[0], amount, FACE_MINOR, f"{self.made:06d}", who, moment,
            paper.given_at, paper.given_by, way or self.way(store, day),
        )
        self.sales[made.id] = made
        return made.id

    def way(self, store: str, day: int) -> str | None:
        """How a code came in: mostly scanned; some shops have no scanner, some say nothing of it,
        and some days a scanner is broken."""
        of_shop = self.shop_types.setdefault(
            store, self.ways.pick(("scanner",) * 6 + ("camera", "typed", "")))
        if not of_shop:
            return None
        broken = self.shop_types.setdefault(
            f"{store} {day}", "typed" if self.ways.chance(0.02) else "")
        return broken or ("typed" if self.ways.chance(0.08) else of_shop)

    def mistakes(self) -> None:
        """A sale in a hundred is undone: mostly at once, sometimes when the till is counted."""
        for one in list(self.sales.values()):
            if self.dice.chance(0.01):
                late = self.dice.chance(0.1)
                moment = one.sold_at + self.dice.between(1, 15) * MINUTE_US
                self.undo(one, self.evening(one.sold_at) if late else moment, one.operator)

    def undo(self, one: SoldVoucher, moment: int, operator: str) -> bytes:
        """Take a sale back."""
        self.made += 1
        made = Undone(self.made.to_bytes(16, "big"), one.serial, one.store, one.amount_minor,
                      operator, one.operator, one.sold_at, moment)
        self.undone.append(made)
        self.sales.pop(one.id, None)
        return made.id

    def evening(self, moment: int) -> int:
        """After closing on the day of an instant."""
        day = (moment - self.start) // DAY_US
        return self.start + day * DAY_US + (CLOSES * 60 + self.dice.between(35, 110)) * MINUTE_US

    def plant(self, kind: str) -> PlantedPattern:
        """One pattern."""
        plans: dict[str, Callable[[], list[bytes]]] = {
            "burst": self.plant_burst, "consecutive": self.plant_run,
            "after-hand-over": self.plant_quick, "opening-hour": self.plant_opening,
            "cashier": self.plant_cashier, "other-city": self.plant_away,
            "round-amounts": self.plant_round, "late-reversals": self.plant_late,
            "just-under": self.plant_just_under, "typed": self.plant_typed,
        }
        return PlantedPattern(kind, frozenset(plans[kind]()))

    def take(self, count: int, city: str = "") -> list[_Paper]:
        """Vouchers of as many families, with what they bought before taken away."""
        seen: set[str] = set()
        found = []
        for paper in self.dice.shuffled(self.vouchers):
            if paper.household not in seen | self.used and city in ("", paper.city):
                seen.add(paper.household)
                found.append(paper)
            if len(found) == count:
                break
        return self.unsold(found)

    def unsold(self, papers: list[_Paper]) -> list[_Paper]:
        """The same, with none of their sales, and kept for one pattern."""
        self.used |= {one.household for one in papers}
        numbers = {one.number for one in papers}
        for one in [one for one in self.sales.values() if one.number in numbers]:
            del self.sales[one.id]
        return papers

    def quiet(self, paper: _Paper, hour: int = 0) -> int:
        """A moment after a hand-over, on a later day of the round."""
        day = self.dice.between(8, DAYS - 4)
        hour = hour or self.dice.between(OPENS + 1, CLOSES - 2)
        minute = self.dice.between(0, 40)
        return max(self.start + day * DAY_US + (hour * 60 + minute) * MINUTE_US, paper.given_at)

    def plant_burst(self) -> list[bytes]:
        """Eight to twenty families' vouchers at one till within minutes."""
        city = self.dice.pick(("almaty", "astana", "shymkent"))
        papers = self.take(self.dice.between(8, 20), city)
        store, moment = self.store(city), self.quiet(papers[0])
        return [self.sell(one, store, moment + self.dice.between(0, 8 * 60) * 1_000_000)
                for one in papers]

    def plant_run(self) -> list[bytes]:
        """A pile of vouchers as it was printed, spent together."""
        homes = self.dice.between(6, 12)
        for _ in range(200):
            city = self.dice.pick(("almaty", "astana", "shymkent"))
            listed = [one for one in self.vouchers if one.city == city]
            start = self.dice.between(0, len(listed) * 2 // 3)
            papers: list[_Paper] = []
            for one in listed[start:]:
                papers.append(one)
                if len({paper.household for paper in papers}) == homes:
                    break
            if not {one.household for one in papers} & self.used:
                break
        self.unsold(papers)
        store, moment = self.store(city), self.quiet(papers[0])
        return [self.sell(one, store, moment + self.dice.between(0, 25 * 60) * 1_000_000)
                for one in papers]

    def plant_quick(self) -> list[bytes]:
        """A distributor's friend at the till: spent within minutes of the hand-over."""
        city = self.dice.pick(("almaty", "astana", "shymkent"))
        papers = self.take(self.dice.between(10, 25), city)
        store, who = self.store(city), papers[0].given_by
        return [
            self.sell(replace(one, given_by=who), store,
                      one.given_at + self.dice.between(60, 540) * 1_000_000)
            for one in papers
        ]

    def plant_opening(self) -> list[bytes]:
        """The shop's own hands: a pile spent before the customers come."""
        city = self.dice.pick(("almaty", "astana", "shymkent"))
        papers = self.take(self.dice.between(9, 18), city)
        store, moment = self.store(city), self.quiet(papers[0], OPENS)
        day = moment - (moment - self.start) % DAY_US
        return [self.sell(one, store, day + (OPENS * 60 + self.dice.between(0, 57)) * MINUTE_US)
                for one in papers]

    def plant_cashier(self) -> list[bytes]:
        """One cashier of a store takes several times as much as the others."""
        city = self.dice.pick(("almaty", "astana", "shymkent"))
        store = f"{city}-{self.dice.between(3, 4)}"
        own = [one for one in self.sales.values() if one.store == store]
        names = [one.operator for one in own]
        who = max(sorted(set(names)), key=names.count)
        mine = [one for one in own if one.operator == who]
        days = sorted({(one.sold_at - self.start) // DAY_US for one in mine})
        homes = len({one.household for one in self.vouchers if one.city == city})
        papers = self.take(min(max(len(mine) * 4, 24), homes // 3), city)
        return [
            self.sell(one, store, max(
                self.start + self.dice.pick(days) * DAY_US
                + (self.dice.between(OPENS, CLOSES - 1) * 60 + self.dice.between(0, 59))
                * MINUTE_US, one.given_at + 30 * MINUTE_US), operator=who)
            for one in papers
        ]

    def plant_away(self) -> list[bytes]:
        """A pile carried to another city, spent there over weeks."""
        city, other = self.dice.pick((("shymkent", "almaty"), ("almaty", "astana"),
                                      ("astana", "shymkent")))
        papers = self.take(self.dice.between(15, 30), city)
        store = self.store(other)
        return [self.sell(one, store, self.quiet(one)) for one in papers]

    def plant_round(self) -> list[bytes]:
        """Cash back: round amounts off the voucher, nothing bought."""
        city = self.dice.pick(("almaty", "astana", "shymkent"))
        papers = self.take(self.dice.between(15, 30), city)
        store = self.store(city)
        return [self.sell(one, store, self.quiet(one), self.dice.between(5, 14) * 100_000)
                for one in papers]

    def plant_just_under(self) -> list[bytes]:
        """A shop that takes just so much at a time that nobody else need be asked."""
        city = self.dice.pick(("almaty", "astana", "shymkent"))
        papers = self.take(self.dice.between(15, 30), city)
        store = self.store(city)
        return [
            self.sell(one, store, self.quiet(one), LIMIT_MINOR - self.dice.between(0, 11) * 5_000)
            for one in papers
        ]

    def plant_typed(self) -> list[bytes]:
        """A cashier of a busy shop with a list of codes and no vouchers, between customers who have
        theirs."""
        scanning = [one for one in self.sales.values() if one.code_way in ("scanner", "camera")
                    and self.shop_types[one.store] != "typed" and one.household not in self.used]
        counts = Counter(one.store for one in scanning)
        store = self.dice.pick(sorted(counts, key=lambda name: -counts[name])[:3])
        names = sorted({one.operator for one in scanning if one.store == store})
        who, city = self.dice.pick(names), store.rpartition("-")[0]
        own = sum(one.operator == who for one in scanning if one.store == store)
        papers = self.take(max(self.dice.between(12, 25), own // 4), city)
        return [self.sell(one, store, self.quiet(one), operator=who, way="typed")
                for one in papers]

    def plant_late(self) -> list[bytes]:
        """A cashier who takes sales back when the shop is closed."""
        free = [one for one in self.sales.values() if one.household not in self.used]
        store = self.dice.pick(sorted(one.store for one in free))
        own = [one for one in free if one.store == store]
        names = [one.operator for one in own]
        who = max(sorted(set(names)), key=names.count)
        mine = [one for one in own if one.operator == who]
        count = min(self.dice.between(5, 9), len(mine))
        return [self.undo(one, self.evening(one.sold_at), who)
                for one in self.dice.shuffled(mine)[:count]]
