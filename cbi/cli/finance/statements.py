"""The retailer's bill: `statement import|list|show`, `reconcile`, `exception list|decide`."""

import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from cbi.base.errors import UsageError
from cbi.base.money import parse_amount
from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.marks import Decimal, decimal_mark, mark_hint
from cbi.cli.output import output_option
from cbi.finance.decisions import deciding, deciding_sheet
from cbi.finance.decisions.awaited import Awaited, awaited
from cbi.finance.intake import previewing, statements
from cbi.finance.intake.previewing import HowToRead, StatementPreview
from cbi.finance.reconciliation import exceptions, reconciling, withdrawing
from cbi.finance.reconciliation.exceptions import ExceptionView
from cbi.finance.reconciliation.reconciling import Reconciliation
from cbi.finance.reconciliation.uncovered import rest_of
from cbi.finance.tables import Statement
from cbi.messages import texts

statement_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-finance.help")
reconcile_app = typer.Typer(add_completion=False, rich_markup_mode=None)
exception_app = typer.Typer(
    add_completion=False, rich_markup_mode=None, help="help-finance.exceptions"
)

Number = Annotated[str, typer.Argument(metavar="STATEMENT", help="help-finance.number")]
PROBLEMS_SHOWN = 20
CLOSED_NAMED = 5
LISTED = 15
"""Exceptions on a screen, if nobody says how many."""


@statement_app.command("import", help="help-finance.import")
def import_statement(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="help-finance.file")],
    retailer: Annotated[str, typer.Option(help="help-finance.retailer")],
    first: Annotated[str | None, typer.Option("--from", help="help-finance.from")] = None,
    last: Annotated[str | None, typer.Option("--until", help="help-finance.until")] = None,
    sheet: Annotated[str | None, typer.Option(help="help-finance.sheet")] = None,
    mapping: Annotated[list[str] | None, typer.Option("--map", help="help-finance.map")] = None,
    decimal: Decimal = None,
    dates: Annotated[str | None, typer.Option("--dates", help="help-finance.dates")] = None,
    currency: Annotated[str | None, typer.Option(help="help-finance.currency")] = None,
    leave_out: Annotated[bool, typer.Option("--leave-out", help="help-finance.leave-out")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="help-finance.dry-run")] = False,
) -> None:
    context = command_context(ctx)
    if dates not in (None, "dmy", "mdy"):
        raise UsageError("help-finance.dates-unknown", text=dates)
    how = HowToRead(period_from=first, period_until=last, sheet=sheet, columns=_columns(mapping),
                    decimal=decimal_mark(decimal), dates=dates, currency=currency)
    with context.progress("help-finance.reading", 0):
        seen = previewing.preview(context.session, file, retailer, how)
    _show_preview(context, seen, alone=dry_run)
    if dry_run:
        return
    if not seen.problems or leave_out:
        key = "help-finance.leave-out-ask" if seen.problems else "help-finance.import-ask"
        if not context.confirmed(key, count=len(seen.problems)):
            return
    with context.progress("help-finance.taking-in", 0):
        made = statements.carry_out(context.session, seen, leave_out=leave_out)
    context.show(_json(made), context.say("help-finance.imported", statement=made.number))


@statement_app.command("list", help="help-finance.list")
def list_statements(
    ctx: typer.Context,
    retailer: Annotated[str | None, typer.Option(help="help-finance.retailer")] = None,
) -> None:
    context = command_context(ctx)
    context.session.require("finance.read")
    with context.session.ledger.read() as tx:
        found = statements.statements(tx, retailer=retailer)
    context.table(
        [_json(one) for one in found],
        ("number", "retailer", "period", "lines", "claimed", "state"),
        headings="help-finance", shown=lambda row: (
            row["statement"], row["retailer"], f"{row['period_from']} – {row['period_until']}",
            str(row["lines"]), context.amount(row["claimed_minor"], row["currency"]),
            context.say(f"help-finance.state-{_stage(row)}", other=row["replaced_by"]),
        ),
    )


@statement_app.command("show", help="help-finance.show")
def show_statement(ctx: typer.Context, number: Number) -> None:
    context = command_context(ctx)
    context.session.require("finance.read")
    with context.session.ledger.read() as tx:
        made = reconciling.reconciliation(tx, statements.statement(tx, number))
    _show_reconciliation(context, made)


@statement_app.command("withdraw", help="help-finance.withdraw")
def withdraw_statement(
    ctx: typer.Context, number: Number,
    reason: Annotated[str, typer.Option(help="help-finance.reason")] = "",
) -> None:
    context = command_context(ctx)
    if not context.confirmed("help-finance.withdraw-ask", statement=number):
        return
    made = withdrawing.withdraw(context.session, number, reason)
    context.show(_json(made), context.say("help-finance.withdrawn", statement=made.number))


@statement_app.command("supersede", help="help-finance.supersede")
def supersede_statement(
    ctx: typer.Context, number: Number,
    by: Annotated[str, typer.Option("--by", help="help-finance.supersede-by")],
    reason: Annotated[str, typer.Option(help="help-finance.reason")] = "",
) -> None:
    context = command_context(ctx)
    if not context.confirmed("help-finance.withdraw-ask", statement=number):
        return
    made = withdrawing.withdraw(context.session, number, reason, replaced_by=by)
    context.show(_json(made), context.say(
        "help-finance.superseded", statement=made.number, other=made.replaced_by))


@reconcile_app.command("reconcile", help="help-finance.reconcile")
def reconcile(
    ctx: typer.Context, number: Number,
    output: Annotated[Path | None, output_option("help-finance.output")]
    = None,
) -> None:
    context = command_context(ctx)
    with context.progress("help-finance.reconciling", 0):
        made = reconciling.reconcile(context.session, number)
    _show_reconciliation(context, made)
    if output is not None:
        from cbi.cli.finance.books import write_books
        from cbi.finance.workbook.workbook import Wanted

        write_books(context, output, Wanted(statement=number))


@exception_app.command("list", help="help-finance.exception-list")
def list_exceptions(
    ctx: typer.Context,
    statement: Annotated[str | None, typer.Option(help="help-finance.number")] = None,
    rule: Annotated[str | None, typer.Option(help="help-finance.rule")] = None,
    undecided: Annotated[
        bool, typer.Option("--undecided", help="help-finance.undecided")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="help-finance.limit")] = None,
) -> None:
    context = command_context(ctx)
    context.session.require("finance.read")
    with context.session.ledger.read() as tx:
        found = exceptions.exceptions(
            tx, statement=statement, rule=None if rule is None else rule_named(rule),
            undecided=undecided, limit=limit or LISTED + 1 if _on_screen(context) else limit or 100,
        )
        waiting = awaited(tx, found)
    more = limit is None and _on_screen(context) and len(found) > LISTED
    found = found[:LISTED] if more else found
    columns = ("reference", "rule", "severity", "serial", "claimed", "redeemed", "verdict")
    context.table(found, columns, headings="help-finance", later=("redeemed", "severity", "serial"),
               shown=lambda one: _cells(context, one, waiting.get(one.id)))
    if more:
        context.line("help-finance.more-listed", count=LISTED)


@exception_app.command("decide", help="help-finance.decide")
def decide(
    ctx: typer.Context,
    verdict: Annotated[str, typer.Argument(help="help-finance.verdict")],
    references: Annotated[
        list[str] | None, typer.Argument(metavar="[EXCEPTION]...", help="help-finance.reference")
    ] = None,
    reason: Annotated[str, typer.Option(help="help-finance.reason")] = "",
    statement: Annotated[str | None, typer.Option(help="help-finance.number")] = None,
    rule: Annotated[str | None, typer.Option(help="help-finance.rule")] = None,
    up_to: Annotated[str | None, typer.Option("--up-to", help="help-finance.up-to")] = None,
    amount: Annotated[str | None, typer.Option("--amount", help="help-finance.part")] = None,
) -> None:
    context = command_context(ctx)
    said = deciding_sheet.verdict_of(verdict) or verdict
    if statement is not None and rule is not None:
        made = deciding.decide_all(
            context.session, statement, rule_named(rule), said, reason,
            up_to_minor=_minor(context, statement, up_to),
        )
    elif references:
        number = references[0].partition("/")[0]
        made = deciding.decide(context.session, references, said, reason,
                               amount_minor=_minor(context, number, amount))
    else:
        raise UsageError("help-finance.decide-what")
    _show_decided(context, made, said)


@exception_app.command("upload", help="help-finance.upload")
def upload_decisions(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="help-finance.upload-file")],
) -> None:
    context = command_context(ctx)
    made = deciding_sheet.decide_by_sheet(context.session, file)
    done = [one for one in made if not one.left]
    context.show(made, context.say("help-finance.uploaded", count=len(done)),
                 *_left_lines(context, made))


def _show_decided(context: CommandContext, made: list[ExceptionView], verdict: str) -> None:
    """How many are decided, and how many wait for more people."""
    done = [one for one in made if not one.left and not one.repeated]
    lines = _left_lines(context, made)
    if repeated := len([one for one in made if one.repeated]):
        lines.append(context.say("help-finance.decided-before", count=repeated))
    if done or not lines:
        lines.insert(0, context.say("help-finance.decided", count=len(done),
                                    verdict=context.say(f"finance.verdict-{verdict}")))
    context.show(made, *lines)


def _left_lines(context: CommandContext, made: list[ExceptionView]) -> list[str]:
    """How many more people it takes, and for how many exceptions."""
    lefts = Counter(one.left for one in made if one.left)
    return [context.say("approvals.left-decision", exceptions=count, count=left)
            for left, count in sorted(lefts.items())]


def rule_named(words: str) -> str:
    """A rule by its own name or by what people read of it, in any of our languages."""
    for language in ("en", "ru"):
        for name, text in texts(language, "finance").items():
            if name.startswith("outcome-") and text.casefold() == words.strip().casefold():
                return name.removeprefix("outcome-")
    return words


def _minor(context: CommandContext, number: str, text: str | None) -> int | None:
    """An amount in the currency of a statement."""
    if text is None:
        return None
    with context.session.ledger.read() as tx:
        return parse_amount(text, statements.statement(tx, number).currency)


def _on_screen(context: CommandContext) -> bool:
    return not context.json and sys.stdout.isatty()


def _columns(mapping: list[str] | None) -> dict[str, str]:
    pairs = [text.partition("=") for text in mapping or ()]
    if any(not equals for _, equals, _ in pairs):
        raise UsageError("help-finance.map-unreadable")
    return {field.strip(): column.strip() for field, _, column in pairs}


def _stage(row: Mapping[str, Any]) -> str:
    """How far a statement has come; one that was taken back claims nothing."""
    if row["withdrawn_at"] is None:
        return "taken-in" if row["reconciled_at"] is None else "reconciled"
    return "withdrawn" if row["replaced_by"] is None else "replaced"


def _json(one: Statement) -> dict[str, Any]:
    return {
        "statement": one.number, "retailer": one.retailer, "period_from": one.period_from,
        "period_until": one.period_until, "lines": one.line_count,
        "claimed_minor": one.claimed_minor, "currency": one.currency,
        "imported_by": one.imported_by, "imported_at": one.imported_at,
        "reconciled_at": one.reconciled_at, "withdrawn_at": one.withdrawn_at,
        "replaced_by": one.replaced_by,
    }


def _show_preview(context: CommandContext, seen: StatementPreview, *, alone: bool) -> None:
    """What was understood; with `--json` only where nothing else follows."""
    problems = [one.describe(context.language) for one in (*seen.problems, *seen.warnings)]
    lines = [
        context.say("help-finance.previewed", lines=len(seen.lines), file=seen.file,
                 amount=context.amount(seen.claimed_minor, seen.currency), first=seen.period_from,
                 last=seen.period_until),
        *problems[:PROBLEMS_SHOWN],
    ]
    if len(problems) > PROBLEMS_SHOWN:
        lines.append(context.say("help-finance.more", count=len(problems) - PROBLEMS_SHOWN))
    lines += mark_hint(context, seen.problems)
    if not context.json:
        context.table(seen.shown, ("field", "letter", "heading", "first"), headings="help-finance",
                      shown=lambda one: (
                          context.say(f"help-finance.field-{one.field}"), one.letter,
                          one.heading or "–", " | ".join(one.first),
                      ))
    if alone or not context.json:
        context.show({
            "file": seen.file, "retailer": seen.retailer, "lines": len(seen.lines),
            "claimed_minor": seen.claimed_minor, "stated_minor": seen.stated_minor,
            "left_minor": seen.left_minor, "currency": seen.currency, "columns": seen.columns,
            "problems": problems,
        }, *lines)


def _show_reconciliation(context: CommandContext, made: Reconciliation) -> None:
    about, rest = made.statement, rest_of(made.offline)
    counted = {**made.lines, "unbilled": made.unbilled, "not-credited": made.not_credited}
    rows = [
        {"outcome": outcome, "count": tally.count, "claimed_minor": tally.claimed_minor,
         "redeemed_minor": tally.redeemed_minor, "payable_minor": tally.payable_minor,
         "currency": about.currency}
        for outcome, tally in counted.items() if tally.count
    ]
    if context.json:
        context.show({**_json(about), "outcomes": rows, "closed": made.closed,
                      "offline": rest._asdict()})
        return
    context.table(rows, ("outcome", "count", "claimed", "redeemed", "payable"),
               headings="help-finance", shown=lambda row: (
                   context.say(f"finance.outcome-{row['outcome']}"), str(row["count"]),
                   context.amount(row["claimed_minor"], about.currency),
                   context.amount(row["redeemed_minor"], about.currency),
                   context.amount(row["payable_minor"], about.currency),
               ))
    if rest.sales:
        context.line("help-finance.offline-rest", sales=rest.sales, **{
            name: context.amount(minor, about.currency) for name, minor in (
                ("amount", rest.amount_minor), ("retailer", rest.retailer_minor),
                ("programme", rest.programme_minor),
            )
        })
    if made.closed:
        context.line("help-finance.closed-others", count=len(made.closed),
                     exceptions=", ".join(made.closed[:CLOSED_NAMED]))
    stage = _stage(_json(about))
    context.line("finance.not-reconciled" if stage == "taken-in" else f"help-finance.{stage}",
                 statement=about.number, other=about.replaced_by)


def _cells(
    context: CommandContext, one: ExceptionView, said: Awaited | None
) -> tuple[str, ...]:
    verdict = context.say(f"finance.verdict-{one.verdict}") if one.verdict else ""
    if said is not None:
        part = "" if said.amount_minor is None else context.amount(said.amount_minor, one.currency)
        verdict = context.say(
            "approvals.so-far", verdict=context.say(f"finance.verdict-{said.verdict}"), part=part,
            count=len(said.given_by), people=said.people, names=", ".join(said.given_by),
        )
    return (
        one.reference, context.say(f"finance.outcome-{one.rule}"),
        context.say(f"finance.severity-{one.severity}"), one.serial or "",
        context.amount(one.claimed_minor, one.currency),
        context.amount(one.redeemed_minor, one.currency),
        verdict,
    )
