"""Decisions on exceptions: one or several by their references, or all of a rule up to an amount.

`accept` pays what the rule allows, whole or in part; `ask` is a question that the retailer has to
answer. A line taken for what it probably meant needs another operator than who took the bill in.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from cbi.base.errors import Conflict, UsageError
from cbi.base.ids import new_ids
from cbi.base.money import show_amount
from cbi.finance.intake.statements import held
from cbi.finance.reconciliation.exceptions import (
    ACCEPT,
    LEFT_OPEN,
    VERDICTS,
    DecisionRow,
    ExceptionView,
    decision_hash,
    exception,
    exceptions,
    verdicts_for,
)
from cbi.finance.reconciliation.findings import CURABLE
from cbi.finance.reconciliation.matching import AMOUNT_DIFFERS, DOUBTFUL
from cbi.ledger.settling import duties_apart
from cbi.operators import log
from cbi.operators.duties import keep_apart
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.approvals import (
    DECISION,
    Thing,
    approval_rules,
    in_force,
    programmes_of,
    say_yes,
)
from cbi.storage import ReadTransaction, WriteTransaction

SUBJECTS_MAX = 50
"""More subjects than these are counted in the log, not named."""


class DecisionSaid(NamedTuple):
    """A verdict with its reason; `amount_minor` where only so much is accepted."""

    verdict: str
    reason: str
    amount_minor: int | None = None


def decide(
    session: OperatorSession, references: Sequence[str], verdict: str, reason: str,
    *, amount_minor: int | None = None,
) -> list[ExceptionView]:
    """Say the same of one or several exceptions, each `STATEMENT/SUBJECT`, in one transaction.
    Said again by the same operator, nothing is written, and it comes back as `repeated`.

    `amount_minor` accepts each in part: so much of it, less than the rule would pay.

    Raises:
        NotFound: one of them does not exist.
        UsageError: no reason, or a verdict that cannot be on one of them.
        Conflict: one of them is on a settlement already.
    """
    check_words(session, verdict, reason)

    def work(tx: WriteTransaction) -> list[ExceptionView]:
        for number in sorted({one.strip().upper().partition("/")[0] for one in references}):
            held(tx, number)
        found = list({one.id: one for one in (exception(tx, ref) for ref in references)}.values())
        _check_part(found, verdict, amount_minor)
        said = DecisionSaid(verdict, reason.strip(), amount_minor)
        return decide_in(tx, session, found, said)

    return session.ledger.transact(work)


def decide_all(
    session: OperatorSession, number: str, rule: str, verdict: str, reason: str,
    *, up_to_minor: int | None = None,
) -> list[ExceptionView]:
    """Say the same of all undecided exceptions of one rule on a statement that it can be said of;
    with `up_to_minor` only of those with no more at risk.

    Raises:
        Conflict: there are none.
    """
    check_words(session, verdict, reason)

    def work(tx: WriteTransaction) -> list[ExceptionView]:
        name, said = held(tx, number).number, DecisionSaid(verdict, reason.strip())
        found = [
            one for one in exceptions(tx, statement=name, rule=rule)
            if (one.verdict in (None, *LEFT_OPEN) or _repeats(session, one, said))
            and verdict in verdicts_for(one)
            and (up_to_minor is None or one.at_risk_minor <= up_to_minor)
        ]
        if not found:
            raise Conflict("finance.nothing-to-decide", statement=name, rule=rule, verdict=verdict)
        return decide_in(tx, session, found, said)

    return session.ledger.transact(work)


def check_words(session: OperatorSession, verdict: str, reason: str) -> None:
    """Whether this operator may decide, and says what can be said.

    Raises:
        NotAllowed: the operator may not.
        UsageError: there is no such verdict, or no reason.
    """
    session.require("exception.decide")
    if verdict not in VERDICTS:
        raise UsageError("finance.verdict-unknown", verdict=verdict, known=", ".join(VERDICTS))
    if not reason.strip():
        raise UsageError("finance.reason-missing")


def _check_part(
    found: Sequence[ExceptionView], verdict: str, amount_minor: int | None
) -> None:
    """Only what would be paid can be accepted in part, and only in a part."""
    if amount_minor is None:
        return
    for view in found:
        whole = min(view.claimed_minor, view.redeemed_minor)
        fits = view.rule == AMOUNT_DIFFERS or view.rule in DOUBTFUL
        if verdict != ACCEPT or not fits or not 0 < amount_minor < whole:
            raise UsageError(
                "finance.part-unfit", reference=view.reference,
                whole=show_amount(max(whole, 0), view.currency),
            )


def decide_in(
    tx: WriteTransaction, session: OperatorSession, found: Sequence[ExceptionView],
    said: DecisionSaid,
) -> list[ExceptionView]:
    """The same within a caller's transaction, whose statements are held. What more people have to
    say alike comes back undecided, with how many of them are left.
    """
    verdict, reason = said.verdict, said.reason
    before = [replace(view, repeated=True) for view in found if _repeats(session, view, said)]
    fresh = [view for view in found if not _repeats(session, view, said)]
    for view in fresh:
        _check_fit(tx, session, view, verdict)
    agreed = _agreed(tx, session, fresh, said)
    now = max([session.clock(), *((view.decided_at or 0) + 1 for view in fresh)])
    whose = session.operator.name
    sure = [view for view in agreed if not view.left]
    rows = [
        DecisionRow(made, view.id, verdict, reason, whose, now, said.amount_minor)
        for made, view in zip(new_ids(len(sure), now, session.entropy), sure, strict=True)
    ]
    tx.insert("decision", [row._replace(hash=decision_hash(row))._asdict() for row in rows])
    for number in sorted({view.statement for view in sure}):
        mine = [view for view in sure if view.statement == number]
        subjects = [view.reference.removeprefix(f"{number}/") for view in mine[:SUBJECTS_MAX]]
        log.record(
            tx, operator=whose, action="exception.decide", object=number, at=now,
            detail={"verdict": verdict, "exceptions": len(mine), "subjects": [*subjects]},
            origin=session.origin,
        )
    return before + [
        view if view.left else replace(
            view, verdict=verdict, reason=reason, decided_by=whose, decided_at=now,
            part_minor=said.amount_minor,
        )
        for view in agreed
    ]


def _repeats(session: OperatorSession, view: ExceptionView, said: DecisionSaid) -> bool:
    """Whether the last thing said of it is just this, by this operator: a line typed twice."""
    newest = DecisionSaid(view.verdict or "", view.reason or "", view.part_minor)
    return newest == said and view.decided_by == session.operator.name


def _agreed(
    tx: WriteTransaction, session: OperatorSession, found: Sequence[ExceptionView],
    said: DecisionSaid,
) -> list[ExceptionView]:
    """Exceptions with how many people are left to say the same, this one's word given."""
    if said.verdict in LEFT_OPEN or not in_force(approval_rules(tx)):
        return [*found]
    return [
        replace(view, left=say_yes(tx, session, decision_of(tx, view, said)).left)
        for view in found
    ]


def decision_of(tx: ReadTransaction, view: ExceptionView, said: DecisionSaid) -> Thing:
    """What several people may have to say alike of an exception; none of them took its bill in.

    It counts by the money that it is about, whichever of the sides says more.
    """
    importer = str(tx.value(
        "SELECT imported_by FROM statement WHERE number = :number", number=view.statement))
    earlier = tx.value(
        "SELECT count(*) FROM decision WHERE exception = :id "
        "AND verdict NOT IN ('ask', 'later')", id=view.id,
    )
    return Thing(
        DECISION, view.id.hex(), said_alike(said.verdict, said.amount_minor, earlier),
        max(view.claimed_minor, abs(view.redeemed_minor), view.at_risk_minor),
        programmes_of(tx, view.retailer, view.currency), importer, view.statement,
    )


def said_alike(verdict: str, amount_minor: int | None, earlier: int) -> str:
    """What has to be said alike: the verdict, how much of it is accepted where it is a part, and
    after how many decisions, so that a yes counts for one of them alone. Pure."""
    return f"{verdict} {'' if amount_minor is None else amount_minor} {earlier}"


def _check_fit(
    tx: ReadTransaction, session: OperatorSession, view: ExceptionView, verdict: str
) -> None:
    known = verdicts_for(view)
    if verdict == ACCEPT and view.rule in CURABLE:
        importer = str(tx.value(
            "SELECT imported_by FROM statement WHERE number = :number", number=view.statement
        ))
        apart = duties_apart(tx, view.retailer)
        keep_apart(importer, session.operator.name, duty="exception.decide", apart=apart)
    if verdict not in known:
        raise UsageError(
            "finance.verdict-unfit", reference=view.reference, verdict=verdict,
            known=", ".join(known),
        )
    accepted = tx.value(
        "SELECT 1 FROM exception x JOIN acceptance a ON a.statement = x.statement "
        "AND a.line = x.line WHERE x.id = :id", id=view.id,
    )
    settled = view.line is None and tx.value(
        "SELECT 1 FROM exception x JOIN settlement_line l ON l.entry = x.entry WHERE x.id = :id",
        id=view.id,
    )
    if accepted or settled:
        raise Conflict(
            "finance.exception-settled", reference=view.reference, statement=view.statement,
        )
