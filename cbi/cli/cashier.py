"""`cbi verify`, `redeem` and `reverse`: what a shop does with a voucher. Starts fast."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from cbi.base.errors import UsageError
from cbi.base.words import visible
from cbi.cli.command_context import CommandContext, command_context, typed_line, typed_lines
from cbi.cli.marks import Decimal, decimal_mark
from cbi.cli.output import output_option
from cbi.cli.views.screen import is_screen
from cbi.ledger.vouchers import redeeming
from cbi.ledger.vouchers.answers import Answer
from cbi.messages import RIGHT_TO_LEFT
from cbi.till.signs import sign_of
from cbi.till.typed import code_and_amount, only_store, store_for, typed_redeem
from cbi.till.words import keyboard_told, record_of, store_name, told

verify_app = typer.Typer(add_completion=False, rich_markup_mode=None)
redeem_app = typer.Typer(add_completion=False, rich_markup_mode=None)
reverse_app = typer.Typer(add_completion=False, rich_markup_mode=None)

Store = Annotated[str | None, typer.Option(help="help-cashier.store")]
CodeWay = Annotated[
    str | None, typer.Option("--code-way", metavar="WAY", help="help-cashier.code-way")
]


@verify_app.command("verify", help="help-cashier.verify")
def verify(
    ctx: typer.Context,
    code: Annotated[
        list[str] | None, typer.Argument(metavar="CODE", help="help-cashier.codes")
    ] = None,
    store: Store = None,
    photo: Annotated[Path | None, typer.Option(help="help-cashier.photo")] = None,
) -> None:
    if not code and photo is None:
        raise UsageError("help-cashier.code-or-photo")
    context = command_context(ctx)
    store = store or only_store(context.session)
    if photo is not None:
        from cbi.till.photo import codes_in

        _verify_all(context, codes_in(photo), store)
    elif code == ["-"] and not sys.stdin.isatty():
        _verify_all(context, filter(None, typed_lines()), store)
    else:
        asked = _code(" ".join(code or ()))
        _answer(context, redeeming.verify(context.session, asked, store))


@redeem_app.command("redeem", help="help-cashier.redeem")
def redeem(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="CODE AMOUNT", help="help-cashier.code-amount")
    ] = None,
    store: Store = None,
    receipt: Annotated[str | None, typer.Option(help="help-cashier.receipt")] = None,
    receipt_total: Annotated[str | None, typer.Option(help="help-cashier.receipt-total")] = None,
    request: Annotated[str | None, typer.Option(help="help-cashier.request")] = None,
    listed: Annotated[Path | None, typer.Option("--list", help="help-cashier.list")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="help-cashier.dry-run")] = False,
    decimal: Decimal = None,
    code_way: CodeWay = None,
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
    code, amount = code_and_amount(words or [])
    if not code or not amount:
        raise UsageError("help-cashier.code-and-amount")
    asked = typed_redeem(context.session, _code(code), amount, store=store, receipt=receipt,
                         total=receipt_total, request=request)._replace(code_way=code_way)
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
    _say_credit(context, redemption)


def _say_credit(context: CommandContext, redemption: str) -> None:
    """A redemption that was settled stands as its retailer's credit from now on."""
    from cbi.ledger.settling import settlement_of

    if context.json:
        return
    with context.session.ledger.read() as tx:
        found = settlement_of(tx, redemption)
    if found is not None:
        context.line(f"help-finance.reversed-{'paid' if found.reference else 'settled'}",
                     settlement=found.number, retailer=found.retailer)


def _code(typed: str) -> str:
    """The code; `-` is read from standard input, so that it stands in no list of processes."""
    return typed_line() if typed == "-" else typed


def _verify_all(context: CommandContext, codes: Iterable[str], store: str | None) -> None:
    """An answer for each code, told at once; with `--json` one object, or an array of several."""
    answers = []
    for code in codes:
        answer = redeeming.verify(context.session, code, store)
        answers.append((answer, answer_words(context, answer)))
        if not context.json:
            show_answer(context, *answers[-1])
    if not answers:
        raise UsageError("help-cashier.code-or-photo")
    if context.json:
        said = [record_of(*each) for each in answers]
        context.show(said[0] if len(said) == 1 else said)
    if any(answer.answer != "ok" for answer, _ in answers):
        raise typer.Exit(1)


def _answer(context: CommandContext, answer: Answer, *, done: str = "") -> None:
    """Show an answer in the cashier's words; another than `ok` ends with 1."""
    show_answer(context, answer, answer_words(context, answer, done=done), done=bool(done))
    if answer.answer != "ok":
        raise typer.Exit(1)


def answer_words(context: CommandContext, answer: Answer, *, done: str = "") -> str:
    """An answer as a sentence or two: first how the code was read, where that has to be said."""
    with context.session.ledger.read() as tx:
        shop = store_name(tx, answer.store, context.language)
    keyboard = keyboard_told(answer, context.language)
    words = told(answer, context.language, store=shop, done=done)
    return f"{keyboard} {words}" if keyboard else words


def show_answer(
    context: CommandContext, answer: Answer, words: str, *, done: bool = False
) -> None:
    """One answer: drawn on a screen, a line elsewhere, an object with `--json`."""
    if context.json or not is_screen():
        shown = f"{answer.serial}: {words}" if answer.serial else words
        context.show(record_of(answer, words), shown)
        return
    from cbi.cli.views.answer import draw_answer

    sign = sign_of(answer, done=done)
    draw_answer(sign, context.say(f"till.{sign.word}"), visible(words), answer.serial or "",
                to_left=context.language in RIGHT_TO_LEFT)
