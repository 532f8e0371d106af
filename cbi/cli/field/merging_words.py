"""What making two numbers one would do, shown before it is asked."""

from collections.abc import Iterator

from cbi.cli.here import Here
from cbi.people.merging import Merging, Side


def show(here: Here, plan: Merging | None) -> None:
    """Both sides and what becomes of each; nothing with `--json`, or if they are one already."""
    if plan is None:
        return
    here.line("help-duplicates.merge-side-keeps", **_side(here, plan.keeps))
    here.line("help-duplicates.merge-side-goes", **_side(here, plan.goes))
    for key, facts in _follows(plan):
        here.line(f"help-duplicates.merge-{key}", **facts)


def _side(here: Here, side: Side) -> dict[str, object]:
    one = side.facts
    return {
        "number": one.number, "household": one.household, "size": one.household_size,
        "others": len(side.others), "status": one.status,
        "head": here.say(f"help-duplicates.merge-{'head' if one.head else 'no-head'}"),
        "consent": here.say(f"help-duplicates.merge-consent-{'yes' if one.consent else 'no'}"),
        "approved": here.instant(one.approved_at) or "–",
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
