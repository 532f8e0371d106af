"""The bank's statement: `bank import|list|match|set-aside`."""

from pathlib import Path
from typing import Annotated

import typer

from cbi.base.errors import UsageError
from cbi.base.money import parse_amount
from cbi.cli.command_context import CommandContext, command_context
from cbi.finance.bank import banking
from cbi.finance.bank.banking import BankPreview, LineSeen
from cbi.finance.bank.books import BankLineSeen, bank_lines, waiting_line
from cbi.finance.bank.forms import HowToReadBank

bank_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-bank.help")

Line = Annotated[str, typer.Argument(metavar="LINE", help="help-bank.line")]
LISTED = 40
"""Lines of a file that are shown before it is taken in."""


@bank_app.command("import", help="help-bank.import")
def import_bank(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="help-bank.file")],
    mapping: Annotated[list[str] | None, typer.Option("--map", help="help-bank.map")] = None,
    account: Annotated[str, typer.Option(help="help-bank.account")] = "",
    currency: Annotated[str | None, typer.Option(help="help-bank.currency")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="help-finance.dry-run")] = False,
) -> None:
    context = command_context(ctx)
    pairs = [text.partition("=") for text in mapping or ()]
    if any(not equals for _, equals, _ in pairs):
        raise UsageError("help-finance.map-unreadable")
    how = HowToReadBank({name.strip(): column.strip() for name, _, column in pairs}, account,
                        currency)
    seen = banking.preview(context.session, file, how)
    _show_preview(context, seen, alone=dry_run)
    if dry_run or not context.confirmed("help-bank.import-ask", file=seen.file):
        return
    made = banking.carry_out(context.session, seen)
    waiting = sum(one.said.waits for one in seen.fresh)
    lines = [context.say("help-bank.imported", number=made.number, lines=made.line_count)]
    if waiting:
        lines.append(context.say("help-bank.some-wait", count=waiting))
    context.show(made, *lines)


@bank_app.command("list", help="help-bank.list")
def list_lines(
    ctx: typer.Context,
    waiting: Annotated[bool, typer.Option("--waiting", help="help-bank.waiting")] = False,
    file: Annotated[str | None, typer.Option("--file", help="help-bank.of-file")] = None,
) -> None:
    context = command_context(ctx)
    context.session.require("finance.read")
    with context.session.ledger.read() as tx:
        found = bank_lines(tx, waiting=waiting, file=None if file is None else file.upper())
    context.table(
        [{"line": one.name, **one._asdict()} for one in found] if context.json else found,
        ("line", "day", "amount", "payee", "became"), headings="help-bank", later=("day",),
        shown=lambda one: (
            one.name, one.booked_on, context.amount(one.amount_minor, one.currency),
            one.payee or one.purpose or one.reference or "–", _became(context, one),
        ),
    )


@bank_app.command("match", help="help-bank.match")
def match_line(
    ctx: typer.Context, line: Line,
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="[SETTLEMENT]...", help="help-bank.settlements")
    ] = None,
    recorded: Annotated[str | None, typer.Option("--payment", help="help-bank.payment")] = None,
    fee: Annotated[str | None, typer.Option("--fee", help="help-bank.fee")] = None,
) -> None:
    context = command_context(ctx)
    context.session.require("bank.import")
    with context.session.ledger.read() as tx:
        found, currency = waiting_line(tx, line)
    what = ", ".join(numbers or ()) or recorded or "–"
    amount = context.amount(found.amount_minor, currency)
    if context.confirmed("help-bank.match-ask", line=line, amount=amount, payee=found.payee or "–",
                         what=what):
        made = banking.match(
            context.session, line, numbers or (), recorded=recorded,
            fee_minor=0 if fee is None else parse_amount(fee, currency),
        )
        context.show(_plain(made.model_dump()),
                     context.say("help-bank.matched", line=line, what=what))


@bank_app.command("set-aside", help="help-bank.set-aside")
def set_line_aside(
    ctx: typer.Context, line: Line,
    reason: Annotated[str, typer.Option(help="help-finance.reason")] = "",
) -> None:
    context = command_context(ctx)
    made = banking.set_aside(context.session, line, reason)
    context.show(_plain(made.model_dump()), context.say("help-bank.is-aside", line=line))


def _plain(row: dict[str, object]) -> dict[str, object]:
    """A row as `--json` gives it: without the ids of the database."""
    return {name: value for name, value in row.items() if not isinstance(value, bytes)}


def _show_preview(context: CommandContext, seen: BankPreview, *, alone: bool) -> None:
    told = seen.told
    if context.json:
        if alone:
            context.show({
                "file": seen.file, "form": told.form, "account": told.account,
                "currency": told.currency, "out_minor": told.out_minor, "in_minor": told.in_minor,
                "lines": [_record(one) for one in seen.seen],
            })
        return
    context.line("help-bank.previewed", file=seen.file, form=told.form,
                 account=told.account or "–", out=context.amount(told.out_minor, told.currency),
                 into=context.amount(told.in_minor, told.currency))
    shown = seen.seen[:LISTED]
    context.table(
        shown, ("number", "day", "amount", "payee", "becomes"), headings="help-bank",
        later=("day", "number"), shown=lambda one: (
            str(one.line.number), one.line.line.booked_on,
            context.amount(one.line.amount_minor, told.currency),
            one.line.line.payee or one.line.line.purpose or one.line.line.reference or "–",
            _becomes(context, one),
        ),
    )
    if len(seen.seen) > len(shown):
        context.line("help-finance.more", count=len(seen.seen) - len(shown))


def _record(one: LineSeen) -> dict[str, object]:
    return {
        "number": one.line.number, **one.line.line._asdict(),
        "amount_minor": one.line.amount_minor, "known": one.known, "why": one.said.why,
        "settlements": list(one.said.settlements), "waits": one.said.waits and not one.known,
    }


def _becomes(context: CommandContext, one: LineSeen) -> str:
    """What a line is taken for, and why."""
    why = context.say(f"bank.why-{one.said.why}")
    if one.said.settlements:
        return context.say("help-bank.pays", what=", ".join(one.said.settlements), why=why)
    if one.known or one.said.payments:
        return why
    return context.say("help-bank.waits", why=why)


def _became(context: CommandContext, one: BankLineSeen) -> str:
    if one.ended is None:
        return context.say("help-bank.waiting-cell")
    if one.ended == "aside":
        return context.say("help-bank.aside-cell", reason=one.reason)
    return context.say("help-bank.paid-cell", what=one.settlements,
                       why=context.say(f"bank.why-{one.why}"))
