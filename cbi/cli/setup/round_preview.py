"""A round's preview in words: what each city would get, who is left out and why, the budget."""

from cbi.cli.here import Here
from cbi.issuance.drafting import Preview
from cbi.messages import text


def shown(here: Here, seen: Preview, waiting: dict[str, int]) -> None:
    """Show it; with `--json` as one object."""
    if here.json:
        here.show(_value(here, seen, waiting))
        return
    here.table(
        seen.shares, ("city", "category", "vouchers", "amount"), headings="help-programme",
        shown=lambda share: (share.city, share.category, str(share.vouchers),
                             here.amount(share.amount_minor, seen.currency)),
    )
    here.show(None, *_lines(here, seen, waiting))


def _value(here: Here, seen: Preview, waiting: dict[str, int]) -> dict[str, object]:
    refusal = seen.refusal
    return {
        "round": seen.round, "city": seen.city, "people": seen.people,
        "vouchers": len(seen.lines), "amount_minor": seen.amount_minor,
        "currency": seen.currency, "shares": seen.shares, "waiting": waiting,
        "issued_already": seen.left_out,
        "households_without_head": seen.households_without_head,
        "budget_minor": seen.budget_minor, "bound_minor": seen.bound_minor,
        "drafted_minor": seen.drafted_minor, "left_minor": seen.left_minor,
        "refusal": None if refusal is None else refusal.code,
    }


def _lines(here: Here, seen: Preview, waiting: dict[str, int]) -> list[str]:
    def amount(amount_minor: int) -> str:
        return here.amount(amount_minor, seen.currency)

    lines = [here.say(
        "help-programme.previewed", people=seen.people, vouchers=len(seen.lines),
        amount=amount(seen.amount_minor),
    )]
    lines += [
        here.say(f"help-programme.waiting-{reason}", people=people)
        for reason, people in waiting.items()
    ]
    if seen.left_out:
        lines.append(here.say("help-programme.issued-already", vouchers=seen.left_out))
    if seen.households_without_head:
        households = ", ".join(seen.households_without_head)
        lines.append(here.say("help-programme.headless", households=households))
    lines.append(here.say(
        "help-programme.budget-line", budget=amount(seen.budget_minor),
        bound=amount(seen.bound_minor), drafted=amount(seen.drafted_minor),
        asked=amount(seen.amount_minor), left=amount(seen.left_minor),
    ))
    refusal = seen.refusal
    if refusal is not None:
        said = text(refusal.code, here.language, **refusal.facts)
        lines.append(here.say("help-programme.preview-refused", reason=said))
    else:
        lines.append(here.say("help-programme.preview-ready", round=seen.round))
    return lines
