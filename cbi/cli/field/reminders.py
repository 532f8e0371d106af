"""`cbi calls` and `cbi messages`: who has not collected or spent yet, called or written to."""

from pathlib import Path
from typing import Annotated

import typer

from cbi.cli.command_context import command_context
from cbi.cli.output import output_option
from cbi.distribution import reminding
from cbi.distribution.messaging import MessagesWanted, export_messages
from cbi.distribution.reminding import CallsWanted

calls_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-reminders.calls")
messages_app = typer.Typer(
    add_completion=False, rich_markup_mode=None, help="help-reminders.messages"
)
messages_app.callback(help="help-reminders.messages")(lambda: None)

Round = Annotated[str, typer.Argument(metavar="ROUND", help="help-reminders.round")]
City = Annotated[str | None, typer.Option(help="help-reminders.city")]
Point = Annotated[str | None, typer.Option(help="help-reminders.point")]
COLUMNS = ("beneficiary", "city", "point", "days_left", "to_collect", "to_spend", "left",
           "reminders", "last_reminded_on")


@calls_app.command("list", help="help-reminders.list")
def list_calls(
    ctx: typer.Context, round_code: Round, city: City = None, point: Point = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="collect|spend", help="help-reminders.to")
    ] = None,
    output: Annotated[Path | None, output_option("help-reminders.calls-output")] = None,
) -> None:
    context = command_context(ctx)
    found = reminding.calls(
        context.session, round_code, CallsWanted(city=city, point=point, aim=to)
    )
    if output is not None:
        reminding.write_calls(
            context.session, round_code.strip().upper(), found, output, language=context.language
        )
        context.show({"file": output, "people": len(found)}, context.say(
            "help-reminders.written", count=len(found), file=output))
        return
    context.table(
        found, COLUMNS, headings="help-reminders",
        later=("to_collect to_spend", "reminders", "left", "point", "last_reminded_on"),
        shown=lambda one: (
            one.beneficiary, one.city, one.point, str(one.days_left), str(one.to_collect),
            str(one.to_spend), context.amount(one.left_minor, one.currency), str(one.reminders),
            one.last_reminded_on,
        ),
    )


@calls_app.command("record", help="help-reminders.record")
def record(
    ctx: typer.Context, round_code: Round,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="help-people.number")],
    result: Annotated[str, typer.Argument(metavar="RESULT", help="help-reminders.result")],
) -> None:
    context = command_context(ctx)
    times = reminding.record_call(context.session, round_code, number, result)
    context.show({"beneficiary": number, "result": result, "reminders": times},
                 context.say("help-reminders.recorded", number=number, count=times))


@messages_app.command("export", help="help-reminders.export")
def export(
    ctx: typer.Context,
    what: Annotated[
        str, typer.Argument(metavar="day|expiring|replaced", help="help-reminders.what")
    ],
    round_code: Round,
    output: Annotated[Path, output_option("help-reminders.messages-output")],
    city: City = None, point: Point = None,
    on: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="help-reminders.on")] = "",
    place: Annotated[str, typer.Option(help="help-reminders.place")] = "",
) -> None:
    context = command_context(ctx)
    made = export_messages(context.session, MessagesWanted(
        what=what, round=round_code, city=city, point=point, day=on, place=place
    ), output)
    lines = [context.say("help-reminders.exported", count=made.messages, people=made.people,
                         file=made.file)]
    if made.without_phone:
        lines.append(context.say("help-reminders.without-phone", count=len(made.without_phone),
                                 numbers=", ".join(made.without_phone[:20])))
    if made.without_consent:
        lines.append(context.say("help-reminders.without-consent", count=made.without_consent))
    context.show(made, *lines)
