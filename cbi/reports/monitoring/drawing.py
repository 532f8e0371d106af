"""Drawing households after a round, so that anyone can draw them again.

Who is drawn depends on the seed and the households' numbers alone: each number is hashed with the
seed, and in each city the lowest hashes are asked. The seed comes from the machine's randomness
unless one is agreed on aloud; every draw stays on record.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import col, select

from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.records.tables import HouseholdRow, PersonRow
from cbi.programmes.rounds import programme_of, round_of
from cbi.reports.as_of import as_of
from cbi.reports.monitoring.sizing import shared_out
from cbi.reports.reached import population, vouchers
from cbi.reports.tables import (
    MonitoringCity,
    MonitoringInterview,
    MonitoringMember,
    MonitoringSample,
)
from cbi.storage import ReadTransaction, WriteTransaction
from cbi.storage.faults import ConstraintViolation

MARGINS, CONFIDENCES = (1, 20), (80, 90, 95, 99)


@dataclass(frozen=True, slots=True)
class DrawnSample:
    """A sample: what it was drawn from and with, whom it has, and how many are still open."""

    number: str
    round: str
    margin_percent: int
    confidence_percent: int
    each_city: bool
    seed: str
    households: int
    cities: dict[str, int]
    members: tuple[MonitoringMember, ...]
    open: int
    drawn_by: str
    drawn_at: int

    def record(self) -> dict[str, object]:
        """As plain values."""
        return {
            "number": self.number, "round": self.round, "margin_percent": self.margin_percent,
            "confidence_percent": self.confidence_percent, "each_city": self.each_city,
            "seed": self.seed, "households": self.households, "cities": self.cities,
            "open": self.open, "drawn_by": self.drawn_by, "drawn_at": self.drawn_at,
            "members": [{"household": one.household, "person": one.person, "city": one.city}
                        for one in self.members],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleWanted:
    """How exact a sample is to be; `each_city`: in every city by itself."""

    margin_percent: int = 5
    confidence_percent: int = 95
    each_city: bool = False
    seed: str = ""


def draw_monitoring(
    session: OperatorSession, round_code: str, wanted: SampleWanted | None = None
) -> DrawnSample:
    """Draw households to ask how a round went.

    Raises:
        NotAllowed: this operator may not draw.
        NotFound: no such round.
        UsageError: an impossible margin or confidence.
        Conflict: nobody was given a voucher yet.
    """
    session.require("monitoring.draw")
    wanted = wanted or SampleWanted()
    _check(wanted)
    seed = wanted.seed.strip() or session.entropy(8).hex()

    def work(tx: WriteTransaction) -> DrawnSample:
        code = round_of(tx, round_code).code
        frame = _frame(tx, code, session.clock())
        if not frame:
            raise Conflict("monitoring.nobody", round=code)
        by_city = dict(sorted(Counter(city for city, _ in frame.values()).items()))
        drawn = _drawn(frame, seed, shared_out(
            by_city, wanted.margin_percent, wanted.confidence_percent, each=wanted.each_city))
        number = f"PDM-{int(tx.value('SELECT count(*) FROM monitoring_sample')) + 1}"
        now, by = session.clock(), session.operator.name
        try:
            tx.add(MonitoringSample(
                number=number, round=code, margin_percent=wanted.margin_percent,
                confidence_percent=wanted.confidence_percent, each_city=wanted.each_city,
                seed=seed, frame_hash=hashlib.sha256("\n".join(sorted(frame)).encode()).digest(),
                drawn_by=by, drawn_at=now,
            ))
        except ConstraintViolation as error:
            raise Conflict("monitoring.drawn-meanwhile", round=code) from error
        tx.add(*(MonitoringCity(sample=number, city=city, households=count)
                 for city, count in by_city.items()))
        tx.add(*(
            MonitoringMember(sample=number, place=place, household=home, city=frame[home][0],
                             person=frame[home][1])
            for place, home in enumerate(drawn, 1)
        ))
        record_by(
            tx, session, action="monitoring.draw", object=number, at=now,
            detail={"round": code, "people": len(drawn), "of": len(frame), "seed": seed},
        )
        return drawn_sample(tx, number)

    return session.ledger.transact(work)


def _check(wanted: SampleWanted) -> None:
    low, high = MARGINS
    if not low <= wanted.margin_percent <= high:
        raise UsageError("monitoring.margin-impossible", least=low, most=high)
    if wanted.confidence_percent not in CONFIDENCES:
        raise UsageError("monitoring.confidence-unknown",
                         known=", ".join(map(str, CONFIDENCES)))


def _frame(tx: ReadTransaction, round_code: str, now: int) -> dict[str, tuple[str, str]]:
    """Every household that holds or held a voucher of the round, by number: its city, and whom to
    ask: its head, or else the first who was given one."""
    found = programme_of(tx, round_code)
    seen = as_of(tx, None, now, found.zone)
    people = population(tx, seen).people
    gone = set(tx.all(select(PersonRow.number).where(
        col(PersonRow.erased_at).is_not(None) | (PersonRow.status == "dead"))))
    heads = dict(tx.all(select(HouseholdRow.number, HouseholdRow.head)))
    holders: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for one in vouchers(tx, seen, found.code):
        if one.round == round_code and one.given_at is not None and one.beneficiary not in gone:
            number = people[one.beneficiary].one if one.beneficiary in people else one.beneficiary
            home = people[number].household if number in people else number
            holders[home].append((one.given_at, number, one.city))
    frame = {}
    for home, listed in holders.items():
        _, number, city = min(listed)
        head = heads.get(home)
        frame[home] = city, head if head and head not in gone else number
    return frame


def _drawn(
    frame: Mapping[str, tuple[str, str]], seed: str, wanted: Mapping[str, int]
) -> list[str]:
    """The households drawn, city by city, in the order of their hashes."""
    ranked = sorted(
        frame, key=lambda home: hashlib.sha256(f"{seed}\x1f{home}".encode()).digest()
    )
    return [
        home for city, count in wanted.items()
        for home in [one for one in ranked if frame[one][0] == city][:count]
    ]


def drawn_sample(tx: ReadTransaction, number: str) -> DrawnSample:
    """A sample by its number.

    Raises:
        NotFound: no such sample.
    """
    wanted = number.strip().upper()
    row = tx.first(select(MonitoringSample).where(MonitoringSample.number == wanted))
    if row is None:
        raise NotFound("monitoring.unknown", sample=wanted)
    cities = dict(tx.all(
        select(MonitoringCity.city, MonitoringCity.households)
        .where(MonitoringCity.sample == wanted).order_by(MonitoringCity.city)
    ))
    members = tx.all(
        select(MonitoringMember).where(MonitoringMember.sample == wanted)
        .order_by(col(MonitoringMember.place))
    )
    told = set(tx.all(
        select(MonitoringInterview.household).where(MonitoringInterview.sample == wanted)))
    return DrawnSample(
        number=row.number, round=row.round, margin_percent=row.margin_percent,
        confidence_percent=row.confidence_percent, each_city=bool(row.each_city), seed=row.seed,
        households=sum(cities.values()), cities=cities, members=tuple(members),
        open=sum(one.household not in told for one in members), drawn_by=row.drawn_by,
        drawn_at=row.drawn_at,
    )


def monitoring_samples(tx: ReadTransaction) -> list[DrawnSample]:
    """All samples, the latest first."""
    numbers = tx.all(
        select(MonitoringSample.number).order_by(col(MonitoringSample.drawn_at).desc())
    )
    return [drawn_sample(tx, number) for number in numbers]
