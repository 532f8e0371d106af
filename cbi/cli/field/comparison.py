"""A list of vouchers beside the round before it, in words: who is new, dropped out, gets more."""

from cbi.base.terms import category_term
from cbi.cli.command_context import CommandContext
from cbi.issuance.comparing import AmountChange, BatchPreview, Comparison
from cbi.issuance.drafting import Preview
from cbi.issuance.entitlements import Entitled
from cbi.messages.figures import amount_figures

SHOWN = 10


def lines(context: CommandContext, seen: Comparison | None, currency: str) -> list[str]:
    """A line with the counts, and one for each kind of change with its beneficiary numbers."""
    if seen is None:
        return [context.say("help-batch.compared-first")]
    told = [context.say(
        "help-batch.compared", before=seen.before, new=len(seen.new), dropped=len(seen.dropped),
        more=len(seen.more), less=len(seen.less), same=seen.same,
    )]
    for name in ("new", "dropped", "more", "less"):
        changes: tuple[AmountChange, ...] = getattr(seen, name)
        if changes:
            people = ", ".join(_person(context, name, one, currency) for one in changes[:SHOWN])
            rest = len(changes) - SHOWN
            more = context.say("help-batch.compared-rest", count=rest) if rest > 0 else ""
            told.append(f"  {context.say(f'help-batch.compared-{name}')}: {people}{more}")
    return told


def why(context: CommandContext, one: Entitled, currency: str) -> str:
    """Rule by rule what somebody's amount is made of, and what a cap or rounding took away."""
    from cbi.cli.setup.rule_words import show_rule

    told = [f"{show_rule(rule, currency)} = {context.amount(gave, currency)}"
            for rule, gave in one.rules]
    if one.lost_minor:
        told.append(
            context.say("help-batch.why-lost", amount=context.amount(one.lost_minor, currency))
        )
    return "; ".join(told)


def who_table(context: CommandContext, seen: Preview, limit: int) -> None:
    """Who would get what and why, the first of the list."""
    from cbi.issuance.who_gets import parts_by_person, split_words

    parts = parts_by_person(seen)
    context.table(
        seen.entitled[:limit],
        ("city", "beneficiary", "category", "amount", "vouchers", "why"), headings="help-batch",
        later=("category city", "vouchers", "why"),
        shown=lambda one: (
            one.beneficiary.city, one.beneficiary.number, category_term(one.category),
            context.amount(one.amount_minor, seen.currency),
            split_words(parts.get((one.beneficiary.number, one.category), []), seen.currency),
            why(context, one, seen.currency),
        ),
    )
    if len(seen.entitled) > limit:
        context.line("help-batch.who-more", count=len(seen.entitled) - limit)


def idle(context: CommandContext, seen: Preview) -> list[str]:
    """Rules that give nobody anything."""
    from cbi.cli.setup.rule_words import show_rule

    return [
        context.say("help-batch.idle-rule", rule=show_rule(rule, seen.currency))
        for rule in seen.idle_rules
    ]


def without_store(
    context: CommandContext, seen: Preview | BatchPreview, currency: str,
) -> list[str]:
    """What can't be spent where its people live."""
    return [
        context.say("help-batch.without-store", city=share.city, vouchers=share.vouchers,
                    category=category_term(share.category),
                    amount=amount_figures(share.amount_minor, currency, context.language))
        for share in seen.without_store
    ]


def _person(context: CommandContext, name: str, one: AmountChange, currency: str) -> str:
    if name in ("new", "dropped"):
        return one.beneficiary
    was, became = (
        amount_figures(minor, currency, context.language) for minor in (one.was_minor, one.is_minor)
    )
    return f"{one.beneficiary} ({was} → {became})"
