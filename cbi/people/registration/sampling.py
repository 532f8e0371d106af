"""The in-person check: 5 to 15 % of the people, drawn so that anyone can draw them again.

Who is drawn depends on the seed and the numbers alone: each number is hashed with the seed, and the
lowest hashes are visited. The seed comes from the machine's randomness unless one is agreed on
aloud; every draw stays on record, so that drawing until the sample suits shows. Whoever enrolled a
person does not check that person.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import col, select

from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.operators.duties import keep_apart
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.matching.beneficiaries import RECEIVES
from cbi.people.records.checking import check_date, today
from cbi.people.records.history import sealed_note
from cbi.people.records.reading import living_facts
from cbi.people.records.tables import (
    PersonRow,
    VerificationMember,
    VerificationResult,
    VerificationSample,
)
from cbi.storage.faults import ConstraintViolation
from cbi.storage.transactions import ReadTransaction, WriteTransaction

FRAMES = ("enrolled", "eligible")
RESULTS = ("seen", "differs", "refused", "not-found")
SHARE_MIN, SHARE_MAX = 5, 15


@dataclass(frozen=True, slots=True)
class SampleMember:
    """A person drawn, in the order of visits; `result` is the last one, None while open."""

    person: str
    city: str
    result: str | None
    date: str | None
    checked_by: str | None


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample: what it was drawn from and with, and how far it has come."""

    number: str
    frame: str
    city: str | None
    seed: str
    share_percent: int
    frame_count: int
    frame_hash: bytes
    drawn_by: str
    drawn_at: int
    members: tuple[SampleMember, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many of each result, and `open` ones."""
        told = [member.result or "open" for member in self.members]
        return {word: told.count(word) for word in (*RESULTS, "open")}


def drawn(numbers: Collection[str], seed: str, share_percent: int) -> list[str]:
    """The numbers drawn, in order: the share is rounded up, so that few people are never none."""
    ranked = sorted(
        numbers, key=lambda number: hashlib.sha256(f"{seed}\x1f{number}".encode()).digest()
    )
    return ranked[: -(-len(ranked) * share_percent // 100)]


def draw_sample(
    session: OperatorSession, *, share_percent: int = 10, frame: str = "enrolled",
    city: str | None = None, seed: str | None = None,
) -> Sample:
    """Draw people to visit, of one city or of all.

    Raises:
        UsageError: a share outside 5 to 15 %, or an unknown frame.
        Conflict: there is nobody to draw.
    """
    session.require("people.sample")
    if not SHARE_MIN <= share_percent <= SHARE_MAX:
        raise UsageError("people.share-impossible", least=SHARE_MIN, most=SHARE_MAX)
    if frame not in FRAMES:
        raise UsageError("people.frame-unknown", text=frame, known=", ".join(FRAMES))
    chosen = (seed or "").strip() or session.entropy(8).hex()

    def work(tx: WriteTransaction) -> Sample:
        numbers = _frame(tx, frame, city)
        if not numbers:
            raise Conflict("people.nobody-to-draw", frame=frame)
        counted = int(tx.value("SELECT count(*) FROM verification_sample"))
        number, now = f"CHECK-{counted + 1}", session.clock()
        members = drawn(numbers, chosen, share_percent)
        try:
            tx.add(VerificationSample(
                number=number, frame=frame, city=city, seed=chosen, share_percent=share_percent,
                frame_count=len(numbers),
                frame_hash=hashlib.sha256("\n".join(numbers).encode()).digest(),
                drawn_by=session.operator.name, drawn_at=now,
            ))
        except ConstraintViolation as error:
            raise Conflict("people.drawn-meanwhile") from error
        tx.add(*(
            VerificationMember(sample=number, place=place, person=person)
            for place, person in enumerate(members, 1)
        ))
        record_by(
            tx, session, action="people.sample", object=number, at=now,
            detail={"people": len(members), "of": len(numbers), "seed": chosen},
        )
        return sample(tx, number)

    return session.ledger.transact(work)


def record_check(
    session: OperatorSession, number: str, person: str, result: str, *, date: str, note: str = "",
    apart: bool = True,
) -> Sample:
    """Write down what a visit found; a note is sealed with the person's record.

    `apart` is False only for a caller who has looked at the programmes' setting.

    Raises:
        UsageError: an unknown result, or a date that cannot be.
        NotFound: no such sample, or the person is not in it.
        NotAllowed: the operator enrolled the person, and duties are kept apart.
        Conflict: the person was erased.
    """
    session.require("people.check")
    if result not in RESULTS:
        raise UsageError("people.result-unknown", text=result, known=", ".join(RESULTS))
    day = check_date(date, today(session))

    def work(tx: WriteTransaction) -> Sample:
        found, about = sample(tx, number), living_facts(tx, person)
        if about.number not in {member.person for member in found.members}:
            raise NotFound("people.not-in-sample", number=about.number, sample=found.number)
        keep_apart(about.enrolled_by, session.operator.name, duty="people.check", apart=apart)
        row_id, now = session.new_id(), session.clock()
        said = note.strip()
        tx.add(VerificationResult(
            id=row_id, sample=found.number, person=about.number, result=result, date=day,
            note_sealed=sealed_note(session, about.number, row_id, said) if said else None,
            checked_by=session.operator.name, checked_at=now,
        ))
        record_by(
            tx, session, action="people.check", object=about.number, at=now,
            detail={"sample": found.number, "result": result},
        )
        return sample(tx, found.number)

    return session.ledger.transact(work)


def sample(tx: ReadTransaction, number: str) -> Sample:
    """A sample with its members and their last results.

    Raises:
        NotFound: no such sample.
    """
    wanted = number.strip().upper()
    row = tx.first(select(VerificationSample).where(VerificationSample.number == wanted))
    if row is None:
        raise NotFound("people.sample-unknown", sample=wanted)
    last = {
        result.person: result
        for result in tx.all(
            select(VerificationResult).where(VerificationResult.sample == wanted)
            .order_by(col(VerificationResult.checked_at), col(VerificationResult.id))
        )
    }
    members = tx.all(
        select(VerificationMember.person, PersonRow.city)
        .join(PersonRow, col(PersonRow.number) == col(VerificationMember.person))
        .where(VerificationMember.sample == wanted).order_by(col(VerificationMember.place))
    )
    return Sample(
        number=row.number, frame=row.frame, city=row.city, seed=row.seed,
        share_percent=row.share_percent, frame_count=row.frame_count, frame_hash=row.frame_hash,
        drawn_by=row.drawn_by, drawn_at=row.drawn_at,
        members=tuple(_member(person, city, last.get(person)) for person, city in members),
    )


def _member(person: str, city: str, last: VerificationResult | None) -> SampleMember:
    if last is None:
        return SampleMember(person, city, None, None, None)
    return SampleMember(person, city, last.result, last.date, last.checked_by)


def samples(tx: ReadTransaction) -> list[str]:
    """The numbers of all samples, the latest first."""
    return tx.all(
        select(VerificationSample.number)
        .order_by(col(VerificationSample.drawn_at).desc(), col(VerificationSample.number).desc())
    )


def _frame(tx: ReadTransaction, frame: str, city: str | None) -> list[str]:
    condition = RECEIVES if frame == "eligible" else (
        "person.erased_at IS NULL AND person.merged_into IS NULL AND person.status = 'active'"
    )
    rows = tx.tuples(
        f"SELECT number FROM person WHERE {condition}"
        " AND (city = :city OR :everywhere = 1) ORDER BY number",
        city=city or "", everywhere=int(city is None),
    )
    return [number for (number,) in rows]
