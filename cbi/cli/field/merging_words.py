"""What making two numbers one would do, shown before it is asked."""

from collections.abc import Iterator

from cbi.cli.command_context import CommandContext
from cbi.people.matching.merging import Merging, Side


def show(context: CommandContext, plan: Merging | None) -> None:
    """Both sides and what becomes of each; nothing with `--json`, or if they are one already."""
    if plan is None:
        return
    context.line("help-duplicates.merge-side-keeps", **_side(context, plan.keeps))
    context.line("help-duplicates.merge-side-goes", **_side(context, plan.goes))
    for key, facts in _follows(plan):
        context.line(f"help-duplicates.merge-{key}", **facts)


def _side(context: CommandContext, side: Side) -> dict[str, object]:
    one = side.facts
    return {
        "number": one.number, "household": one.household, "size": one.household_size,
        "others": len(side.others), "status": one.status,
        "head": context.say(f"help-duplicates.merge-{'head' if one.head else 'no-head'}"),
        "consent": context.say(f"help-duplicates.merge-consent-{'yes' if one.consent else 'no'}"),
        "approved": context.instant(one.approved_at) or "–",
        "vouchers": side.vouchers, "open": side.open_vouchers, "proxies": side.proxies,
    }


def _follows(plan: Merging) -> Iterator[tuple[str, dict[str, object]]]:
    keeps, goes = plan.keeps.facts, plan.goes.facts
    yield "choice", {"keeps": keeps.number, "goes": goes.number}
    if plan.size != goes.household_size:
        yield "size", {"household": plan.home, "was": goes.household_size, "size": plan.size}
    if plan.headless and plan.goes.others:
        yield "headless", {"household": plan.home, "other": plan.goes.others[0]}
    if plan.goes.proxies:
        yield "proxies", {"household": plan.home, "count": plan.goes.proxies}
    if plan.goes.open_vouchers:
        yield "vouchers", {"goes": goes.number, "count": plan.goes.open_vouchers}
    if goes.consent and not keeps.consent:
        yield "consent", {"keeps": keeps.number, "goes": goes.number}
    if keeps.approved_at is None:
        yield "approval", {"keeps": keeps.number}
