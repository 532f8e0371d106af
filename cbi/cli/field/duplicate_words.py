"""What the commands of `cbi duplicates` show and ask, and the steps longer than a line."""

from collections.abc import Sequence
from dataclasses import asdict

from cbi.base.errors import UsageError
from cbi.base.terms import term
from cbi.cli.command_context import CommandContext
from cbi.ledger.vouchers import changes
from cbi.ledger.vouchers.states import OPEN_IN_SQL
from cbi.people.matching.bulk import Bulk
from cbi.people.matching.deciding import Decided, PastDecision
from cbi.people.matching.duplicates import SideBySide
from cbi.people.matching.evidence import Reason
from cbi.people.matching.review import PairView
from cbi.people.names.scripts import script_of
from cbi.people.records.reading import Person

COLUMNS = ("first", "second", "state", "strength", "evidence", "found_at", "decided_by")
LATER = ("evidence", "found_at decided_by")
CHOICES = ("keep", "void")
SHOWN_MAX = 10
Row = tuple[str, str, str]


def table(context: CommandContext, found: Sequence[PairView]) -> None:
    """Pairs of the queue, what agrees in words."""
    context.table(found, COLUMNS, headings="help-duplicates", later=LATER, shown=lambda pair: (
        pair.first, pair.second, context.say(f"duplicates.state-{pair.state}"),
        context.say(f"duplicates.{pair.strength}"), evidence(context, pair.evidence),
        context.instant(pair.found_at), pair.decided_by or "",
    ))


def evidence(context: CommandContext, kinds: str) -> str:
    """What agreed and what did not, without a value."""
    return ", ".join(context.say(f"duplicates.word-{kind}") for kind in kinds.split())


def show(context: CommandContext, told: SideBySide, past: Sequence[PastDecision]) -> None:
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
    if context.json:
        context.show(value)
        return
    context.grid(("", told.pair.first, told.pair.second), _sides(context, told))
    context.show(value, "", *_reasons(context, told), *(
        context.say(
            "help-duplicates.decided", at=context.instant(one.decided_at), by=one.decided_by,
            decision=term("log.value", one.decision), reason=isolated(one.reason),
        )
        for one in past
    ))


def searched(context: CommandContext, done: Bulk) -> None:
    """How many pairs a search among everybody found."""
    counts = {
        strength: sum(pair.strength == strength for pair in done.pairs)
        for strength in ("certain", "likely", "possible")
    }
    facts = {"people": done.people, "pairs": len(done.pairs), "new": done.new, **counts}
    context.show(facts, context.say("help-duplicates.searched", **facts))


def check_choice(context: CommandContext, vouchers: str) -> None:
    """Refuse an unknown choice, and one that this operator may not carry out, before anything."""
    if vouchers not in CHOICES:
        raise UsageError("duplicates.word-unknown", text=vouchers, known=", ".join(CHOICES))
    if vouchers == "void":
        context.session.require("voucher.void")


def voided(context: CommandContext, done: Decided, vouchers: str, reason: str) -> list[str]:
    """Void what is open of the number that goes, if that was chosen; the serials."""
    if vouchers != "void" or done.goes is None:
        return []
    serials = open_serials(context, done.goes)
    for serial in serials:
        changes.void(context.session, serial, reason)
    return serials


def open_serials(context: CommandContext, number: str) -> list[str]:
    """Vouchers of a number on which something remains."""
    with context.session.ledger.read() as tx:
        return [serial for serial, in tx.tuples(
            "SELECT serial FROM voucher WHERE beneficiary = :number"
            f" AND state IN {OPEN_IN_SQL} AND spent_minor < face_minor"
            " ORDER BY serial",
            number=number,
        )]


def decided(context: CommandContext, done: Decided, serials: list[str]) -> None:
    """What a decision or its undoing did, and what is left to do."""
    left = open_serials(context, done.goes) if done.goes and done.decision == "same" else []
    facts = {
        "first": done.pair.first, "second": done.pair.second, "decision": done.decision,
        "state": done.pair.state, "keeps": done.keeps, "goes": done.goes, "voided": serials,
        "open_vouchers": left, "settled": done.settled,
    }
    lines = [context.say(f"help-duplicates.done-{done.decision}", **facts)]
    if done.goes:
        merged = "parted" if done.decision == "undo" else "merged"
        lines.append(context.say(f"help-duplicates.{merged}", **facts))
    if done.settled:
        lines.append(context.say("help-duplicates.settled", count=done.settled))
    if serials:
        lines.append(context.say("help-duplicates.voided", serials=_some(serials)))
    if left:
        lines.append(context.say("help-duplicates.left", serials=_some(left), goes=done.goes))
    context.show(facts, *lines)


def _some(serials: Sequence[str]) -> str:
    more = f" … ({len(serials)})" if len(serials) > SHOWN_MAX else ""
    return ", ".join(serials[:SHOWN_MAX]) + more


def _sides(context: CommandContext, told: SideBySide) -> list[Row]:
    """Each field's name, and what either record has there."""
    rows: list[Row] = []
    for label in ("name", "father", "birth", "sex", "document", "phone", "address", "city",
                  "household", "status"):
        ours, theirs = (_told(person, label) for person in (told.first, told.second))
        deep = max(len(ours), len(theirs))
        for place in range(deep):
            rows.append((
                context.say(f"help-duplicates.field-{label}") if place == 0 else "",
                ours[place] if place < len(ours) else "",
                theirs[place] if place < len(theirs) else "",
            ))
    return rows


def _told(person: Person, label: str) -> list[str]:
    """One field of a record as written; several names, documents and phones one below the other."""
    data = person.data
    birth = data.birth
    found: dict[str, list[str]] = {
        "name": [isolated(name.text) for name in data.names],
        "father": [isolated(name.father) for name in data.names if name.father],
        "birth": [birth.text if birth.text == birth.date else f"{birth.text} ({birth.date})"]
        if birth else [],
        "sex": [term("help-enroll.sum-sex", person.sex)] if person.sex else [],
        "document": [
            f"{one.kind} {isolated(one.as_written or one.number)}" for one in data.documents
        ],
        "phone": list(data.phones),
        "address": [isolated(data.address)] if data.address else [],
        "city": [person.city],
        "household": [f"{person.household} ({person.household_size})"],
        "status": [term("log.value", person.status)],
    }
    return found[label]


def _reasons(context: CommandContext, told: SideBySide) -> list[str]:
    strength = context.say(f"duplicates.{told.match.strength}")
    lines = [context.say("help-duplicates.verdict", strength=strength,
                      state=context.say(f"duplicates.state-{told.pair.state}"))]
    for reason, spellings in zip(told.match.reasons, told.spellings, strict=True):
        sign = "+" if reason.bits > 0 else "-" if reason.bits < 0 else "·"
        lines.append(f"  {sign} {_worded(context, reason, spellings)}")
    return lines


def _worded(context: CommandContext, reason: Reason, spellings: Sequence[str]) -> str:
    ours, theirs = isolated(reason.ours), isolated(reason.theirs)
    if spellings:
        ours, theirs = isolated(spellings[0]), " ≈ ".join(map(isolated, spellings[1:]))
        theirs = theirs or ours
    return context.say(f"duplicates.{reason.kind}", ours=ours, theirs=theirs)


def isolated(words: str) -> str:
    """Words that keep their own direction in a line of another."""
    return f"\u2068{words}\u2069" if script_of(words) == "Arab" else words
