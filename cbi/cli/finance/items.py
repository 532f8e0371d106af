"""`statement items`: what families bought, from the shop's own export."""

from pathlib import Path
from typing import Annotated

import typer

from cbi.cli.command_context import CommandContext, command_context
from cbi.documents.keeping import add_content
from cbi.finance.intake.items import ItemsRead, goods, read_items
from cbi.messages import texts

statement_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-finance.help")

PROBLEMS_SHOWN = 10


@statement_app.command("items", help="items.help")
def show_items(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="STATEMENT", help="help-finance.number")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="items.help-file")],
    kinds: Annotated[Path | None, typer.Option(help="items.help-kinds")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="items.help-keep")] = False,
) -> None:
    context = command_context(ctx)
    found = read_items(context.session, number, file, goods(kinds))
    context.table(
        [{"kind": kind, "lines": lines, "amount_minor": amount, "currency": found.currency}
         for kind, lines, amount in found.by_kind],
        ("kind", "lines", "amount"), headings="items", shown=lambda row: (
            _kind(context, row["kind"]), str(row["lines"]),
            context.amount(abs(row["amount_minor"]), found.currency),
        ),
    )
    _tell(context, found)
    if keep and found.items:
        made = add_content(context.session, (f"{found.statement}-items.csv", found.as_csv()),
                           found.statement, "items")
        context.line("documents.added", document=made.number, record=made.object,
                     kind=context.say("documents.kind-items"))


def _tell(context: CommandContext, found: ItemsRead) -> None:
    """What vouchers are not for, line by line; what could not be read; what was let go."""
    for one in found.excluded:
        context.line("items.excluded", item=one.name, receipt=one.receipt, row=one.row,
                     kind=_kind(context, one.kind),
                     amount=context.amount(abs(one.amount_minor), found.currency))
    for problem in found.problems[:PROBLEMS_SHOWN] if not context.json else ():
        context.show(None, problem.describe(context.language))
    if found.strangers:
        context.line("items.strangers", count=found.strangers, statement=found.statement)


def _kind(context: CommandContext, kind: str) -> str:
    """A kind in the reader's words; one that a programme made up is its own word."""
    key = f"kind-{kind.replace(', ', '-').replace(' ', '-')}"
    return texts(context.language, "items").get(key, kind)
