"""`cbi complaint`: what people say of the programme, taken, followed and answered."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer

from cbi.base.errors import UsageError
from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.field.person_words import today
from cbi.people import persons
from cbi.people.complaints.complaints import KINDS, OUTCOMES
from cbi.people.persons import Complaint, NewComplaint

complaint_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-complaint.help")

Number = Annotated[str, typer.Argument(metavar="COMPLAINT", help="help-complaint.number")]
On = Annotated[str, typer.Option("--date", metavar="YYYY-MM-DD", help="help-complaint.date")]
COLUMNS = ("number", "due_on", "kind", "channel", "person", "received_on", "outcome")


@complaint_app.command("add", help="help-complaint.add")
def add(
    ctx: typer.Context,
    about: Annotated[str, typer.Argument(metavar="NUMBER|SERIAL", help="help-complaint.about")],
    kind: Annotated[str, typer.Option(help="help-complaint.kind")],
    channel: Annotated[str, typer.Option(help="help-complaint.channel")],
    text: Annotated[str, typer.Option(help="help-complaint.text")] = "",
    date: On = "",
    due: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="help-complaint.due")] = "",
) -> None:
    context = command_context(ctx)
    context.session.require("complaint.add")
    words = text or context.ask(context.say("help-complaint.ask-text"))
    made = persons.add_complaint(
        context.session, NewComplaint(about, kind, channel, words, date, due)
    )
    context.show(made, context.say("help-complaint.added", number=made.number, due=made.due_on))


@complaint_app.command("list", help="help-complaint.list")
def list_complaints(
    ctx: typer.Context,
    open_only: Annotated[bool, typer.Option("--open", help="help-complaint.open")] = False,
    late: Annotated[bool, typer.Option("--late", help="help-complaint.late")] = False,
    kind: Annotated[str | None, typer.Option(help="help-complaint.kind")] = None,
    limit: Annotated[int, typer.Option(min=1, help="help-complaint.limit")] = 100,
) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    if kind is not None and kind not in KINDS:
        raise UsageError("complaints.kind-unknown", text=kind, known=", ".join(KINDS))
    day = today(context)
    with context.session.ledger.read() as tx:
        found = persons.complaints(
            tx, open_only=open_only or late, kind=kind, limit=limit,
            confidential=context.session.may("complaint.confidential"),
        )
    if late:
        found = [one for one in found if one.due_on < day]
    context.table(
        found, COLUMNS, headings="help-complaint", later=("channel", "person", "received_on"),
        shown=lambda one: _cells(context, one, day),
    )


def _cells(context: CommandContext, one: Complaint, day: str) -> tuple[str, ...]:
    late = one.outcome is None and one.due_on < day
    return (
        one.number, f"{one.due_on} !" if late else one.due_on,
        context.say(f"help-complaint.kind-{one.kind}"),
        context.say(f"help-complaint.channel-{one.channel}"), one.person, one.received_on,
        context.say(f"help-complaint.outcome-{one.outcome or 'open'}"),
    )


@complaint_app.command("show", help="help-complaint.show")
def show(
    ctx: typer.Context, number: Number,
    why: Annotated[str, typer.Option(help="help-complaint.why")] = "show",
) -> None:
    context = command_context(ctx)
    opened = persons.open_complaint(context.session, number, purpose=why)
    told = {**asdict(opened.complaint), "text": opened.text, "answer": opened.answer}
    context.show(told, *_lines(context, opened.complaint, opened.text, opened.answer))


def _lines(context: CommandContext, one: Complaint, text: str, answer: str) -> Iterator[str]:
    said = context.say
    yield said("help-complaint.headed", number=one.number, person=one.person,
               kind=said(f"help-complaint.kind-{one.kind}"),
               channel=said(f"help-complaint.channel-{one.channel}"))
    if one.voucher:
        yield "  " + said("help-complaint.of-voucher", serial=one.voucher)
    yield "  " + said("help-complaint.received", date=one.received_on, operator=one.taken_by)
    yield "  " + said("help-complaint.told", text=text)
    if one.outcome is None:
        yield "  " + said("help-complaint.due-on", date=one.due_on)
        yield "  " + said("help-complaint.next", number=one.number)
        return
    yield "  " + said("help-complaint.was-answered", date=str(one.answered_on),
                      operator=str(one.answered_by),
                      outcome=said(f"help-complaint.outcome-{one.outcome}"))
    yield "  " + said("help-complaint.told", text=answer)


@complaint_app.command("answer", help="help-complaint.answer")
def answer(
    ctx: typer.Context, number: Number,
    outcome: Annotated[str, typer.Option(help="help-complaint.outcome")],
    text: Annotated[str, typer.Option(help="help-complaint.answer-text")] = "",
    date: On = "",
) -> None:
    context = command_context(ctx)
    context.session.require("complaint.answer")
    if outcome not in OUTCOMES:
        raise UsageError("complaints.outcome-unknown", text=outcome, known=", ".join(OUTCOMES))
    words = text or context.ask(context.say("help-complaint.ask-answer"))
    done = persons.answer_complaint(context.session, number, outcome, words, answered_on=date)
    key = "help-complaint.answered" if str(done.answered_on) <= done.due_on else (
        "help-complaint.answered-late"
    )
    context.show(done, context.say(key, number=done.number, due=done.due_on))


@complaint_app.command("script", help="help-complaint.script")
def script(
    ctx: typer.Context,
    language: Annotated[str | None, typer.Option("--in", help="help-complaint.in")] = None,
) -> None:
    from cbi.messages import LANGUAGES, text
    from cbi.programmes.programmes import programmes

    context = command_context(ctx)
    context.session.require("ledger.read")
    wanted = language or context.language
    if wanted not in LANGUAGES:
        raise UsageError("people.language-unknown", text=wanted, known=", ".join(LANGUAGES))
    with context.session.ledger.read() as tx:
        found = programmes(tx)
    programme = found[0].short_name if found else ""
    hotline = (found[0].hotline if found else None) or "–"
    lines = [
        text(f"hotline.{part}", wanted, programme=programme, hotline=hotline, kinds=kinds)
        for part in SCRIPT
        for kinds in [", ".join(text(f"hotline.kind-{kind}", wanted) for kind in KINDS)]
    ]
    context.show({"language": wanted, "lines": lines}, *lines)


SCRIPT = (
    "greeting", "safe", "who", "voice", "what", "kinds", "repeat", "promise", "confidential",
    "danger", "thanks",
)
"""The parts of what a hotline says, in order."""

