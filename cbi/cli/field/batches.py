"""Issuing: `issue` drafts a batch, `batch` lists, shows, approves and cancels."""

from dataclasses import replace
from typing import Annotated, Any

import typer

from cbi.base.terms import category_term, state_term
from cbi.cli import show
from cbi.cli.city_said import city_said
from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.field import comparison
from cbi.cli.field.language_words import language_lines
from cbi.cli.field.reconfirm import unanswered_line
from cbi.cli.finance.grants import tell_beyond_budget, tell_ends
from cbi.distribution.listing import BatchVoucher, listed_vouchers
from cbi.issuance.approving import FellOut, LookedAgain, approve_as_due, looked_again
from cbi.issuance.comparing import BatchPreview, batch_preview
from cbi.issuance.drafting import Preview, draft_round, preview
from cbi.ledger.vouchers.approving import approval_of
from cbi.programmes import batches
from cbi.programmes.approvals import standing
from cbi.programmes.batches import BatchView
from cbi.programmes.rounds import programme_of

issue_app = typer.Typer(add_completion=False, rich_markup_mode=None)
batch_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-batch.help")

Batch = Annotated[str, typer.Argument(metavar="BATCH", help="help-batch.number")]


@issue_app.command("issue", help="help-batch.issue")
def issue(
    ctx: typer.Context,
    round_code: Annotated[str, typer.Argument(metavar="ROUND", help="help-batch.round")],
    city: Annotated[str | None, typer.Option(help="help-batch.city")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="help-batch.dry-run")] = False,
    top_up: Annotated[
        str | None, typer.Option("--top-up", metavar="NUMBER", help="help-batch.top-up")
    ] = None,
    category: Annotated[str, typer.Option(help="help-batch.top-up-category")] = "",
    amount: Annotated[str, typer.Option(help="help-batch.top-up-amount")] = "",
    reason: Annotated[str, typer.Option(help="help-batch.top-up-reason")] = "",
) -> None:
    context = command_context(ctx)
    if top_up is not None:
        _top_up(context, round_code, (top_up, category, amount), reason)
        return
    city = city_said(context, city)
    if _wants_draft(context, round_code, city, dry_run=dry_run):
        with context.progress("cli.at-work", 0):
            made = draft_round(context.session, round_code, city)
        context.show(_json(made), context.next_step("help-batch.issue-done", batch=made.number))


def _wants_draft(
    context: CommandContext, round_code: str, city: str | None, *, dry_run: bool
) -> bool:
    """Show what a draft would hold, and ask; a long list is let go before it is drafted."""
    with context.progress("cli.at-work", 0):
        seen = preview(context.session, round_code, city)
    if seen.refusal is not None:
        raise seen.refusal
    if not context.json:
        _print_preview(context, seen)
        tell_ends(context, round_code)
        tell_beyond_budget(context, seen.round, seen.amount_minor)
    if dry_run:
        context.show(_preview_json(seen), context.say("help-batch.dry-run-done"))
        return False
    return context.confirmed("help-batch.issue-ask", vouchers=len(seen.lines))


@batch_app.command("list", help="help-batch.list")
def list_batches(
    ctx: typer.Context,
    round_code: Annotated[str | None, typer.Option("--round", help="help-batch.round")] = None,
    limit: Annotated[int, typer.Option(min=1, help="help-batch.limit")] = 100,
) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        found = batches.batches(tx, round_code=round_code, limit=limit)
    columns = ("number", "state", "vouchers", "amount", "drafted-by", "approved-by")
    context.table(
        [_json(one) for one in found],
        columns,
        headings="help-batch",
        shown=_cells(context),
        later=("drafted-by approved-by",),
    )


@batch_app.command("show", help="help-batch.show")
def show_batch(ctx: typer.Context, number: Batch) -> None:
    context = command_context(ctx)
    codes = (
        context.json and context.session.may("batch.print") and "codes" in context.session.keys.keys
    )
    found, vouchers = listed_vouchers(context.session, number, with_codes=codes)
    seen = batch_preview(context.session, number)
    if context.json:
        context.show({
            **_json(found), **_seen_json(seen),
            "vouchers": show.Each(map(_voucher_json, vouchers), len(vouchers)),
        })
        return
    context.show(
        None, context.say("help-batch.shown", **_told(context, found)), *_seen_lines(context, seen)
    )
    _show_vouchers(context, vouchers)


def _voucher_json(one: BatchVoucher) -> dict[str, Any]:
    told = one._asdict()
    if one.code is None:
        del told["code"]
    return told


def _show_vouchers(context: CommandContext, vouchers: list[BatchVoucher]) -> None:
    columns = ("serial", "city", "category", "beneficiary", "face", "balance", "state")
    later = ("beneficiary", "city category", "face")
    context.table(vouchers, columns, headings="help-batch", later=later, shown=lambda one: (
        one.serial, one.city, category_term(one.category), one.beneficiary,
        context.amount(one.face_minor, one.currency),
        context.amount(one.balance_minor, one.currency), state_term(one.state),
    ))


@batch_app.command("approve", help="help-batch.approve")
def approve_batch(ctx: typer.Context, number: Batch) -> None:
    context = command_context(ctx)
    context.session.require("batch.approve")
    seen = batch_preview(context.session, number)
    fell_out = _wants_approved(context, seen)
    if fell_out is None:
        return
    with context.progress("help-batch.approving", seen.batch.voucher_count):
        made = approve_as_due(context.session, number)
    if made.state == "draft":
        _tell_left(context, made)
        return
    context.show({**_json(made), "fell_out": fell_out},
              context.say("help-batch.approve-done", **_told(context, made)))


def _wants_approved(
    context: CommandContext, seen: BatchPreview
) -> tuple[FellOut, ...] | None:
    """Show what an approval would do, and ask: who falls out by it; None if it is not wanted."""
    drafted = seen.batch
    again = looked_again(context.session, drafted.number)
    if not context.json:
        context.show(None, *_seen_lines(context, seen), *_fallen(context, again, drafted.currency))
        tell_ends(context, drafted.round)
        tell_beyond_budget(context, drafted.round, drafted.amount_minor)
    if again is not None and again.refusal is not None:
        raise again.refusal
    if not context.confirmed("help-batch.approve-ask", **_asked(context, drafted, again)):
        return None
    return again.fell_out if again is not None else ()


def _tell_left(context: CommandContext, drafted: BatchView) -> None:
    """Who has approved a draft, and how many more people it takes."""
    with context.session.ledger.read() as tx:
        stands = standing(tx, approval_of(drafted))
    context.show(
        {**_json(drafted), "people": stands.people, "left": stands.left,
         "given_by": stands.given_by},
        context.say("approvals.left-batch", count=stands.left, object=drafted.number,
                    names=", ".join(stands.given_by)),
    )


@batch_app.command("cancel", help="help-batch.cancel")
def cancel_batch(
    ctx: typer.Context, number: Batch,
    reason: Annotated[str, typer.Option(help="help-batch.cancel-reason")],
) -> None:
    context = command_context(ctx)
    made = batches.cancel(context.session, number, reason)
    context.show(_json(made), context.say("help-batch.cancel-done", batch=made.number))


def _top_up(
    context: CommandContext, round_code: str, what: tuple[str, str, str], reason: str
) -> None:
    from cbi.base.money import parse_amount
    from cbi.issuance.topping_up import TopUp, draft_top_up

    beneficiary, category, amount = what
    with context.session.ledger.read() as tx:
        currency = programme_of(tx, round_code).currency
    more = TopUp(beneficiary, category, parse_amount(amount, currency))
    made = draft_top_up(context.session, round_code, more, reason)
    context.show(_json(made), context.next_step("help-batch.issue-done", batch=made.number))


def _json(found: BatchView) -> dict[str, Any]:
    return {
        "batch": found.number, "round": found.round, "programme": found.programme,
        "state": found.state, "vouchers": found.voucher_count,
        "amount_minor": found.amount_minor, "currency": found.currency,
        "list_hash": found.list_hash, "drafted_by": found.drafted_by,
        "drafted_at": found.drafted_at, "approved_by": found.approved_by,
        "approved_at": found.approved_at,
    }


def _told(context: CommandContext, found: BatchView) -> dict[str, object]:
    return {
        "batch": found.number, "round": found.round, "vouchers": found.voucher_count,
        "amount": context.amount(found.amount_minor, found.currency),
        "state": context.say(f"help-batch.state-{found.state}"), "by": found.drafted_by,
        "list": found.list_hash.hex()[:16],
    }


def _asked(
    context: CommandContext, drafted: BatchView, again: LookedAgain | None
) -> dict[str, object]:
    """What is asked for: the draft, less who fell out of it."""
    if again is None:
        return _told(context, drafted)
    return _told(context, replace(
        drafted, voucher_count=len(again.lines), amount_minor=again.amount_minor,
        list_hash=batches.list_hash(again.lines),
    ))


def _fallen(context: CommandContext, again: LookedAgain | None, currency: str) -> list[str]:
    """Who fell out since the draft, and why."""
    if again is None or not again.fell_out:
        return []
    return [context.say("help-batch.fell-out", count=len(again.fell_out))] + [
        context.say(
            "help-batch.fell-out-one", beneficiary=one.beneficiary,
            category=category_term(one.category),
            was=context.amount(one.was_minor, currency), now=context.amount(one.is_minor, currency),
            why=context.say(f"issuance.why-{one.reason}"),
        )
        for one in again.fell_out
    ]


def _cells(context: CommandContext) -> Any:
    return lambda row: (
        row["batch"], context.say(f"help-batch.state-{row['state']}"), str(row["vouchers"]),
        context.amount(row["amount_minor"], row["currency"]), row["drafted_by"],
        row["approved_by"] or "",
    )


def _preview_json(seen: Preview) -> dict[str, Any]:
    return {
        "round": seen.round, "people": seen.people, "vouchers": len(seen.lines),
        "amount_minor": seen.amount_minor, "currency": seen.currency,
        "left_out": seen.left_out, "budget_left_minor": seen.left_minor,
        "shares": seen.shares, "households_without_head": seen.households_without_head,
        "idle_rules": seen.idle_rules, "comparison": seen.comparison, "languages": seen.spoken,
    }


def _seen_json(seen: BatchPreview) -> dict[str, Any]:
    return {
        "shares": seen.shares, "comparison": seen.comparison, "budget_minor": seen.budget_minor,
        "bound_minor": seen.bound_minor, "drafted_minor": seen.drafted_minor,
        "left_minor": seen.left_minor, "languages": seen.spoken,
    }


def _seen_lines(context: CommandContext, seen: BatchPreview) -> list[str]:
    """What an approver should know: sums by city and category, the budget, the round before."""
    currency = seen.batch.currency
    lines = [
        context.say("help-batch.share", city=share.city, category=category_term(share.category),
                 vouchers=share.vouchers, amount=context.amount(share.amount_minor, currency))
        for share in seen.shares
    ]
    lines += language_lines(context, seen.spoken)
    lines.append(context.say(
        "help-batch.budget", budget=context.amount(seen.budget_minor, currency),
        bound=context.amount(seen.bound_minor, currency),
        drafted=context.amount(seen.drafted_minor, currency),
        left=context.amount(seen.left_minor, currency),
    ))
    lines += comparison.without_store(context, seen, currency)
    return lines + comparison.lines(context, seen.comparison, currency)


def _print_preview(context: CommandContext, seen: Preview) -> None:
    context.table(seen.shares, ("city", "category", "vouchers", "amount"), headings="help-batch",
               shown=lambda share: (share.city, category_term(share.category), str(share.vouchers),
                                    context.amount(share.amount_minor, seen.currency)))
    context.line("help-batch.previewed", people=seen.people, vouchers=len(seen.lines),
              amount=context.amount(seen.amount_minor, seen.currency), left_out=seen.left_out,
              left=context.amount(seen.left_minor, seen.currency))
    if seen.households_without_head:
        context.line("help-batch.headless", households=", ".join(seen.households_without_head))
    for line in (*language_lines(context, seen.spoken), *comparison.idle(context, seen),
                 *comparison.without_store(context, seen, seen.currency),
                 *unanswered_line(context, {line.beneficiary for line in seen.lines}),
                 *comparison.lines(context, seen.comparison, seen.currency)):
        context.show(None, line)
