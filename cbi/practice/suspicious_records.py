"""Records of an invented campaign with patterns planted: hands, moves, phones, proxies, signatures,
dates, limits.

What is innocent is there as well: somebody stands in for a colleague, families move, relatives and
neighbours share a phone or send one of them, many cannot write, a team visits the sick at home, a
morning's hand-overs are entered in the evening, a till takes sales of any size back. Pure, by seed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from cbi.base.clock import DAY_US, MINUTE_US
from cbi.practice.dice import Dice
from cbi.reports.flags.facts import (
    Happened,
    Move,
    RoundStart,
    Signed,
    SoldVoucher,
    Steps,
    Undone,
)

RECORD_KINDS = ("one-hand", "household-splits", "one-phone", "one-proxy", "one-signatory",
                "before-delivery", "under-limit")
LIMIT_MINOR = 1_200_000
"""Above this a second person is asked for a reversal."""
ROUND_DAYS = (-9, 52, 113)
"""When the lists of three rounds were drafted, by day of the campaign."""


@dataclass(slots=True)
class RecordMaker:
    """A campaign's records in the making, beside its sales by id."""

    dice: Dice
    start: int
    sales: dict[bytes, SoldVoucher]
    undone: list[Undone]
    used: set[str]
    steps: list[Steps] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    phones: list[tuple[str, ...]] = field(default_factory=list)
    proxies: list[tuple[str, ...]] = field(default_factory=list)
    signed: dict[str, Signed] = field(default_factory=dict)
    made: int = 10_000_000

    def innocent(self) -> None:
        """What happens anyway."""
        homes = sorted({one.household for one in self.sales.values()})
        for one in sorted(self.sales.values(), key=lambda sale: sale.id):
            self.step(one)
        self.sign()
        for home in homes:
            if self.dice.chance(0.03):
                self.move(home, self.dice.between(ROUND_DAYS[0] - 40, ROUND_DAYS[-1]))
            if self.dice.chance(0.04):
                self.share(self.phones, self.dice.pick((2, 2, 2, 3, 3)), homes)
            if self.dice.chance(0.02):
                self.share(self.proxies, self.dice.pick((2, 2, 3)), homes)
        for groups, often in ((self.phones, 0.15), (self.proxies, 0.05)):
            if self.dice.chance(often):
                self.share(groups, self.dice.between(4, 5), homes)
        if self.dice.chance(0.2):
            self.late_entry(self.dice.between(2, 8))

    def step(self, one: SoldVoucher) -> None:
        """Whose hands a voucher went through; rarely somebody stands in for a colleague."""
        city = one.city
        enrolled = f"field-{city}-{self.dice.between(0, 1)}"
        approved = enrolled if self.dice.chance(0.000_5) else "manager-1"
        drafted, agreed = self.dice.pick((("manager-1", "manager-2"), ("manager-2", "manager-1")))
        self.steps.append(Steps(
            one.serial, enrolled, approved, drafted, agreed, one.given_by, one.operator))

    def move(self, home: str, day: int) -> str:
        """Somebody moves out; who."""
        self.made += 1
        who = f"P-{self.made}"
        self.moves.append(Move(who, home, f"H-{self.made}", self.start + day * DAY_US))
        return who

    def share(
        self, groups: list[tuple[str, ...]], count: int, homes: list[str]
    ) -> tuple[str, ...]:
        """So many households with one phone, or one proxy."""
        shared = tuple(sorted(self.dice.shuffled(homes)[:count]))
        groups.append(shared)
        return shared

    def sign(self) -> None:
        """How each voucher was acknowledged: by distributor, more or fewer cannot write; one in
        twenty campaigns has a team for the sick at home, whom others sign for."""
        cannot: dict[str, float] = {}
        ways: dict[tuple[str, str], str] = {}
        for one in sorted(self.sales.values(), key=lambda sale: sale.id):
            if one.given_by not in cannot:
                cannot[one.given_by] = self.dice.between(6, 18) / 100
                if self.dice.chance(0.005):
                    cannot[one.given_by] = 0.4
            family = one.household, one.given_by
            if family not in ways:
                ways[family] = self.dice.pick(("thumbprint", "thumbprint", "thumbprint", "proxy")) \
                    if self.dice.chance(cannot[one.given_by]) else "signature"
            way = ways[family]
            witness = "" if way == "signature" else "manager-1"
            self.signed[one.serial] = Signed(one.serial, one.household, one.given_by, witness, way)

    def late_entry(self, count: int) -> None:
        """Hand-overs that were entered only when people came back from shopping."""
        for one in self.families(count):
            self.sales[one.id] = replace_given(
                one, one.sold_at + self.dice.between(20, 300) * MINUTE_US)

    def families(self, count: int, store: str = "") -> list[SoldVoucher]:
        """A sale each of so many households that are in no pattern."""
        seen: set[str] = set()
        found = []
        for one in self.dice.shuffled(sorted(self.sales.values(), key=lambda sale: sale.id)):
            if one.household not in seen | self.used and store in ("", one.store):
                seen.add(one.household)
                found.append(one)
            if len(found) == count:
                break
        return found

    def plant(self, kind: str) -> frozenset[bytes]:
        """One pattern; its lines, or the texts that its flag shows."""
        plans: dict[str, Callable[[], list[bytes]]] = {
            "one-hand": self.plant_hand, "household-splits": self.plant_splits,
            "one-phone": lambda: self.plant_shared(self.phones),
            "one-proxy": lambda: self.plant_shared(self.proxies),
            "one-signatory": self.plant_signatory, "before-delivery": self.plant_early,
            "under-limit": self.plant_under,
        }
        return frozenset(plans[kind]())

    def plant_hand(self) -> list[bytes]:
        """Somebody who does both halves, for people of their own making."""
        chosen = {one.serial for one in self.families(self.dice.between(4, 15))}
        who, both = "field-both", self.dice.pick((
            ("enrolled_by", "person_approved_by"), ("drafted_by", "approved_by"),
            ("given_by", "redeemed_by"), ("enrolled_by", "redeemed_by"),
            ("approved_by", "redeemed_by")))
        self.steps = [
            one._replace(**dict.fromkeys(both, who)) if one.serial in chosen else one
            for one in self.steps
        ]
        return [serial.encode() for serial in chosen]

    def plant_splits(self) -> list[bytes]:
        """A household that grows smaller before each round, to be given more."""
        (one,) = self.families(1)
        days = ROUND_DAYS if self.dice.chance(0.5) else ROUND_DAYS[:2]
        return [
            self.move(one.household, day - self.dice.between(1, 18)).encode()
            for day in days for _ in range(self.dice.between(1, 2))
        ]

    def plant_shared(self, groups: list[tuple[str, ...]]) -> list[bytes]:
        """One phone, or one person who collects, behind many households that nobody can reach."""
        homes = [one.household for one in self.families(self.dice.between(4, 9))]
        return [home.encode() for home in self.share(groups, len(homes), homes)]

    def plant_signatory(self) -> list[bytes]:
        """A distributor who has others sign for a good part of the families, who never came."""
        free = self.families(len(self.sales))
        teams: dict[str, list[SoldVoucher]] = {}
        for one in free:
            teams.setdefault(one.given_by, []).append(one)
        name = self.dice.pick(sorted(team for team in teams if len(teams[team]) >= 12))
        chosen = teams[name][:max(12, len(teams[name]) * self.dice.between(25, 50) // 100)]
        for one in chosen:
            way = self.dice.pick(("thumbprint", "proxy"))
            self.signed[one.serial] = Signed(one.serial, one.household, name, "", way)
        return [one.serial.encode() for one in chosen]

    def plant_early(self) -> list[bytes]:
        """A shop that bills vouchers before anybody had them."""
        store = self.dice.pick(sorted({one.store for one in self.families(40)}))
        chosen = self.families(self.dice.between(4, 12), store)
        for one in chosen:
            self.sales[one.id] = replace_given(one, one.sold_at + self.dice.between(1, 3) * DAY_US)
        return [one.id for one in chosen]

    def plant_under(self) -> list[bytes]:
        """Whoever takes back always just so much that nobody else is asked."""
        one = self.families(1)[0]
        made = []
        for sale in self.families(self.dice.between(5, 9)):
            self.made += 1
            amount = LIMIT_MINOR - self.dice.between(0, 30) * 5_000
            made.append(Undone(
                self.made.to_bytes(16, "big"), sale.serial, one.store, amount, one.operator,
                one.operator, sale.sold_at, sale.sold_at + self.dice.between(3, 20) * MINUTE_US))
        self.undone += made
        return [undone.id for undone in made]


def replace_given(one: SoldVoucher, given_at: int) -> SoldVoucher:
    """The same sale of a voucher that was handed over at another instant."""
    return one._replace(given_at=given_at)


def with_records(told: Happened, made: RecordMaker) -> Happened:
    """What happened, with its records."""
    return replace(
        told, steps=tuple(made.steps), moves=tuple(sorted(made.moves, key=lambda one: one.at)),
        phones=tuple(made.phones), proxies=tuple(made.proxies),
        signed=tuple(made.signed.values()), rounds=tuple(
            RoundStart(f"KZ-R{number}", made.start + day * DAY_US)
            for number, day in enumerate(ROUND_DAYS, 1)),
    )
