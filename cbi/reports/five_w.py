"""5W (who does what where, when, for whom) with its HXL row, for clusters and donors.

One row for each city and category. A person counts once in a row, however many vouchers or rounds:
by the first hand-over in the period, with the age of that year. A voucher given to a household
reaches all who live in it. The tags stand right under the headings (HXL 1.1, hxlstandard.org).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from sqlmodel import select

from cbi.base.clock import DAY_US, date_at, instant_on
from cbi.base.errors import UsageError
from cbi.files.writing import write_csv
from cbi.messages.figures import category_word
from cbi.operators.operator_session import OperatorSession
from cbi.places import City, profile_of
from cbi.places.places import cities
from cbi.programmes.tables import Entitlement, Programme
from cbi.reports.journal import decimal
from cbi.reports.overview import chosen_programme
from cbi.storage import ReadTransaction

MODALITY, MODALITY_IATI = "Voucher", "2"
"""IATI's code list of modalities has 2 for vouchers."""


@dataclass(frozen=True, slots=True)
class Band:
    """An age band, both ages included; no `until` means and older."""

    name: str
    age_from: int
    until: int | None

    @property
    def tag(self) -> str:
        """Its attributes in HXL: `+children+age0_17`, `+elderly+age60plus`."""
        ages = f"{self.age_from}_{self.until}" if self.until is not None else f"{self.age_from}plus"
        return f"+{self.name}+age{ages}"


SEXES = (("f", "female"), ("m", "male"))
_PLAIN = (
    ("From", "#date+start"), ("Until", "#date+end"), ("Implementing organisation", "#org+impl"),
    ("Funder", "#org+funder"), ("Activity", "#activity+project+code"),
    ("Sector", "#sector+cluster+name"), ("Modality", "#modality+name"),
    ("Modality code", "#modality+code"), ("Country", "#country+code"),
    ("Admin 1", "#adm1+name"), ("Admin 1 code", "#adm1+code"), ("Place", "#loc+name"),
    ("Place code", "#loc+code"), ("People targeted", "#targeted+ind"),
    ("Households reached", "#reached+hh"), ("People reached", "#reached+ind"),
)
_MONEY = (
    ("Currency", "#currency+code"), ("Value issued", "#value+issued"),
    ("Value redeemed", "#value+redeemed"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiveWRequest:
    """What the report is about: a period (calendar dates, both days whole) and who answers for it.

    `sectors` names a category's sector; else the category's English name stands there. `bands` are
    the country's, where none are named.
    """

    date_from: str
    date_until: str
    organisation: str = ""
    funder: str = ""
    country: str = ""
    sectors: Mapping[str, str] = field(default_factory=dict)
    bands: Sequence[Band] = ()


class _Someone(NamedTuple):
    """Somebody in the clear; `one` is who they were found to be, where they were enrolled twice."""

    number: str
    household: str
    sex: str
    birth_year: int | None
    one: str


class _HouseholdSize(NamedTuple):
    """A household, and how many live in it."""

    number: str
    size: int


class _Given(NamedTuple):
    """A voucher: whether it was issued, when handed over and what was redeemed in the period."""

    round: str
    city: str
    category: str
    beneficiary: str
    face_minor: int
    generation: int
    issued: int
    given_at: int | None
    redeemed_minor: int | None


@dataclass(slots=True)
class _Reached:
    """Who one row counts. People by number, with the year in which they were first reached."""

    targeted: set[str] = field(default_factory=set)
    people: dict[str, int] = field(default_factory=dict)
    households: set[str] = field(default_factory=set)
    issued_minor: int = 0
    redeemed_minor: int = 0


def headings(bands: Sequence[Band]) -> list[tuple[str, str]]:
    """Each column's heading and HXL tag, in order."""
    people = [
        (f"{sex_word.title()} {band.name}", f"#reached+{sex}{band.tag}")
        for band in bands for sex, sex_word in SEXES
    ]
    return [*_PLAIN, *people, *_MONEY]


def five_w(tx: ReadTransaction, found: Programme, asked: FiveWRequest) -> list[list[object]]:
    """The rows, by city and category; amounts are in minor units, dates ISO text.

    Raises:
        UsageError: the period ends before it begins, or is no period.
    """
    asked = with_bands(tx, asked)
    begins, ends = _period(asked, found.zone)
    people = _people(tx)
    rows = _counted(tx, found, begins, ends, people)
    known = {city.code: city for city in cities(tx)}
    return [
        _row(found, asked, known.get(city), category, rows[city, category], people)
        for city, category in sorted(rows)
    ]


def with_bands(tx: ReadTransaction, asked: FiveWRequest) -> FiveWRequest:
    """The same with the age bands that the ledger's country counts in, where none are named."""
    bands = [Band(one.name, one.age_from, one.until) for one in profile_of(tx).age_bands]
    return replace(asked, bands=asked.bands or bands)


def report_five_w(
    session: OperatorSession, path: Path, asked: FiveWRequest, programme_code: str | None = None
) -> list[dict[str, object]]:
    """Write a programme's 5W; returns its rows by HXL tag, amounts in minor units.

    Raises:
        NotAllowed: this operator may not read the ledger.
        NotFound: no such programme.
        UsageError: no period.
        BadFile: the file cannot be written.
    """
    session.require("ledger.read")
    with session.ledger.read() as tx:
        found, asked = chosen_programme(tx, programme_code), with_bands(tx, asked)
        rows = five_w(tx, found, asked)
    write_five_w(path, rows, found=found, asked=asked, made_at=session.clock())
    tags = [tag for _, tag in headings(asked.bands)]
    return [dict(zip(tags, row, strict=True)) for row in rows]


def named_sectors(given: Sequence[str]) -> dict[str, str]:
    """Sectors by category, from `food=Food Security`.

    Raises:
        UsageError: one of them names no sector.
    """
    named = {}
    for text in given:
        category, equals, sector = text.partition("=")
        if not (category.strip() and equals and sector.strip()):
            raise UsageError("reports.sector-unreadable", text=text)
        named[category.strip()] = sector.strip()
    return named


def write_five_w(
    path: Path, rows: Sequence[Sequence[object]], *, found: Programme, asked: FiveWRequest,
    made_at: int | None = None,
) -> None:
    """Write rows of `five_w` under headings and tags: CSV if the name says so, else a workbook.

    Raises:
        BadFile: the file cannot be written.
    """
    columns = headings(asked.bands)
    tags: list[object] = [tag for _, tag in columns]
    if path.suffix.lower() == ".csv":
        plain = ([*row[:-2], *(decimal(int(str(value)), found.currency) for value in row[-2:])]
                 for row in rows)
        write_csv(path, [heading for heading, _ in columns], [tags, *plain])
        return
    from cbi.files.workbook import Column, Sheet, write_workbook

    sheet = Sheet(
        "5W", [Column(heading, _kind(tag)) for heading, tag in columns], [tags, *rows],
        currency=found.currency,
    )
    write_workbook(path, [sheet], title=f"5W {found.short_name}", made_at=made_at)


def _kind(tag: str) -> str:
    if tag.startswith("#date"):
        return "date"
    if tag.startswith("#value"):
        return "amount"
    return "count" if tag.startswith(("#targeted", "#reached")) else "text"


def _period(asked: FiveWRequest, zone: str) -> tuple[int, int]:
    """The instants that bound the period: the last day counts whole."""
    try:
        begins = instant_on(asked.date_from, 0, zone)
        day_after = date_at(instant_on(asked.date_until, 12, zone) + DAY_US, zone)
    except ValueError as error:
        raise UsageError(
            "reports.period-unreadable", first=asked.date_from, last=asked.date_until
        ) from error
    if asked.date_until < asked.date_from:
        raise UsageError("reports.period-backwards", first=asked.date_from, last=asked.date_until)
    return begins, instant_on(day_after, 0, zone)


def _people(tx: ReadTransaction) -> dict[str, _Someone]:
    """Everybody in the clear by beneficiary number."""
    people = {person.number: person for person in tx.read(
        _Someone, "SELECT number, household, sex, birth_year, coalesce(merged_into, number) AS one "
        "FROM person"
    )}
    return {number: person._replace(one=_one(people, person)) for number, person in people.items()}


def _one(people: Mapping[str, _Someone], person: _Someone) -> str:
    """Who they were found to be in the end, where that one was found to be another again."""
    one = person.one
    while one in people and people[one].one != one:
        one = people[one].one
    return one


def _households(tx: ReadTransaction, people: Mapping[str, _Someone]) -> dict[str, list[str]]:
    """Who lives in each household; those not enrolled themselves stand as `number/1`, `/2` …"""
    members: dict[str, list[str]] = {}
    for number, person in people.items():
        if person.one == number:
            members.setdefault(person.household, []).append(number)
    for home in tx.read(_HouseholdSize, "SELECT number, size FROM household"):
        known = members.setdefault(home.number, [])
        known += [f"{home.number}/{more}" for more in range(1, home.size - len(known) + 1)]
    return members


def _counted(
    tx: ReadTransaction, found: Programme, begins: int, ends: int, people: Mapping[str, _Someone]
) -> dict[tuple[str, str], _Reached]:
    households = _households(tx, people)
    wide = set(tx.all(
        select(Entitlement.round, Entitlement.category).where(Entitlement.per != "person")
    ))
    rows: dict[tuple[str, str], _Reached] = {}
    for voucher in tx.read_each(_Given, _VOUCHERS, code=found.code, begins=begins, ends=ends):
        issued, given = voucher.issued, voucher.given_at
        if not issued and given is None and not voucher.redeemed_minor:
            continue
        reached = rows.setdefault((voucher.city, voucher.category), _Reached())
        number = voucher.beneficiary
        number = people[number].one if number in people else number
        home = people[number].household if number in people else number
        covered = [number]
        if (voucher.round, voucher.category) in wide:
            covered = households.get(home, covered)
        if issued and not voucher.generation:  # a replacement moves value, it issues none
            reached.issued_minor += voucher.face_minor
        reached.redeemed_minor += int(voucher.redeemed_minor or 0)
        if issued or given is not None:
            reached.targeted.update(covered)
        if given is not None:
            year = int(date_at(given, found.zone)[:4])
            reached.households.add(home)
            for one in covered:
                reached.people[one] = min(year, reached.people.get(one, year))
    return rows


_VOUCHERS = """
SELECT v.round, v.city, v.category, v.beneficiary, v.face_minor, v.generation,
       CASE WHEN i.occurred_at >= :begins AND i.occurred_at < :ends THEN 1 ELSE 0 END AS issued,
       CASE WHEN h.occurred_at >= :begins AND h.occurred_at < :ends THEN h.occurred_at END
       AS given_at,
       (SELECT sum(e.amount_minor) FROM entry e WHERE e.voucher = v.id AND e.kind = 'redeem'
        AND e.occurred_at >= :begins AND e.occurred_at < :ends
        AND NOT EXISTS (SELECT 1 FROM entry b WHERE b.reverses = e.id)) AS redeemed_minor
FROM voucher v JOIN round r ON r.code = v.round
JOIN entry i ON i.voucher = v.id AND i.seq = 1
LEFT JOIN entry h ON h.voucher = v.id AND h.kind = 'hand-over'
AND NOT EXISTS (SELECT 1 FROM entry t WHERE t.voucher = h.voucher AND t.kind = 'take-back'
                AND t.seq > h.seq)
WHERE r.programme = :code
"""


def _row(
    found: Programme, asked: FiveWRequest, city: City | None, category: str, reached: _Reached,
    people: Mapping[str, _Someone],
) -> list[object]:
    sector = asked.sectors.get(category) or category_word(category, "en")
    country = asked.country or ((city.iso or "")[:2] if city else "")
    return [
        asked.date_from, asked.date_until, asked.organisation, asked.funder, found.code, sector,
        MODALITY, MODALITY_IATI, country, "", (city.iso or "") if city else "",
        city.name("en", asked.date_until) if city else "",
        (city.pcode or city.kato or "") if city else "", len(reached.targeted),
        len(reached.households), len(reached.people),
        *_by_age(reached, people, asked.bands), found.currency, reached.issued_minor,
        reached.redeemed_minor,
    ]


def _by_age(
    reached: _Reached, people: Mapping[str, _Someone], bands: Sequence[Band]
) -> Iterator[int]:
    """People reached by band and sex; whose sex or birth year is not known is in no band."""
    for band in bands:
        for sex, _ in SEXES:
            yield sum(
                1 for number, year in reached.people.items()
                if (person := people.get(number)) is not None and person.sex == sex
                and person.birth_year is not None
                and band.age_from <= year - person.birth_year
                <= (band.until if band.until is not None else 200)
            )
