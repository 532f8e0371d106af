"""What the commands of `cbi duplicates` show and ask, and the steps longer than a line."""

from collections.abc import Sequence
from dataclasses import asdict

from cbi.base.errors import UsageError
from cbi.cli.here import Here
from cbi.ledger import changes
from cbi.people.bulk import Bulk
from cbi.people.deciding import Decided, PastDecision
from cbi.people.duplicates import SideBySide
from cbi.people.evidence import Reason
from cbi.people.names.scripts import script_of
from cbi.people.reading import Person
from cbi.people.review import PairView

COLUMNS = ("first", "second", "state", "strength", "evidence", "found_at", "decided_by")
LATER = ("evidence", "found_at decided_by")
CHOICES = ("keep", "void")
SHOWN_MAX = 10
Row = tuple[str, str, str]


def table(here: Here, found: Sequence[PairView]) -> None:
    """Pairs of the queue, what agrees in words."""
    here.table(found, COLUMNS, headings="help-duplicates", later=LATER, shown=lambda pair: (
        pair.first, pair.second, here.say(f"duplicates.state-{pair.state}"),
        here.say(f"duplicates.{pair.strength}"), evidence(here, pair.evidence),
        here.instant(pair.found_at), pair.decided_by or "",
    ))


def evidence(here: Here, kinds: str) -> str:
    """What agreed and what did not, without a value."""
    return ", ".join(here.say(f"duplicates.word-{kind}") for kind in kinds.split())


def show(here: Here, told: SideBySide, past: Sequence[PastDecision]) -> None:
    """Both records as written, side by side; the reasons, the weightiest first; past decisions."""
    people = [told.first, told.second]
    value = {
        **asdict(told.pair), "today": told.match.strength, "bits": told.match.bits,
        "people": [asdict(person) for person in people],
        "reasons": [
            {**asdict(reason), "spellings": list(spellings)}
            for reason, spellings in zip(told.match.reasons, told.spellings, strict=True)
        ],
        "decisions": [asdict(one) for one in past],
    }
    if here.json:
        here.show(value)
        return
    here.grid(("", told.pair.first, told.pair.second), _sides(here, told))
    here.show(value, "", *_reasons(here, told), *(
        here.say(
            "help-duplicates.decided", at=here.instant(one.decided_at), by=one.decided_by,
            decision=one.decision, reason=isolated(one.reason),
        )
        for one in past
    ))


def searched(here: Here, done: Bulk) -> None:
    """How many pairs a search among everybody found."""
    counts = {
        strength: sum(pair.strength == strength for pair in done.pairs)
        for strength in ("certain", "likely", "possible")
    }
    facts = {"people": done.people, "pairs": len(done.pairs), "new": done.new, **counts}
    here.show(facts, here.say("help-duplicates.searched", **facts))


def check_choice(here: Here, vouchers: str) -> None:
    """Refuse an unknown choice, and one that this operator may not carry out, before anything."""
    if vouchers not in CHOICES:
        raise UsageError("duplicates.word-unknown", text=vouchers, known=", ".join(CHOICES))
    if vouchers == "void":
        here.desk.require("voucher.void")


def voided(here: Here, done: Decided, vouchers: str, reason: str) -> list[str]:
    """Void what is open of the number that goes, if that was chosen; the serials."""
    if vouchers != "void" or done.goes is None:
        return []
    serials = open_serials(here, done.goes)
    for serial in serials:
        changes.void(here.desk, serial, reason)
    return serials


def open_serials(here: Here, number: str) -> list[str]:
    """Vouchers of a number on which something remains."""
    with here.desk.ledger.read() as tx:
        rows = tx.rows(
            "SELECT serial FROM voucher WHERE beneficiary = :number"
            " AND state IN ('issued', 'active', 'blocked') AND spent_minor < face_minor"
            " ORDER BY serial",
            number=number,
        )
    return [row["serial"] for row in rows]


def decided(here: Here, done: Decided, serials: list[str]) -> None:
    """What a decision or its undoing did, and what is left to do."""
    left = open_serials(here, done.goes) if done.goes and done.decision == "same" else []
    facts = {
        "first": done.pair.first, "second": done.pair.second, "decision": done.decision,
        "state": done.pair.state, "keeps": done.keeps, "goes": done.goes, "voided": serials,
        "open_vouchers": left, "settled": done.settled,
    }
    lines = [here.say(f"help-duplicates.done-{done.decision}", **facts)]
    if done.goes:
        merged = "parted" if done.decision == "undo" else "merged"
        lines.append(here.say(f"help-duplicates.{merged}", **facts))
    if done.settled:
        lines.append(here.say("help-duplicates.settled", count=done.settled))
    if serials:
        lines.append(here.say("help-duplicates.voided", serials=_some(serials)))
    if left:
        lines.append(here.say("help-duplicates.left", serials=_some(left), goes=done.goes))
    here.show(facts, *lines)


def _some(serials: Sequence[str]) -> str:
    more = f" … ({len(serials)})" if len(serials) > SHOWN_MAX else ""
    return ", ".join(serials[:SHOWN_MAX]) + more


def _sides(here: Here, told: SideBySide) -> list[Row]:
    """Each field's name, and what either record has there."""
    rows: list[Row] = []
    for label in ("name", "father", "birth", "sex", "document", "phone", "address", "city",
                  "household", "status"):
        ours, theirs = (_told(person, label) for person in (told.first, told.second))
        deep = max(len(ours), len(theirs))
        for place in range(deep):
            rows.append((
                here.say(f"help-duplicates.field-{label}") if place == 0 else "",
                ours[place] if place < len(ours) else "",
                theirs[place] if place < len(theirs) else "",
            ))
    return rows


def _told(person: Person, label: str) -> list[str]:
    """One field of a record as written; several names, documents and phones one below the other."""
    data = person.data
    birth = data.birth
    found = {
        "name": [isolated(name.text) for name in data.names],
        "father": [isolated(name.father) for name in data.names if name.father],
        "birth": [birth.text if birth.text == birth.date else f"{birth.text} ({birth.date})"]
        if birth else [],
        "sex": [person.sex] if person.sex else [],
        "document": [
            f"{one.kind} {isolated(one.as_written or one.number)}" for one in data.documents
        ],
        "phone": list(data.phones),
        "address": [isolated(data.address)] if data.address else [],
        "city": [person.city],
        "household": [f"{person.household} ({person.household_size})"],
        "status": [person.status],
    }
    return found[label]


def _reasons(here: Here, told: SideBySide) -> list[str]:
    strength = here.say(f"duplicates.{told.match.strength}")
    lines = [here.say("help-duplicates.verdict", strength=strength,
                      state=here.say(f"duplicates.state-{told.pair.state}"))]
    for reason, spellings in zip(told.match.reasons, told.spellings, strict=True):
        sign = "+" if reason.bits > 0 else "-" if reason.bits < 0 else "·"
        lines.append(f"  {sign} {_worded(here, reason, spellings)}")
    return lines


def _worded(here: Here, reason: Reason, spellings: Sequence[str]) -> str:
    ours, theirs = isolated(reason.ours), isolated(reason.theirs)
    if spellings:
        ours, theirs = isolated(spellings[0]), " ≈ ".join(map(isolated, spellings[1:]))
        theirs = theirs or ours
    return here.say(f"duplicates.{reason.kind}", ours=ours, theirs=theirs)


def isolated(words: str) -> str:
    """Words that keep their own direction in a line of another."""
    return f"\u2068{words}\u2069" if script_of(words) == "Arab" else words
