"""`cbi explain` and `cbi report`: what happened to a voucher, and how the programme goes."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cbi.base.plugins import REPORTS, plugin, plugin_names
from cbi.cli.care.progress_shown import show_progress
from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.output import output_option

if TYPE_CHECKING:
    from cbi.cli.views.tree import Branch
    from cbi.reports.story import Story

explain_app = typer.Typer(add_completion=False, rich_markup_mode=None)
report_app = typer.Typer(
    add_completion=False, rich_markup_mode=None, no_args_is_help=True, help="help-reports.report"
)

Programme = Annotated[str | None, typer.Option(help="help-reports.programme")]
AsOfText = Annotated[
    str | None, typer.Option("--as-of", metavar="SEAL|DATE", help="help-reports.as-of")
]
Output = Annotated[Path | None, output_option("help-reports.output")]


@explain_app.command("explain", help="help-reports.explain")
def explain(
    ctx: typer.Context,
    named: Annotated[str, typer.Argument(metavar="CODE|SERIAL", help="help-reports.named")],
) -> None:
    from cbi.reports.story import story

    context = command_context(ctx)
    typed = sys.stdin.readline().strip() if named == "-" else named
    told = story(context.session, typed, context.language)
    context.tree(told.record(), told.about[0], _branches(told), *told.lines())


def _branches(told: "Story") -> "list[Branch]":
    """How a voucher stands, what happened to it day by day, and what is sealed of that."""
    from cbi.cli.views.tree import Branch

    days: dict[str, list[str]] = {}
    for when, words in told.dated():
        day, _, minute = when.partition(" ")
        days.setdefault(day, []).append(f"{minute} {words}")
    return [
        *map(Branch, told.about[1:]), *(Branch(day, twigs) for day, twigs in days.items()),
        *map(Branch, told.seals),
    ]


@report_app.command("progress", help="help-reports.progress")
def progress(
    ctx: typer.Context, programme: Programme = None, as_of: AsOfText = None, output: Output = None,
) -> None:
    from cbi.places.places import cities
    from cbi.reports.overview import overview
    from cbi.reports.progress import write_progress
    from cbi.reports.progress_book import write_progress_book

    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.progress("cli.at-work", 0), context.session.ledger.read() as tx:
        view, places = overview(tx, context.session.clock(), programme, as_of), cities(tx)
    language = context.language
    if output is None:
        show_progress(context, view, places)
    elif output.suffix.lower() == ".xlsx":
        write_progress_book(view, output, language=language, cities=places)
        context.show({"file": output, **view.record()},
                     context.say("help-reports.written-book", file=output))
    else:
        write_progress(view, output, language=language, cities=places)
        context.show({"file": output, **view.record()},
                     context.say("help-reports.written", file=output))


@report_app.command("journal", help="help-reports.journal")
def journal(
    ctx: typer.Context, output: Output = None,
    form: Annotated[str, typer.Option("--form", help="help-reports.form")] = "beancount",
    daily: Annotated[bool, typer.Option("--daily", help="help-reports.daily")] = False,
    accounts: Annotated[
        Path | None, typer.Option("--accounts", metavar="FILE", help="help-reports.accounts")
    ] = None,
    as_of: AsOfText = None,
) -> None:
    from cbi.reports.as_of import books_as_of
    from cbi.reports.journal import usual_file, write_journal
    from cbi.reports.postings import Accounts

    context = command_context(ctx)
    context.session.require("finance.read")
    path, form = output or usual_file(form.lower()), form.lower()
    named = None if accounts is None else Accounts.read(accounts)
    with context.session.ledger.read() as tx:
        seen = books_as_of(tx, as_of, context.session.clock())
        posted = write_journal(tx, path, accounts=named, form=form, daily=daily, seen=seen)
    context.show(
        {"file": path, "as_of": seen.record(), **posted.record()},
        context.say(f"help-reports.posted-{form}", file=path, count=posted.transactions),
    )
    context.seen(seen)


@report_app.command("5w", help="help-reports.five-w")
def five_w(
    ctx: typer.Context,
    first: Annotated[str, typer.Option("--from", help="help-reports.from")],
    last: Annotated[str, typer.Option("--until", help="help-reports.until")],
    programme: Programme = None,
    organisation: Annotated[str, typer.Option(help="help-reports.organisation")] = "",
    funder: Annotated[str, typer.Option(help="help-reports.funder")] = "",
    country: Annotated[str, typer.Option(help="help-reports.country")] = "",
    sector: Annotated[list[str] | None, typer.Option(help="help-reports.sector")] = None,
    small: Annotated[int, typer.Option(help="help-reports.small")] = 10,
    disability: Annotated[
        bool, typer.Option("--disability", help="help-reports.disability")
    ] = False,
    template: Annotated[Path | None, typer.Option(help="help-reports.template")] = None,
    activityinfo: Annotated[
        bool, typer.Option("--activityinfo", help="help-reports.activityinfo")
    ] = False,
    as_of: AsOfText = None,
    output: Output = None,
) -> None:
    from cbi.base.errors import UsageError
    from cbi.reports.five_w import FiveWRequest, named_sectors, report_five_w, with_bands
    from cbi.reports.five_w_shapes import TemplateWriter, read_template, write_activityinfo

    context = command_context(ctx)
    if template is not None and activityinfo:
        raise UsageError("reports.two-shapes")
    shaped = TemplateWriter(read_template(template)) if template is not None else None
    asked = FiveWRequest(
        date_from=first, date_until=last, organisation=organisation, funder=funder,
        country=country, sectors=named_sectors(sector or []), least=small,
        disability=disability or bool(shaped and shaped.asks_disability))
    path = output or Path("5w.csv" if activityinfo else "5w.xlsx")
    records, seen = report_five_w(context.session, path, asked, programme, as_of,
                                  write_activityinfo if activityinfo else shaped)
    context.show(records, context.say("help-reports.rows", file=path, count=len(records)))
    context.seen(seen)
    tell_whose_eyes(context, small)
    if shaped is None:
        return
    with context.session.ledger.read() as tx:
        empty = shaped.unknown(with_bands(tx, asked).bands)
    if empty:
        context.line("help-reports.left-empty", columns=", ".join(empty))


def tell_whose_eyes(context: CommandContext, least: int) -> None:
    """Where nothing was kept back: that it is not to be given out."""
    from cbi.reports.giving_out import keeps_back

    if not keeps_back(least):
        context.line("help-reports.own-eyes")


def tell_kept_back(context: CommandContext, is_any: bool, least: int) -> None:
    """What a star among figures means, where there is one."""
    if is_any:
        context.line("help-reports.kept-back", least=least)


def _brought(name: str) -> Callable[..., None]:
    """A report that a package beside ours brings, as a command."""

    def report(
        ctx: typer.Context, output: Annotated[Path, output_option("help-reports.output")]
    ) -> None:
        from cbi.api import open_ledger

        context = command_context(ctx)
        context.session.require("ledger.read")
        with open_ledger(context.paths.ledger) as ledger:
            plugin(REPORTS, name)(ledger, output)
        context.show({"file": output}, context.say("help-reports.brought-written", file=output))

    return report


_ours = {command.name for command in report_app.registered_commands}
for _name in (name for name in plugin_names(REPORTS) if name not in _ours):
    report_app.command(_name, help="help-reports.brought")(_brought(_name))
