"""`cbi programme approvals`: how many people a programme asks for as amounts grow."""

from typing import Annotated

import typer

from cbi.base.errors import UsageError
from cbi.base.money import parse_amount
from cbi.cli.command_context import CommandContext, command_context
from cbi.operators.permissions import may
from cbi.operators.roster import operators
from cbi.programmes import approvals, programmes
from cbi.programmes.approval_tables import ApprovalRule
from cbi.programmes.tables import Programme
from cbi.storage.transactions import ReadTransaction

programme_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-programme.help")

DUTIES = {
    approvals.BATCH: "batch.approve", approvals.SETTLEMENT: "settlement.approve",
    approvals.DECISION: "exception.decide",
}


@programme_app.command("approvals", help="approvals.help")
def approval_rules(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="PROGRAMME", help="help-programme.code")],
    kind: Annotated[str | None, typer.Option(
        metavar="batch|settlement|decision", help="approvals.help-kind")] = None,
    first: Annotated[str | None, typer.Option(
        "--from", metavar="AMOUNT", help="approvals.help-from")] = None,
    people: Annotated[int | None, typer.Option(help="approvals.help-people")] = None,
    reason: Annotated[str, typer.Option(help="help-programme.set-reason")] = "",
) -> None:
    context = command_context(ctx)
    session = context.session
    session.require("ledger.read")
    with session.ledger.read() as tx:
        found = programmes.programme(tx, code)
    if (kind, first, people) != (None, None, None):
        if kind is None or first is None or people is None:
            raise UsageError("approvals.all-three")
        made = approvals.set_rule(
            session, found.code, kind, parse_amount(first, found.currency), people, reason)
        _tell_too_few(context, made)
    with session.ledger.read() as tx:
        rules = _in_order(tx, found)
    context.table(
        rules, ("what", "from", "people", "by"), headings="approvals", later=("by",),
        shown=lambda one: (
            context.say(f"approvals.kind-{one.kind}"),
            context.amount(one.from_minor, found.currency), str(one.people), one.set_by,
        ),
    )
    if not rules:
        context.line("approvals.usual", programme=found.code)


def _in_order(tx: ReadTransaction, found: Programme) -> list[ApprovalRule]:
    rules = approvals.in_force(approvals.approval_rules(tx, (found.code,)))
    return sorted(rules, key=lambda one: (approvals.KINDS.index(one.kind), one.from_minor))


def _tell_too_few(context: CommandContext, made: ApprovalRule) -> None:
    """Who could ever say yes, where they are fewer than the rule asks for besides who makes it."""
    with context.session.ledger.read() as tx:
        able = [one.name for one in operators(tx)
                if one.disabled_at is None and may(one.roles, DUTIES[made.kind])]
    if len(able) < made.people + (made.kind != approvals.BATCH):
        context.line("approvals.too-few", people=made.people, names=", ".join(able) or "–")
