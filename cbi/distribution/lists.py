"""The distribution list of a batch: who collects which vouchers where, to print or to tick.

It is the one paper with names, for staff at the distribution alone. Names are opened once, with the
purpose on record; of a document the last digits are shown, enough to compare with the one in hand.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from cbi.base.clock import at, date_at
from cbi.base.errors import Conflict, UsageError
from cbi.distribution.order import OnPaper, Placed, in_hand_order, vouchers_on_paper
from cbi.distribution.printing import approved_batch, is_practice
from cbi.files import atomic_file
from cbi.files.workbook import Column, Sheet, write_workbook
from cbi.messages import text
from cbi.messages.figures import category_word, date_words, moment_words
from cbi.operators.operator_session import OperatorSession
from cbi.paper.values import DistributionListRow, ListedVoucher, ListLook
from cbi.people.matching.beneficiaries import barred
from cbi.people.records.languages import script_of_language
from cbi.people.records.reading import Person, unseal
from cbi.people.records.record import WrittenName
from cbi.places.places import cities, city_name
from cbi.programmes.batches import BatchView
from cbi.programmes.programmes import programme
from cbi.programmes.tables import Programme
from cbi.storage.transactions import ReadTransaction

TAIL_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Listed:
    """A distribution list as written: where, and how many people and vouchers are on it.

    `missing` has by beneficiary number the letters of a name that no font of ours has; on paper a
    mark stands in their place. A workbook has the name as it is and no `pages`.
    """

    batch: str
    path: Path
    people: int
    vouchers: int
    pages: int | None
    missing: Mapping[str, str] = field(default_factory=dict)


class _HandedOver(NamedTuple):
    """A voucher, and when it was last handed over."""

    voucher: bytes
    occurred_at: int


class Which(NamedTuple):
    """Which of a batch's vouchers are on a list: of a city alone, by its code; also those that were
    handed over.
    """

    city: str | None = None
    received: bool = False


class Remarks(NamedTuple):
    """What stands where somebody would sign: why not to hand over, by beneficiary number; and that
    it was received, by the voucher's id."""

    of_people: Mapping[str, str]
    received: Mapping[bytes, str]


def distribution_list(
    session: OperatorSession, number: str, path: Path, *, which: Which | None = None,
    language: str = "en", password: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> Listed:
    """Write a batch's distribution list: a PDF to sign, or (`.xlsx`) a workbook to tick.

    Vouchers that wait to be handed over are on it; with `received` also those that were, with the
    day, where one would sign. A `password` locks the PDF.

    Raises:
        UsageError: a password for a workbook, which we cannot lock, or another ending.
        NotFound: no such batch or city.
        Conflict: the batch is not approved, or nothing is left to hand over.
        NotAllowed: personal data is not for this operator.
    """
    from cbi.paper import draw_distribution_list

    session.require("voucher.hand-over")
    is_workbook = path.suffix.lower() == ".xlsx"
    if not is_workbook and path.suffix.lower() != ".pdf":
        raise UsageError("issuance.list-ending", file=path.name)
    if is_workbook and password is not None:
        raise UsageError("issuance.list-unlockable", file=path.name)
    city, received = which or Which()
    with session.ledger.read() as tx:
        found = approved_batch(tx, number)
        owner = programme(tx, found.programme)
        if city is not None:
            city_name(tx, city, language)
        handed = _handed_over(tx, found.number, owner.zone, language) if received else {}
        rows = _in_order(tx, found.number, city, handed)
        look = _look(tx, session, found, owner, language)
        remarks = _remarks(tx, rows, language)
    if not rows:
        raise Conflict("issuance.nothing-to-list", batch=found.number)
    purpose = text("issuance.purpose-distribution", "en", batch=found.number)
    wanted = dict.fromkeys(one.voucher.beneficiary for one in rows)
    opened = unseal(session, wanted, purpose=purpose)
    listed = list(_rows(rows, opened, Remarks(remarks, handed)))
    if is_workbook:
        _write_workbook(path, listed, look, made_at=session.clock())
        return Listed(found.number, path, len(listed), len(rows), None)
    with atomic_file(path, private=True) as out:
        drawn = draw_distribution_list(
            out, listed, look, created=at(session.clock(), owner.zone), password=password,
            progress=progress,
        )
    return Listed(found.number, path, len(listed), len(rows), drawn.pages, drawn.missing)


def rows_to_give(
    session: OperatorSession, numbers: Sequence[str], city: str, *, purpose: str, language: str
) -> list[tuple[DistributionListRow, list[OnPaper]]]:
    """Whom a city's vouchers of these batches wait for, in the order of the lists, and the vouchers
    of each. `language` is that of the remarks.

    Raises:
        NotAllowed: personal data is not for this operator.
    """
    with session.ledger.read() as tx:
        placed = [one for number in numbers for one in _in_order(tx, number, city, {})]
        remarks = _remarks(tx, placed, language)
    papers: dict[str, OnPaper] = {one.voucher.serial: one.voucher for one in placed}
    wanted = dict.fromkeys(one.voucher.beneficiary for one in placed)
    opened = unseal(session, wanted, purpose=purpose)
    return [
        (row, [papers[one.serial] for one in row.vouchers])
        for row in _rows(placed, opened, Remarks(remarks, {}))
    ]


def _in_order(
    tx: ReadTransaction, number: str, city: str | None, handed: Container[bytes]
) -> list[Placed]:
    """A batch's vouchers that wait to be handed over, and those in hands that are wanted too."""
    return in_hand_order(tx, number, (
        row for row in vouchers_on_paper(tx, number)
        if (row.state == "issued" or row.id in handed) and city in (None, row.city)
    ))


def _remarks(tx: ReadTransaction, rows: Sequence[Placed], language: str) -> dict[str, str]:
    """By number, why not to hand over to somebody."""
    return {
        number: text(f"voucher.list-why-{why}", language)
        for number, why in barred(tx, (one.voucher.beneficiary for one in rows)).items()
    }


def _handed_over(
    tx: ReadTransaction, number: str, zone: str, language: str
) -> dict[bytes, str]:
    """Of a batch's vouchers that are in hands: that they were received, and on which day."""
    return {
        one.voucher: text("voucher.list-received", language,
                          day=date_words(date_at(one.occurred_at, zone), language))
        for one in tx.read(
            _HandedOver, "SELECT e.voucher, max(e.occurred_at) AS occurred_at FROM entry e "
            "JOIN voucher v ON v.id = e.voucher JOIN batch b ON b.id = v.batch "
            "WHERE b.number = :number AND e.kind = 'hand-over' AND v.state IN "
            "('active', 'blocked', 'expired') GROUP BY e.voucher", number=number,
        )
    }


def _rows(
    vouchers: Sequence[Placed], people: Mapping[str, Person], remarks: Remarks
) -> Iterator[DistributionListRow]:
    """One row a person, in the order in which the sheets lie; another one for each day on which
    something of theirs was handed over."""
    by_person: dict[tuple[str, str], list[Placed]] = defaultdict(list)
    for one in vouchers:
        had = remarks.received.get(one.voucher.id, "")
        by_person[one.voucher.beneficiary, had].append(one)
    for (beneficiary, had), own in by_person.items():
        person = people.get(beneficiary)
        names = () if person is None else person.data.names
        yield DistributionListRow(
            city=own[0].place, number=own[0].number, beneficiary=beneficiary,
            name=_own_name(names, own[0].voucher.language) or beneficiary,
            name_latin=_latin_name(names), document_tail=_tail(person),
            household_size=1 if person is None else person.household_size,
            vouchers=tuple(
                ListedVoucher(one.voucher.serial, one.voucher.category, one.voucher.face_minor,
                              one.voucher.currency)
                for one in own
            ),
            remark=had or remarks.of_people.get(beneficiary, ""), received=bool(had),
        )


def _own_name(names: Sequence[WrittenName], language: str) -> str:
    """The name in the script that its bearer reads, else as first written."""
    wanted = script_of_language(language)
    chosen = next((name for name in names if name.script == wanted), None)
    return _whole(chosen or names[0]) if names else ""


def _latin_name(names: Sequence[WrittenName]) -> str:
    chosen = next((name for name in names if name.script == "Latn"), None)
    if chosen is None:
        chosen = next((name for name in names if name.script == "Cyrl"), None)
        if chosen is None:
            return ""
        from anyascii import anyascii

        return str(anyascii(_whole(chosen)))
    return _whole(chosen)


def _whole(name: WrittenName) -> str:
    return f"{name.text} ({name.father})" if name.father else name.text


def _tail(person: Person | None) -> str:
    if person is None or not person.data.documents:
        return ""
    return person.data.documents[0].number[-TAIL_DIGITS:]


def _look(
    tx: ReadTransaction, session: OperatorSession, found: BatchView, owner: Programme, language: str
) -> ListLook:
    return ListLook(
        programme=owner.short_name, batch_label=found.number, printed_by=session.operator.name,
        printed_at=moment_words(session.clock(), owner.zone, language),
        practice=is_practice(tx), language=language,
        cities={one.code: one.name(language) for one in cities(tx)},
    )


def _write_workbook(
    path: Path, rows: Sequence[DistributionListRow], look: ListLook, *, made_at: int
) -> None:
    """A sheet a place; a row a voucher, so that each is ticked by itself."""
    def say(name: str) -> str:
        return text(f"voucher.{name}", look.language)

    columns = (
        Column(say("list-number"), "count"), Column(say("list-beneficiary")),
        Column(say("list-name")), Column(say("list-name-latin")), Column(say("list-document")),
        Column(say("list-household"), "count"), Column(say("serial")), Column(say("category")),
        Column(say("value"), "amount", total=True), Column(say("list-handed-over")),
        Column(say("list-acknowledged")), Column(say("list-witness")), Column(say("list-remark")),
    )
    places = list(dict.fromkeys(row.city for row in rows))
    title = [f"{say('list-title')} · {look.programme} · {look.batch_label}", say("list-tick"),
             say("list-private")]
    if look.practice:
        title.insert(0, say("practice-note"))
    sheets = (
        Sheet(
            look.place_name(place), columns,
            (
                (row.number, row.beneficiary, row.name, row.name_latin, row.document_tail,
                 row.household_size, one.serial,
                 category_word(one.category, look.language),
                 one.amount_minor, None, None, None, row.remark or None)
                for row in rows if row.city == place for one in row.vouchers
            ),
            title=title, currency=rows[0].vouchers[0].currency,
        )
        for place in places
    )
    write_workbook(
        path, sheets, title=f"{look.programme} {look.batch_label}", language=look.language,
        made_at=made_at, private=True,
    )
