"""A round's preview in words: what each city would get, who is left out and why, the budget."""

from pathlib import Path

from cbi.base.terms import category_term
from cbi.cli.command_context import CommandContext
from cbi.cli.field import comparison
from cbi.cli.field.language_words import language_lines
from cbi.issuance.drafting import Preview
from cbi.messages import text


def shown(context: CommandContext, seen: Preview, waiting: dict[str, int], who: int = 0) -> None:
    """Show it, with the first `who` of the list; with `--json` as one object with all of it."""
    if context.json:
        context.show(_value(context, seen, waiting))
        return
    if who:
        comparison.who_table(context, seen, who)
    context.table(
        seen.shares, ("city", "category", "vouchers", "amount"), headings="help-programme",
        shown=lambda share: (share.city, category_term(share.category), str(share.vouchers),
                             context.amount(share.amount_minor, seen.currency)),
    )
    context.show(None, *_lines(context, seen, waiting))


def _value(context: CommandContext, seen: Preview, waiting: dict[str, int]) -> dict[str, object]:
    refusal = seen.refusal
    return {
        "round": seen.round, "city": seen.city, "people": seen.people,
        "vouchers": len(seen.lines), "amount_minor": seen.amount_minor,
        "currency": seen.currency, "shares": seen.shares, "waiting": waiting,
        "issued_already": seen.left_out, "born_after": seen.unborn,
        "households_without_head": seen.households_without_head,
        "budget_minor": seen.budget_minor, "bound_minor": seen.bound_minor,
        "drafted_minor": seen.drafted_minor, "left_minor": seen.left_minor,
        "refusal": None if refusal is None else refusal.code,
        "idle_rules": seen.idle_rules, "comparison": seen.comparison, "languages": seen.spoken,
        "who": seen.entitled,
    }


def _lines(context: CommandContext, seen: Preview, waiting: dict[str, int]) -> list[str]:
    def amount(amount_minor: int) -> str:
        return context.amount(amount_minor, seen.currency)

    lines = [context.say(
        "help-programme.previewed", people=seen.people, vouchers=len(seen.lines),
        amount=amount(seen.amount_minor),
    )]
    lines += [
        (context.next_step if reason == "not-approved" else context.say)(
            f"help-programme.waiting-{reason}", people=people
        )
        for reason, people in waiting.items()
    ]
    if seen.unborn:
        lines.append(context.say("help-programme.born-after", people=", ".join(seen.unborn)))
    if seen.left_out:
        lines.append(context.say("help-programme.issued-already", vouchers=seen.left_out))
    if seen.households_without_head:
        households = ", ".join(seen.households_without_head)
        lines.append(context.say("help-programme.headless", households=households))
    lines.append(context.say(
        "help-programme.budget-line", budget=amount(seen.budget_minor),
        bound=amount(seen.bound_minor), drafted=amount(seen.drafted_minor),
        asked=amount(seen.amount_minor), left=amount(seen.left_minor),
    ))
    lines += language_lines(context, seen.spoken)
    lines += comparison.idle(context, seen)
    lines += comparison.without_store(context, seen, seen.currency)
    lines += comparison.lines(context, seen.comparison, seen.currency)
    refusal = seen.refusal
    if refusal is not None:
        said = text(refusal.code, context.language, **refusal.facts)
        lines.append(context.say("help-programme.preview-refused", reason=said))
    else:
        lines.append(context.say("help-programme.preview-ready", round=seen.round))
    return lines


def written(context: CommandContext, seen: Preview, path: Path) -> None:
    """Write who gets what and why into a workbook."""
    from cbi.issuance.who_gets import write_who_gets

    rows = write_who_gets(
        path, seen, lambda one: comparison.why(context, one, seen.currency),
        language=context.language, made_at=context.session.clock(),
    )
    context.line("help-batch.who-written", rows=rows, path=path)
