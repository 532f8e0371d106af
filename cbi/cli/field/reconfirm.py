"""`cbi people reconfirm`: whoever had vouchers is asked again between rounds."""

from pathlib import Path
from typing import Annotated

import typer

from cbi.base.errors import UsageError
from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.output import output_option
from cbi.people import persons

app = typer.Typer(add_completion=False, rich_markup_mode=None)

SHOWN = 20


@app.command("reconfirm", help="help-reconfirm.help")
def reconfirm(
    ctx: typer.Context,
    round_code: Annotated[str, typer.Argument(metavar="ROUND", help="help-reconfirm.round")],
    output: Annotated[Path | None, output_option("help-reconfirm.output")] = None,
    form: Annotated[Path | None, output_option("help-reconfirm.form", "--form")] = None,
    answers: Annotated[
        Path | None, typer.Option("--answers", metavar="FILE", help="help-reconfirm.answers")
    ] = None,
) -> None:
    from cbi.enrolment.reconfirming import write_form, write_list

    context = command_context(ctx)
    code = round_code.strip().upper()
    if answers is not None:
        if output is not None or form is not None:
            raise UsageError("reconfirm.one-thing")
        _take(context, code, answers)
        return
    if output is None and form is None:
        _missing(context, code)
        return
    asked = persons.ask_again(context.session, code)
    if output is not None:
        write_list(context.session, code, asked, output, language=context.language)
    if form is not None:
        write_form(form, code)
    files = [str(path) for path in (output, form) if path is not None]
    context.show({"people": len(asked), "files": files}, context.say(
        "help-reconfirm.written", count=len(asked), files=", ".join(files), round=code))


def _take(context: CommandContext, code: str, path: Path) -> None:
    from cbi.enrolment.reconfirming import read_answers

    context.session.require("people.edit")
    found = read_answers(context.session, path)
    gone = sum(not one.here for one in found.answers)
    if not context.json:
        context.line("help-reconfirm.read", count=len(found.answers), gone=gone,
                     problems=len(found.problems))
        for problem in found.problems[:SHOWN]:
            context.show(None, f"  {problem.describe(context.language)}")
    if not context.confirmed("help-reconfirm.ask", count=len(found.answers)):
        return
    done = persons.take_answers(context.session, code, found.answers)
    refused = [
        f"  {number}: {context.say(error.code, **error.facts)}" for number, error in done.refused
    ]
    with context.session.ledger.read() as tx:
        _, missing = persons.unanswered(tx, round_code=code)
    context.show(
        {"answers": done.answers, "here": done.here, "gone": done.gone, "sizes": done.sizes,
         "phones": done.phones, "refused": [number for number, _ in done.refused],
         "problems": [one.describe("en") for one in found.problems], "missing": missing},
        context.say("help-reconfirm.taken", count=done.answers, here=done.here, gone=done.gone,
                    sizes=done.sizes, phones=done.phones),
        *refused, context.say("help-reconfirm.still", count=len(missing), round=code),
    )


def _missing(context: CommandContext, code: str) -> None:
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        _, missing = persons.unanswered(tx, round_code=code)
        found = [persons.facts_of(tx, number) for number in missing]
    context.table(
        found, ("number", "city", "household", "enrolled_by"), headings="help-people",
        later=("household", "enrolled_by"),
    )


def unanswered_line(context: CommandContext, numbers: set[str]) -> list[str]:
    """Before a draft: who of these was asked again after the last round and did not answer."""
    with context.session.ledger.read() as tx:
        code, missing = persons.unanswered(tx, numbers)
    if not missing:
        return []
    more = " …" if len(missing) > SHOWN else ""
    return [context.say("help-reconfirm.before-draft", count=len(missing), round=str(code),
                        numbers=", ".join(missing[:SHOWN]) + more)]
