"""`cbi report referrals`: how many, and nothing about few people. For `protection` alone."""

from typing import Annotated

import typer

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
    key: Key = None, key_passphrase_file: KeyWords = None,
) -> None:
    from cbi.people.protection.referrals import referrals
    from cbi.reports.referrals import referral_counts

    context = command_context(ctx)
    opened = opened_key(context, key, key_passphrase_file)
    found = referral_counts(
        referrals(context.session, opened), first=first, last=last, least=small
    )
    context.table(
        found, ("kind", "open", "closed", "made"), headings="help-referral", shown=lambda one: (
            context.say(f"help-referral.kind-{one.kind}"),
            *("…" if count is None else str(count)
              for count in (one.open, one.closed, one.made)),
        ),
    )
