"""Red flags asked for: what was found, in words, and what a person said of it before."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from cbi.base.canonical import canonical_json
from cbi.base.errors import Unusable
from cbi.messages.catalogue import text
from cbi.messages.figures import amount_figures, moment_words
from cbi.operators.operator_session import OperatorSession
from cbi.people.matching.shared import households_by_phone, households_by_proxy
from cbi.programmes.tables import Programme
from cbi.reports.as_of import AsOf, as_of
from cbi.reports.flags.facts import Groups, happened
from cbi.reports.flags.patterns import RedFlag, sale_flags
from cbi.reports.flags.records import PHONE_HOUSEHOLDS, PROXY_HOUSEHOLDS, record_flags
from cbi.reports.overview import chosen_programme
from cbi.reports.tables import FlagDecision
from cbi.storage import ReadTransaction

LETTERS = 10
NAMES_SHOWN = 12
NAMES_PEOPLE = ("household-splits", "one-phone", "one-proxy")
"""Kinds that name households or people, and no vouchers."""
STEPS = ("first", "second")


@dataclass(frozen=True, slots=True)
class ShownFlag:
    """A flag as people see it; `id` names it by kind, subject and evidence."""

    id: str
    kind: str
    subject: str
    serials: tuple[str, ...]
    facts: dict[str, int | str]
    currency: str
    zone: str
    decision: FlagDecision | None

    def words(self, language: str) -> list[str]:
        """The flag in sentences: what, the evidence, innocent explanations, what to do."""
        def say(key: str, **facts: object) -> str:
            return text(f"flags.{key}", language, **facts)

        short = self.id[:LETTERS]
        lines = [
            say("shown", title=say(f"title-{self.kind}"), subject=self.subject, flag=short),
            "  " + say(f"evidence-{self.kind}", **self._worded(language)),
            "  " + say("innocent", words=say(f"innocent-{self.kind}")),
        ]
        if self.decision is not None:
            lines.append("  " + say(
                "verdict", by=self.decision.decided_by, reason=self.decision.reason,
                when=moment_words(self.decision.decided_at, self.zone, language),
                verdict=say(f"verdict-{self.decision.verdict}"),
            ))
            return lines
        if self.kind in NAMES_PEOPLE:
            more = ["…"] if len(self.serials) > NAMES_SHOWN else []
            lines.append("  " + say("named", names=", ".join([*self.serials[:NAMES_SHOWN], *more])))
        elif self.serials:
            lines.append("  " + say("look", serial=self.serials[0]))
        return [*lines, "  " + say("decide", flag=short)]

    def record(self) -> dict[str, object]:
        """As plain values."""
        said = self.decision
        return {
            "flag": self.id, "kind": self.kind, "subject": self.subject, "serials": self.serials,
            "facts": self.facts, "verdict": None if said is None else said.verdict,
            "reason": None if said is None else said.reason,
            "decided_by": None if said is None else said.decided_by,
        }

    def _worded(self, language: str) -> dict[str, object]:
        told: dict[str, object] = dict(self.facts)
        for name in ("amount", "limit"):
            if name in told:
                told[name] = amount_figures(int(str(told[name])), self.currency, language)
        if "since" in told:
            told["since"] = moment_words(int(str(told["since"])), self.zone, language)
        if self.kind == "one-hand":
            told |= {name: text(f"flags.step-{told[name]}", language) for name in STEPS}
        return told


@dataclass(frozen=True, slots=True)
class FlagsFound:
    """All flags of a run; `phones` says whether shared phones and proxies could be looked at."""

    flags: tuple[ShownFlag, ...]
    phones: bool
    seen: AsOf

    @property
    def open(self) -> list[ShownFlag]:
        """Those of which nobody has said anything."""
        return [one for one in self.flags if one.decision is None]


def find_flags(
    session: OperatorSession, programme_code: str | None = None, asked: str | None = None
) -> FlagsFound:
    """Everything in a programme that is worth a question, with what was said of it.

    Raises:
        NotAllowed: this operator may not see red flags.
        NotFound: no such programme, or no such seal.
    """
    session.require("flags.read")
    with session.ledger.read() as tx:
        found = chosen_programme(tx, programme_code)
        seen = as_of(tx, asked, session.clock(), found.zone)
        shared = _shared(session, tx, seen)
        phones, proxies = shared or ((), ())
        told = happened(tx, seen, found, phones, proxies)
        raised = [*sale_flags(told), *record_flags(told)]
        said = _decisions(tx, seen)
    return FlagsFound(tuple(_shown(found, one, said) for one in raised), shared is not None, seen)


def _shared(
    session: OperatorSession, tx: ReadTransaction, seen: AsOf
) -> tuple[Groups, Groups] | None:
    """Households with a phone, and with a proxy, in common; None where this machine has no part in
    the vault."""
    try:
        return (tuple(households_by_phone(session, tx, PHONE_HOUSEHOLDS, seen.until)),
                tuple(households_by_proxy(session, tx, PROXY_HOUSEHOLDS, seen.until)))
    except Unusable:
        return None


def _decisions(tx: ReadTransaction, seen: AsOf) -> dict[bytes, FlagDecision]:
    """The newest word on each flag that was said by then."""
    return {one.flag: one for one in tx.all(
        select(FlagDecision).where(col(FlagDecision.decided_at) < seen.until)
        .order_by(col(FlagDecision.decided_at), col(FlagDecision.id))
    )}


def _shown(found: Programme, one: RedFlag, said: dict[bytes, FlagDecision]) -> ShownFlag:
    digest = flag_digest(one.kind, one.subject, [line.hex() for line in one.lines] or one.serials)
    return ShownFlag(
        digest.hex(), one.kind, one.subject, one.serials[:200], one.facts, found.currency,
        found.zone, said.get(digest),
    )


def flag_digest(kind: str, subject: str, evidence: Sequence[str]) -> bytes:
    """What names a flag: other evidence makes another flag."""
    return hashlib.sha256(canonical_json([kind, subject, *sorted(evidence)])).digest()
