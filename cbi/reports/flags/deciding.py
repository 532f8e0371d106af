"""What a person found out about a red flag, kept with a reason and a line in the log."""

from cbi.base.errors import NotFound, UsageError
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.reports.flags.showing import LETTERS, FlagsFound, ShownFlag, find_flags
from cbi.reports.tables import FlagDecision
from cbi.storage import WriteTransaction

VERDICTS = ("explained", "follow-up", "referred")


def decide_flag(
    session: OperatorSession, named: str, verdict: str, reason: str,
    programme_code: str | None = None,
) -> ShownFlag:
    """Keep a verdict on the flag whose letters begin like this.

    Raises:
        NotAllowed: this operator may not decide on red flags.
        NotFound: no flag begins like this.
        UsageError: several do, no such verdict, or no reason.
    """
    session.require("flags.decide")
    found = _named(find_flags(session, programme_code), named)
    short = found.id[:LETTERS]
    if verdict not in VERDICTS:
        raise UsageError("flags.verdict-wrong", text=verdict, flag=short)
    said = reason.strip()
    if not said:
        raise UsageError("flags.reason-missing", flag=short, verdict=verdict)

    def work(tx: WriteTransaction) -> None:
        now, by = session.clock(), session.operator.name
        tx.add(FlagDecision(
            id=session.new_id(), flag=bytes.fromhex(found.id), kind=found.kind,
            subject=found.subject, verdict=verdict, reason=said, decided_by=by, decided_at=now,
        ))
        record_by(
            tx, session, action="flags.decide", object=short, at=now,
            detail={"kind": found.kind, "about": found.subject, "verdict": verdict},
        )

    session.ledger.transact(work)
    return found


def _named(told: FlagsFound, named: str) -> ShownFlag:
    begins = named.strip().lower()
    met = [one for one in told.flags if begins and one.id.startswith(begins)]
    if not met:
        raise NotFound("flags.unknown", flag=named)
    if len(met) > 1:
        raise UsageError("flags.ambiguous", flag=named)
    return met[0]
