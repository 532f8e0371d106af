"""Paper: `print` makes a batch's voucher sheets, or with `--list` its distribution list; `show`
shows one voucher, and its square to who may print."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cbi.base.errors import UsageError
from cbi.cli.city_said import city_said
from cbi.cli.command_context import CommandContext, command_context, read_secret
from cbi.cli.output import output_option
from cbi.cli.show import give, put
from cbi.distribution.lists import Which, distribution_list
from cbi.distribution.printing import Printed, PrintOptions, print_batch
from cbi.distribution.showing import voucher_facts, voucher_square, write_square
from cbi.ledger.vouchers.reading import Voucher
from cbi.programmes.batches import batch

if TYPE_CHECKING:
    from cbi.paper import Logo

print_app = typer.Typer(add_completion=False, rich_markup_mode=None)
show_app = typer.Typer(add_completion=False, rich_markup_mode=None)

SQUARE_STYLE = "bright_white on black"
"""The light drawn of a square, on a screen: whatever its own colours are."""


@print_app.command("print", help="help-paper.print")
def print_sheets(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="BATCH", help="help-paper.batch")],
    output: Annotated[Path, output_option("help-paper.output")],
    serial: Annotated[list[str] | None, typer.Option(help="help-paper.serial")] = None,
    reason: Annotated[str | None, typer.Option(help="help-paper.reason")] = None,
    second_language: Annotated[
        str, typer.Option("--second-language", help="help-paper.second-language")
    ] = "ru",
    password: Annotated[bool, typer.Option("--password", help="help-paper.password")] = False,
    password_file: Annotated[
        Path | None, typer.Option("--password-file", help="help-paper.password-file")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="help-paper.list")] = False,
    received: Annotated[bool, typer.Option("--received", help="help-paper.received")] = False,
    city: Annotated[str | None, typer.Option(help="help-paper.city")] = None,
    form: Annotated[str, typer.Option("--format", help="help-paper.format")] = "a4",
    stack: Annotated[bool, typer.Option("--stack", help="help-paper.stack")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="help-paper.plain")] = False,
    logo: Annotated[Path | None, typer.Option(help="help-paper.logo")] = None,
) -> None:
    context = command_context(ctx)
    lock = _lock(context, password_file) if password or password_file else None
    city = city_said(context, city)
    if listed or received:
        _print_list(context, number, output, Which(city, received), lock)
        return
    options = PrintOptions(
        serial or (), city, context.language, _second(second_language), form, stack, plain,
        None if logo is None else _logo(logo),
    )
    _tell_printed(context, _printed(context, number, output, options, (reason, lock)))


@show_app.command("show", help="help-paper.show")
def show_voucher(
    ctx: typer.Context,
    serial: Annotated[str, typer.Argument(metavar="SERIAL", help="help-paper.show-serial")],
    square: Annotated[bool, typer.Option("--qr", help="help-paper.qr")] = False,
    output: Annotated[
        Path | None, output_option("help-paper.qr-output")
    ] = None,
) -> None:
    context = command_context(ctx)
    if square or output is not None:
        _show_square(context, serial, output)
        return
    _tell_voucher(context, voucher_facts(context.session, serial))


def print_options(context: CommandContext, second_language: str = "ru") -> PrintOptions:
    """How a single sheet is printed where a command has no options for it."""
    return PrintOptions(language=context.language, cashier_language=second_language)


def tell_missing(context: CommandContext, letters: str) -> None:
    """Say which letters no font has, by themselves and by their numbers."""
    if letters:
        named = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in letters)
        put(context.say("help-paper.missing", letters=named), err=True)


def _printed(
    context: CommandContext, number: str, output: Path, options: PrintOptions,
    more: tuple[str | None, str | None],
) -> Printed:
    reason, lock = more
    with context.session.ledger.read() as tx:
        total = len(options.serials) or batch(tx, number).voucher_count
    with context.progress("help-paper.printing", total) as progress:
        return print_batch(
            context.session, number, output, reason=reason, password=lock,
            options=replace(options, progress=progress),
        )


def _tell_printed(context: CommandContext, made: Printed) -> None:
    facts = asdict(made)
    context.show(facts, context.say("help-paper.printed", **facts))
    if made.earlier:
        context.line("help-paper.printed-earlier", **facts)
    tell_missing(context, made.missing)


def _print_list(
    context: CommandContext, number: str, output: Path, which: Which, lock: str | None
) -> None:
    with context.session.ledger.read() as tx:
        total = batch(tx, number).voucher_count
    with context.progress("help-paper.listing", total) as progress:
        made = distribution_list(
            context.session, number, output, which=which, language=context.language,
            password=lock, progress=progress,
        )
    context.show(made, context.say("help-paper.listed", **asdict(made)))
    for beneficiary, letters in made.missing.items():
        put(context.say("help-paper.missing-in", beneficiary=beneficiary), err=True)
        tell_missing(context, letters)


def _show_square(context: CommandContext, serial: str, output: Path | None) -> None:
    from cbi.paper.squares import square_lines

    if output is not None and output.suffix.lower() not in (".png", ".svg"):
        raise UsageError("voucher.square-ending", file=output.name)
    shown = voucher_square(context.session, serial)
    if output is not None:
        write_square(shown, output)
        context.show({"serial": shown.serial, "path": str(output)},
                  context.say("help-paper.qr-written", serial=shown.serial, path=output))
        return
    context.show({"serial": shown.serial, "code": shown.code, "square": shown.square})
    if not context.json:
        give("\n".join(square_lines(shown.square)), style=SQUARE_STYLE)
        give(f"{shown.serial}  {shown.code}")


def _tell_voucher(context: CommandContext, found: Voucher) -> None:
    facts = {
        name: getattr(found, name) for name in (
            "serial", "round", "city", "category", "beneficiary", "language", "currency",
            "face_minor", "balance_minor", "state", "valid_from", "valid_until",
        )
    }
    face, balance = (
        context.amount(amount_minor, found.currency)
        for amount_minor in (found.face_minor, found.balance_minor)
    )
    context.show(facts, context.say("help-paper.shown", **facts, face=face, balance=balance))


def _lock(context: CommandContext, file: Path | None) -> str:
    """The password that is to lock a file: typed twice, or the first line of a file."""
    if file is not None:
        return read_secret(file)
    return context.secret_twice("help-paper.ask-password", option="--password-file")


def _second(language: str) -> str | None:
    """The cashier's language, or None where the vouchers are to speak one alone."""
    said = language.strip().lower()
    return None if said in ("", "none") else said


def _logo(path: Path) -> "Logo":
    from cbi.paper import read_logo

    return read_logo(path)
