"""`cbi laptop`: a laptop in the field, where there is no ledger: its bundle, and the day's work."""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from cbi.base.clock import Clock, system_clock
from cbi.base.errors import CbiError
from cbi.cli import show
from cbi.cli.command_context import CommandContext, command_context, read_secret, typed_lines
from cbi.cli.output import output_option
from cbi.distribution.naming import discreet
from cbi.field import work
from cbi.field.boxes import FieldVoucher
from cbi.field.laptop import Laptop, make_laptop
from cbi.field.work import VoucherStanding
from cbi.files import atomic_file
from cbi.operators.passphrases import accepted
from cbi.operators.stretching import DEFAULT_STRETCHING

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-laptop.help")

Folder = Annotated[
    Path | None, typer.Option("--in", metavar="FOLDER", help="help-laptop.folder")
]
Item = Annotated[str, typer.Argument(metavar="CODE|SERIAL", help="help-laptop.item")]
HERE = "laptop"


@app.command("new", help="help-laptop.new")
def new(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="help-laptop.name")],
    output: Annotated[Path, output_option("help-laptop.card")],
    folder: Folder = None,
) -> None:
    context = command_context(ctx)
    with atomic_file(output) as out:
        card = make_laptop(
            _folder(folder), name, _new_passphrase(context, name), context.entropy,
            DEFAULT_STRETCHING,
        )
        out.write(card.content())
    context.show(
        {"laptop": card.name, "file": output, "fingerprint": card.fingerprint},
        context.say("help-laptop.made", laptop=card.name, file=output,
                    fingerprint=card.fingerprint),
    )


@app.command("open", help="help-laptop.open")
def open_bundle(
    ctx: typer.Context,
    bundle: Annotated[Path, typer.Argument(metavar="FILE", help="help-laptop.bundle")],
    folder: Folder = None,
) -> None:
    context = command_context(ctx)
    laptop = _laptop(context, folder)
    found = laptop.take_bundle(
        bundle, lambda main: context.confirmed("help-laptop.same-main", fingerprint=main)
    )
    if found is not None:
        context.show(
            {"laptop": laptop.state.name, "bundle": laptop.state.number, "holder": found.holder,
             "cities": found.cities, "vouchers": len(found.vouchers), "taken": found.taken},
            context.say("help-laptop.opened", number=laptop.state.number,
                        vouchers=len(found.vouchers), cities=", ".join(found.cities)),
        )


@app.command("list", help="help-laptop.list")
def list_vouchers(
    ctx: typer.Context, folder: Folder = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="help-laptop.waiting")] = False,
) -> None:
    context = command_context(ctx)
    laptop = _laptop(context, folder)
    found = [one for one in work.standings(laptop) if not (waiting and one.given)]
    context.table(
        [_record(one) for one in found] if context.json else found,
        ("place", "number", "name", "name-latin", "document", "serial", "value", "done"),
        headings="help-laptop", shown=lambda one: _cells(context, one),
        later=("document", "value", "name-latin", "place"),
    )


@app.command("hand-over", help="help-laptop.hand-over")
def hand_over(
    ctx: typer.Context,
    items: Annotated[
        list[str] | None, typer.Argument(metavar="[CODE|SERIAL]...", help="help-hands.items")
    ] = None,
    acknowledged: Annotated[str, typer.Option(help="help-hands.acknowledged")] = "signature",
    folder: Folder = None,
) -> None:
    context = command_context(ctx)
    laptop = _laptop(context, folder)
    given: list[str] = []
    problems = 0
    for text in _typed(context, items):
        try:
            voucher = work.hand_over(laptop, text, acknowledged, _clock(context))
        except CbiError as refused:
            if refused.facts.get("serial") in given:  # what a scanner reads twice is no problem
                context.line("help-hands.again", count=len(given), **refused.facts)
                continue
            problems += 1
            _tell_refused(context, text, refused)
            continue
        given.append(voucher.serial)
        context.line("help-hands.one", count=len(given), sheet=context.say(
            "help-hands.sheet", serial=voucher.serial, name=_name(voucher),
            value=context.amount(voucher.value_minor, voucher.currency),
        ))
    context.show({"given": given, "problems": problems}, context.say(
        "help-hands.done", given=len(given), problems=problems
    ))
    if problems:
        raise typer.Exit(5)


@app.command("note", help="help-laptop.note")
def note(
    ctx: typer.Context, item: Item,
    why: Annotated[
        str, typer.Argument(metavar="absent|refused|moved|other", help="help-laptop.why")
    ],
    folder: Folder = None,
) -> None:
    context = command_context(ctx)
    voucher = work.note(_laptop(context, folder), item, why, _clock(context))
    context.show({"serial": voucher.serial, "noted": why}, context.say(
        "help-laptop.noted", serial=voucher.serial, why=context.say(f"help-laptop.done-{why}")
    ))


@app.command("undo", help="help-laptop.undo")
def undo(ctx: typer.Context, item: Item, folder: Folder = None) -> None:
    context = command_context(ctx)
    voucher = work.undo(_laptop(context, folder), item, _clock(context))
    context.show({"undone": voucher.serial}, context.say(
        "help-laptop.undone", serial=voucher.serial
    ))


@app.command("pack", help="help-laptop.pack")
def pack(
    ctx: typer.Context,
    output: Annotated[Path, output_option("help-laptop.pack-output")],
    everything: Annotated[bool, typer.Option("--all", help="help-laptop.pack-all")] = False,
    folder: Folder = None,
) -> None:
    context = command_context(ctx)
    made = work.pack(_laptop(context, folder), output, everything=everything)
    key = "help-laptop.packed" if made.last else "help-laptop.packed-nothing"
    context.show({"file": made.path, "first": made.first, "last": made.last}, context.say(
        key, file=made.path, first=made.first, last=made.last
    ))


def _folder(named: Path | None) -> Path:
    """The laptop's folder: as named, from the environment, or `laptop` beside where one stands."""
    return named or Path(os.environ.get("CBI_LAPTOP") or HERE)


def _laptop(context: CommandContext, folder: Path | None) -> Laptop:
    return Laptop(
        _folder(folder), lambda: context.passphrase("help-laptop.ask-passphrase")
    )


def _new_passphrase(context: CommandContext, name: str) -> str:
    if context.settings.passphrase_file is not None:
        return read_secret(Path(context.settings.passphrase_file))
    return os.environ.get("CBI_PASSPHRASE") or context.secret_twice(
        "help-laptop.ask-new", accepted=lambda words: accepted(words, name=name)
    )


def _clock(context: CommandContext) -> Clock:
    return context.clock or system_clock


def _typed(context: CommandContext, items: list[str] | None) -> Iterable[str]:
    """What was named on the line, or what a scanner types line by line."""
    return items if items and items != ["-"] else _scanned(context)


def _scanned(context: CommandContext) -> Iterator[str]:
    if sys.stdin.isatty():
        show.put(context.say("help-hands.scan"), err=True)
    for line in typed_lines():
        if line:
            yield line
        elif sys.stdin.isatty():
            return


def _tell_refused(context: CommandContext, text: str, refused: CbiError) -> None:
    """One line that names the voucher, by its serial or the end of its code."""
    words = context.say(refused.code, **refused.facts)
    named = {"serial", "item"} & refused.facts.keys()
    show.put(words if named else f"{discreet(text)}: {words}", err=True)


def _name(voucher: FieldVoucher) -> str:
    return voucher.name_latin or voucher.name


def _cells(context: CommandContext, one: VoucherStanding) -> tuple[str, ...]:
    voucher = one.voucher
    return (
        voucher.place, str(voucher.number), voucher.name, voucher.name_latin, voucher.document,
        voucher.serial,
        context.amount(voucher.value_minor, voucher.currency), _done(context, one),
    )


def _done(context: CommandContext, one: VoucherStanding) -> str:
    if one.event is not None:
        return context.say(f"help-laptop.done-{one.event.kind}")
    return one.voucher.remark


def _record(one: VoucherStanding) -> dict[str, object]:
    """A voucher of the list as `--json` gives it; the amount in minor units."""
    from dataclasses import asdict

    told = asdict(one.voucher)
    del told["code_hash"]
    return {**told, "done": one.event.kind if one.event else None}
