"""`cbi enroll`: one person, face to face or from a script."""

import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.field.form import EnrolForm
from cbi.people.persons import refuse_erased

app = typer.Typer(add_completion=False, rich_markup_mode=None)

Many = list[str] | None


@app.command("enroll", help="help-enroll.help")
def enroll(
    ctx: typer.Context,
    name: Annotated[Many, typer.Option(help="help-enroll.name")] = None,
    father: Annotated[Many, typer.Option(help="help-enroll.father")] = None,
    birth: Annotated[str | None, typer.Option(help="help-enroll.birth")] = None,
    sex: Annotated[str | None, typer.Option(help="help-enroll.sex")] = None,
    document: Annotated[Many, typer.Option(help="help-enroll.document")] = None,
    phone: Annotated[Many, typer.Option(help="help-enroll.phone")] = None,
    address: Annotated[str | None, typer.Option(help="help-enroll.address")] = None,
    notes: Annotated[str | None, typer.Option(help="help-enroll.notes")] = None,
    city: Annotated[str | None, typer.Option(help="help-enroll.city")] = None,
    language: Annotated[str | None, typer.Option(help="help-enroll.language")] = None,
    household: Annotated[str, typer.Option(help="help-enroll.household")] = "",
    household_size: Annotated[str | None, typer.Option(help="help-enroll.household-size")] = None,
    consent: Annotated[str | None, typer.Option(help="help-enroll.consent")] = None,
    consent_version: Annotated[str, typer.Option(help="help-enroll.consent-version")] = "",
    witness: Annotated[str | None, typer.Option(help="help-enroll.witness")] = None,
    source: Annotated[str, typer.Option(help="help-enroll.source")] = "",
    erased_too: Annotated[
        bool, typer.Option("--erased-too", help="help-enroll.erased-too")
    ] = False,
) -> None:
    context = command_context(ctx)
    context.session.require("people.enrol")
    if source and not erased_too:
        refuse_erased(context.session, source)
    given = answers_of(
        name=name, father=father, birth=birth, sex=sex, document=document, phone=phone,
        address=address, notes=notes, city=city, language=language, consent=consent,
        household_size=household_size, witness=witness,
    )
    more = {"consent_version": consent_version, "source": source}
    home = _carried_out(EnrolForm(context, given, household=household, **more))
    while _goes_on(context):
        same = {"city": given["city"]} if "city" in given else {}
        _carried_out(EnrolForm(context, same, household=home, consent_version=consent_version))


def answers_of(**options: str | Sequence[str] | None) -> Mapping[str, Sequence[str]]:
    """The answers that stand on a line, by question; an option that may be repeated has several."""
    return {
        name.replace("_", "-"): [said] if isinstance(said, str) else said
        for name, said in options.items()
        if said
    }


def _carried_out(form: EnrolForm) -> str:
    """Fill in one form and enrol; the household's number."""
    context: CommandContext = form.context
    form.fill_in()
    form.check_over()
    number, home, known = form.enrol()
    alike = [
        {"beneficiary": one.number, "strength": one.match.strength,
         "evidence": one.match.evidence.split()}
        for one in form.alike
    ]
    told: dict[str, Any] = {
        "beneficiary": number, "household": home, "known": known, "alike": alike
    }
    say = context.say if known else context.next_step
    done = "known" if known else "enrolled"
    context.show(told, say(f"help-enroll.{done}", number=number, household=home))
    return home


def _goes_on(context: CommandContext) -> bool:
    """Whether somebody at a terminal has another member of the household before them."""
    if context.json or context.settings.yes or not sys.stdin.isatty():
        return False
    return context.agreed("help-enroll.another")
