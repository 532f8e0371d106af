"""What a person's record must have before it is kept."""

from collections.abc import Collection

from sqlmodel import select

from cbi.base.clock import DAY_US, date_at, typed_day
from cbi.base.errors import CbiError, NotFound, UsageError
from cbi.base.words import said
from cbi.messages.catalogue import LANGUAGES
from cbi.operators.operator_session import OperatorSession
from cbi.people.records.languages import UNSAID
from cbi.people.records.record import CONSENT_WAYS, Consent, NewPerson, PersonalData
from cbi.places.tables import CityRow
from cbi.storage.transactions import ReadTransaction

HOUSEHOLD_SIZE_MAX = 99
BIRTH_YEAR_MIN = 1850
LABEL_LENGTH_MAX = 40


def problem_of(person: NewPerson, cities: Collection[str], today: str) -> CbiError | None:
    """Why this person cannot be enrolled as given, or None."""
    try:
        check_data(person.data, today)
        if person.city not in cities:
            raise NotFound("people.city-unknown", city=person.city)
        check_sex(person.sex)
        if person.language != UNSAID:
            check_language(person.language)
        check_size(person.household_size)
        if person.consent:
            check_consent(person.consent, today)
    except CbiError as error:
        return error
    return None


def check_data(data: PersonalData, today: str) -> None:
    """A name at least, and a birth year that can be."""
    if not any(name.text.strip() for name in data.names):
        raise UsageError("people.name-missing")
    if data.birth:
        text = data.birth.date
        year_max = int(today[:4])
        year = int(text[:4]) if text[:4].isascii() and text[:4].isdigit() else 0
        if not BIRTH_YEAR_MIN <= year <= year_max or text > today[: len(text)]:
            raise UsageError("people.birth-impossible", first=BIRTH_YEAR_MIN, last=year_max)


def check_sex(sex: str) -> None:
    """`f`, `m` or empty."""
    if sex not in ("f", "m", ""):
        raise UsageError("people.sex-unreadable", text=sex)


def check_language(language: str) -> None:
    """A language that vouchers speak."""
    if language not in LANGUAGES:
        raise UsageError("people.language-unknown", text=language, known=", ".join(LANGUAGES))


def check_size(size: int) -> None:
    """How many live together."""
    if not 1 <= size <= HOUSEHOLD_SIZE_MAX:
        raise UsageError("people.size-impossible", size=size, most=HOUSEHOLD_SIZE_MAX)


def check_consent(consent: Consent, today: str) -> None:
    """A text's version, a known way, a day that has come."""
    version = consent.version.strip()
    if not version or len(version) > LABEL_LENGTH_MAX:
        raise UsageError("people.consent-version-missing")
    if consent.way not in CONSENT_WAYS:
        raise UsageError(
            "people.consent-way-unknown", text=consent.way, known=", ".join(CONSENT_WAYS)
        )
    check_date(consent.date, today)


def check_date(text: str, today: str) -> str:
    """A calendar date (ISO text) that is not to come.

    Raises:
        UsageError: it is no date, or it lies ahead.
    """
    try:
        day = typed_day(text)
    except ValueError as error:
        raise UsageError("people.date-unreadable", text=text) from error
    if day > today:
        raise UsageError("people.date-ahead", date=day)
    return day


def today(session: OperatorSession) -> str:
    """Today's date; see `today_in`."""
    with session.ledger.read() as tx:
        return today_in(tx, session.clock())


def today_in(tx: ReadTransaction, now_us: int) -> str:
    """Today's date (ISO text) in the programmes' zone; in the one that is furthest on, where they
    have several, and with a day of grace while no programme says where it is."""
    zones = {zone for (zone,) in tx.tuples("SELECT zone FROM programme")}
    return max((date_at(now_us, zone) for zone in zones), default=date_at(now_us + DAY_US, "UTC"))


def check_reason(reason: str) -> str:
    """A reason, trimmed.

    Raises:
        UsageError: none was given.
    """
    return said(reason, "people.reason-missing")


def city_codes(tx: ReadTransaction) -> frozenset[str]:
    """The cities there are."""
    return frozenset(tx.all(select(CityRow.code)))


def check_witnesses(tx: ReadTransaction, consents: Collection[Consent]) -> None:
    """A witness is an operator, so that no outsider's name stands in the clear.

    Raises:
        NotFound: no such operator.
    """
    for witness in sorted({consent.witness for consent in consents if consent.witness}):
        if tx.value("SELECT 1 FROM operator WHERE name = :name", name=witness) is None:
            raise NotFound("people.witness-unknown", operator=witness)
