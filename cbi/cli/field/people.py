"""`cbi people`: one person looked at, put right, approved, followed, given their data, erased."""

from pathlib import Path
from typing import Annotated

import typer

from cbi.cli.city_said import city_said
from cbi.cli.command_context import command_context
from cbi.cli.field import person_words as words
from cbi.cli.field.enroll import Many, answers_of
from cbi.cli.field.households import households_app
from cbi.cli.field.samples import sample_app
from cbi.cli.output import output_option
from cbi.people import persons
from cbi.people.matching.searching import search
from cbi.people.records.record import Consent

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-people.help")
app.add_typer(households_app, name="households")
app.add_typer(sample_app, name="sample")

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="help-people.number")]
Reason = Annotated[str, typer.Option(help="help-people.reason")]
On = Annotated[str, typer.Option("--date", metavar="YYYY-MM-DD", help="help-people.date")]


@app.command("list", help="help-people.list")
def list_people(
    ctx: typer.Context,
    city: Annotated[str | None, typer.Option(help="help-people.city")] = None,
    status: Annotated[str | None, typer.Option(help="help-people.status-filter")] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="help-people.waiting")] = False,
    limit: Annotated[int, typer.Option(min=1, help="help-people.limit")] = 100,
) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    city = city_said(context, city)
    with context.session.ledger.read() as tx:
        approved = False if waiting else None
        found = persons.people(tx, city=city, status=status, approved=approved, limit=limit)
    words.table(context, found)


@app.command("find", help="help-people.find")
def find(
    ctx: typer.Context,
    text: Annotated[list[str], typer.Argument(metavar="TEXT...", help="help-people.find-text")],
    limit: Annotated[int, typer.Option(min=1, help="help-people.limit")] = 20,
) -> None:
    context = command_context(ctx)
    words.hits(context, search(context.session, " ".join(text), limit))


@app.command("show", help="help-people.show")
def show(
    ctx: typer.Context, number: Number,
    why: Annotated[str, typer.Option(help="help-people.why")] = "show",
) -> None:
    context = command_context(ctx)
    with context.session.ledger.read() as tx:
        facts = persons.facts_of(tx, number)
    opened = persons.unseal(context.session, [facts.number], purpose=why)
    words.show(context, facts, opened.get(facts.number))


@app.command("edit", help="help-people.edit")
def edit(
    ctx: typer.Context, number: Number, reason: Reason,
    name: Annotated[Many, typer.Option(help="help-enroll.name")] = None,
    father: Annotated[Many, typer.Option(help="help-enroll.father")] = None,
    birth: Annotated[str | None, typer.Option(help="help-enroll.birth")] = None,
    document: Annotated[Many, typer.Option(help="help-enroll.document")] = None,
    phone: Annotated[Many, typer.Option(help="help-enroll.phone")] = None,
    address: Annotated[str | None, typer.Option(help="help-enroll.address")] = None,
    notes: Annotated[str | None, typer.Option(help="help-enroll.notes")] = None,
    city: Annotated[str | None, typer.Option(help="help-enroll.city")] = None,
    sex: Annotated[str | None, typer.Option(help="help-enroll.sex")] = None,
    language: Annotated[str | None, typer.Option(help="help-enroll.language")] = None,
    date: On = "",
) -> None:
    context = command_context(ctx)
    answers = words.interview(context, answers_of(
        name=name, father=father, birth=birth, document=document, phone=phone, address=address,
        notes=notes, city=city, sex=sex, language=language,
    ))
    facts = words.put_right(context, number, answers, reason, date)
    words.edited(context, facts, answers)


@app.command("approve", help="help-people.approve")
def approve(
    ctx: typer.Context,
    numbers: Annotated[
        Many, typer.Argument(metavar="[NUMBER]...", help="help-people.numbers")
    ] = None,
    listed: Annotated[str, typer.Option("--list", metavar="HASH", help="help-people.of-list")] = "",
    refuse: Annotated[
        str, typer.Option("--refuse", metavar="REASON", help="help-people.refuse")
    ] = "",
) -> None:
    context = command_context(ctx)
    if refuse:
        words.refused(context, numbers or [], refuse)
        return
    if not numbers and not listed:
        words.waiting(context)
        return
    apart = words.apart(context)
    with context.progress("help-duplicates.searching", 0) as tell:
        done = (
            persons.approve_list(context.session, listed, apart=apart, progress=tell) if listed
            else persons.approve(context.session, numbers or [], apart=apart, progress=tell)
        )
    told = [context.say("help-people.approved", now=len(done.numbers), before=done.before)]
    told += words.sizes_seen(context, done.sizes)
    if done.pairs:
        told.append(context.say("help-people.approved-pairs", count=done.pairs))
    if done.changes:
        told.append(context.say("help-people.approved-changes", count=done.changes))
    context.show(done, *told)


@app.command("status", help="help-people.status")
def status(
    ctx: typer.Context, number: Number,
    word: Annotated[str, typer.Argument(metavar="STATUS", help="help-people.status-word")],
    reason: Reason,
    size: Annotated[int | None, typer.Option("--size", help="help-people.status-size")] = None,
    keep_size: Annotated[
        bool, typer.Option("--keep-size", help="help-people.status-keep-size")
    ] = False,
    date: On = "",
    stop: Annotated[
        bool, typer.Option("--stop-vouchers", help="help-people.status-stop")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume-vouchers", help="help-people.status-resume")
    ] = False,
) -> None:
    context = command_context(ctx)
    with context.session.ledger.read() as tx:
        before = persons.facts_of(tx, number)
    if keep_size:
        size = before.household_size
    new = persons.NewStatus(word, reason, date or words.today(context), size)
    if stop or resume:
        words.status_with_vouchers(context, number, new, before, stop=stop, resume=resume)
        return
    done = persons.set_status(context.session, number, new.status, reason, new.date, size=size)
    words.status_set(context, done, before.household_size)


@app.command("consent", help="help-people.consent")
def consent(
    ctx: typer.Context, number: Number,
    way: Annotated[str, typer.Option(help="help-people.consent-way")] = "spoken",
    version: Annotated[
        str, typer.Option("--consent-version", "--version", help="help-enroll.consent-version")
    ] = "",
    language: Annotated[str, typer.Option(help="help-people.consent-language")] = "",
    witness: Annotated[str, typer.Option(help="help-people.consent-witness")] = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="help-people.withdraw")] = False,
    date: On = "",
) -> None:
    context = command_context(ctx)
    day = date or words.today(context)
    if withdraw:
        done = persons.withdraw_consent(context.session, number, date=day, way=way, witness=witness)
    else:
        given = Consent(version=version, language=language, way=way, date=day, witness=witness)
        done = persons.give_consent(context.session, number, given)
    word = "given" if done.consent else "withdrawn"
    context.show(done, context.say(f"help-people.consent-{word}", number=done.number))


@app.command("flags", help="help-people.flags")
def flags(
    ctx: typer.Context, number: Number,
    given: Annotated[Many, typer.Argument(metavar="[FLAG]...", help="help-people.flag")] = None,
) -> None:
    context = command_context(ctx)
    done = persons.set_flags(context.session, number, given or [])
    told = [context.say("help-people.flags-done", flags=", ".join(done) or "–")]
    context.show({"flags": done}, *told, *words.held(context, [number]))


@app.command("export", help="help-people.export")
def export(
    ctx: typer.Context, number: Number,
    output: Annotated[
        Path | None, output_option("help-people.output")
    ] = None,
    why: Annotated[str, typer.Option(help="help-people.export-why")] = "asked by the person",
) -> None:
    context = command_context(ctx)
    held = persons.export_person(context.session, number, purpose=why)
    if output is None:
        context.show(held, persons.export_text(held, context.language).rstrip())
        return
    words.write_export(context, held, output)


@app.command("erase", help="help-people.erase")
def erase(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="[NUMBER]", help="help-people.number")] = "",
    reason: Annotated[str, typer.Option(help="help-people.erase-reason")] = "",
    due: Annotated[bool, typer.Option("--due", help="help-people.due")] = False,
    date: On = "",
) -> None:
    context = command_context(ctx)
    if due:
        words.erase_due(context, date or words.today(context))
        return
    with context.session.ledger.read() as tx:
        facts = persons.facts_of(tx, number)
    if context.confirmed("help-people.erase-ask", number=facts.number):
        persons.erase(context.session, facts.number, reason)
        context.show(
            {"erased": [facts.number]}, context.say("help-people.erased", number=facts.number),
            *words.headless(context, facts),
            *words.still_on_laptops(context, [facts.number]),
        )


@app.command("retention", help="help-people.retention")
def retention(
    ctx: typer.Context,
    programme: Annotated[str, typer.Argument(metavar="[PROGRAMME]", help="help-people.kept")] = "",
    until: Annotated[str, typer.Argument(metavar="[YYYY-MM-DD]", help="help-people.until")] = "",
) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    if programme:
        persons.set_retention(context.session, programme, until)
    with context.session.ledger.read() as tx:
        found = persons.retentions(tx)
    context.table(found, ("programme", "delete_after", "set_by"), headings="help-people")
