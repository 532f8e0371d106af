"""Papers for a retailer: `statement letter` about a bill, `settlement act` to sign."""

from pathlib import Path
from typing import Annotated

import typer

from cbi.base.errors import UsageError
from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.output import output_option

statement_app = typer.Typer(add_completion=False, rich_markup_mode=None)
settlement_app = typer.Typer(add_completion=False, rich_markup_mode=None)

Output = Annotated[Path, output_option("letter.help-output")]
Language = Annotated[str | None, typer.Option("--language", help="letter.help-language")]
Organisation = Annotated[str, typer.Option("--organisation", help="letter.help-organisation")]
Contract = Annotated[str, typer.Option("--contract", help="letter.help-contract")]
LANGUAGES = ("en", "ru")
"""Those that letters are written in."""
ACT_SUMS = ("opening", "accepted", "returned", "discount", "fee", "paid", "closing")


@statement_app.command("letter", help="letter.help-letter")
def letter(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="STATEMENT", help="help-finance.number")],
    output: Output,
    language: Language = None,
    organisation: Organisation = "",
    contract: Contract = "",
    answer_by: Annotated[
        str | None, typer.Option("--answer-by", metavar="DATE", help="letter.help-answer-by")
    ] = None,
) -> None:
    from cbi.finance.letters.letters import LetterAsked, make_letter

    context = command_context(ctx)
    made = make_letter(context.session, number, output, LetterAsked(
        language=_language(context, language), organisation=organisation, contract=contract,
        answer_by=answer_by,
    ))
    context.show(made, context.say(
        "letter.written", statement=made.statement, path=made.path, day=made.answer_by,
        accepted=context.amount(made.accepted_minor, made.currency),
        disputed=context.amount(made.disputed_minor, made.currency),
        open=context.amount(made.open_minor, made.currency),
    ))


@settlement_app.command("act", help="letter.help-act")
def act(
    ctx: typer.Context,
    retailer: Annotated[str, typer.Argument(metavar="RETAILER", help="letter.help-act-retailer")],
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="letter.help-from")],
    last: Annotated[str, typer.Option("--until", metavar="DATE", help="letter.help-until")],
    output: Output,
    language: Language = None,
    organisation: Organisation = "",
    organisation_number: Annotated[
        str, typer.Option("--organisation-number", help="letter.help-organisation-number")
    ] = "",
    contract: Contract = "",
    currency: Annotated[str | None, typer.Option(help="letter.help-currency")] = None,
) -> None:
    from cbi.finance.letters.acts import ActAsked, make_act

    context = command_context(ctx)
    made = make_act(context.session, retailer, output, ActAsked(
        first=first, last=last, language=_language(context, language), organisation=organisation,
        number=organisation_number, contract=contract, currency=currency,
    ))
    amounts = {name: getattr(made, f"{name}_minor") for name in ACT_SUMS}
    context.show(
        {**{f"{name}_minor": amount for name, amount in amounts.items()}, "file": made.path,
         "retailer": made.retailer, "currency": made.currency, "from": made.first,
         "until": made.last},
        context.say("letter.act-written", retailer=made.retailer, path=made.path, **{
            name: context.amount(amount, made.currency) for name, amount in amounts.items()
        }),
    )


def _language(context: CommandContext, asked: str | None) -> str:
    """The language that was asked for, or the reader's where letters are written in it.

    Raises:
        UsageError: letters are not written in it.
    """
    if asked is None:
        return context.language if context.language in LANGUAGES else LANGUAGES[0]
    if asked.strip().lower() not in LANGUAGES:
        raise UsageError("letter.language-unknown", language=asked, known=", ".join(LANGUAGES))
    return asked.strip().lower()
