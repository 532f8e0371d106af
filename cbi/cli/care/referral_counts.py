"""`cbi report referrals`: how many, and nothing about few people. For `protection` alone."""

from typing import Annotated

import typer

from cbi.cli.care.reports import AsOfText, tell_kept_back
from cbi.cli.command_context import command_context
from cbi.cli.field.referrals import Key, KeyWords, opened_key

app = typer.Typer(add_completion=False, rich_markup_mode=None)



@app.command("referrals", help="help-referral.report")
def counted(
    ctx: typer.Context,
    first: Annotated[
        str, typer.Option("--from", metavar="YYYY-MM-DD", help="help-referral.from")
    ] = "",
    last: Annotated[
        str, typer.Option("--until", metavar="YYYY-MM-DD", help="help-referral.until")
    ] = "",
    small: Annotated[int, typer.Option(min=5, help="help-referral.small")] = 10,
    as_of: AsOfText = None, key: Key = None, key_passphrase_file: KeyWords = None,
) -> None:
    from cbi.messages.figures import date_words
    from cbi.people.protection.referrals import referrals
    from cbi.reports.referrals import quarter_of_referrals, referral_counts

    context = command_context(ctx)
    opened = opened_key(context, key, key_passphrase_file)
    kept = referrals(context.session, opened)
    with context.session.ledger.read() as tx:
        first, last, seen = quarter_of_referrals(
            tx, (first, last), context.session.clock(), least=small, asked=as_of)
    found = referral_counts(kept, seen, first=first, last=last, least=small)
    context.line("help-referral.quarter", first=date_words(first, context.language),
                 last=date_words(last, context.language))
    context.seen(seen)
    context.table(
        found, ("kind", "open", "closed", "made"), headings="help-referral", shown=lambda one: (
            context.say(f"help-referral.kind-{one.kind}"),
            *("*" if count is None else str(count)
              for count in (one.open, one.closed, one.made)),
        ),
    )
    tell_kept_back(context, any(None in (one.open, one.closed, one.made) for one in found), small)
