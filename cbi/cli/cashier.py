"""`cbi verify`, `redeem` and `reverse`: what a shop does with a voucher. Starts fast."""

from pathlib import Path
from typing import Annotated

import typer

from cbi.base.errors import UsageError
from cbi.base.words import visible
from cbi.cli.command_context import CommandContext, command_context, typed_line
from cbi.cli.marks import Decimal, decimal_mark
from cbi.cli.output import output_option
from cbi.cli.views.screen import is_screen
from cbi.ledger.vouchers import redeeming
from cbi.ledger.vouchers.answers import Answer
from cbi.messages import RIGHT_TO_LEFT
from cbi.till.typed import only_store, store_for, typed_redeem
from cbi.till.words import keyboard_told, record_of, store_name, told

verify_app = typer.Typer(add_completion=False, rich_markup_mode=None)
redeem_app = typer.Typer(add_completion=False, rich_markup_mode=None)
reverse_app = typer.Typer(add_completion=False, rich_markup_mode=None)

Store = Annotated[str | None, typer.Option(help="help-cashier.store")]


@verify_app.command("verify", help="help-cashier.verify")
def verify(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(help="help-cashier.code")],
    store: Store = None,
) -> None:
    context = command_context(ctx)
    _answer(
        context,
        redeeming.verify(context.session, _code(code), store or only_store(context.session)),
    )


@redeem_app.command("redeem", help="help-cashier.redeem")
def redeem(
    ctx: typer.Context,
    code: Annotated[str | None, typer.Argument(help="help-cashier.code")] = None,
    amount: Annotated[str | None, typer.Argument(help="help-cashier.amount")] = None,
    store: Store = None,
    receipt: Annotated[str | None, typer.Option(help="help-cashier.receipt")] = None,
    receipt_total: Annotated[str | None, typer.Option(help="help-cashier.receipt-total")] = None,
    request: Annotated[str | None, typer.Option(help="help-cashier.request")] = None,
    listed: Annotated[Path | None, typer.Option("--list", help="help-cashier.list")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="help-cashier.dry-run")] = False,
    decimal: Decimal = None,
    output: Annotated[
        Path | None, output_option("help-cashier.output")
    ] = None,
) -> None:
    context = command_context(ctx)
    if listed is not None:
        from cbi.cli.shop_list import redeem_list
        from cbi.till.lists import preview

        seen = preview(
            context.session, listed, store_for(context.session, store), decimal_mark(decimal)
        )
        redeem_list(context, seen, dry_run=dry_run, output=output)
        return
    if code is None or amount is None:
        raise UsageError("help-cashier.code-and-amount")
    asked = typed_redeem(context.session, _code(code), amount, store=store, receipt=receipt,
                         total=receipt_total, request=request)
    _answer(context, redeeming.redeem(context.session, asked), done="redeemed")


@reverse_app.command("reverse", help="help-cashier.reverse")
def reverse(
    ctx: typer.Context,
    redemption: Annotated[str, typer.Argument(help="help-cashier.redemption")],
    reason: Annotated[str, typer.Option(help="help-cashier.reason")] = "",
) -> None:
    from cbi.ledger.vouchers.reversing import reverse as undo

    context = command_context(ctx)
    _answer(context, undo(context.session, redemption, reason), done="reversed")


def _draw(context: CommandContext, answer: Answer, words: str, *, done: bool) -> None:
    """The same answer on a screen, to be taken in at a glance."""
    from cbi.cli.views.answer import show_answer, sign_of

    sign = sign_of(answer, done=done)
    show_answer(sign, context.say(f"till.{sign.word}"), visible(words), answer.serial or "",
                to_left=context.language in RIGHT_TO_LEFT)


def _code(typed: str) -> str:
    """The code; `-` is read from standard input, so that it stands in no list of processes."""
    return typed_line() if typed == "-" else typed


def _answer(context: CommandContext, answer: Answer, *, done: str = "") -> None:
    """Show an answer in the cashier's words; another than `ok` ends with 1."""
    with context.session.ledger.read() as tx:
        shop = store_name(tx, answer.store, context.language)
    words = told(answer, context.language, store=shop, done=done)
    if keyboard := keyboard_told(answer, context.language):
        words = f"{keyboard} {words}"
    if context.json or not is_screen():
        shown = (f"{answer.serial}: {words}" if answer.serial else words,)
        context.show(record_of(answer, words), *shown)
    else:
        _draw(context, answer, words, done=bool(done))
    if answer.answer != "ok":
        raise typer.Exit(1)
