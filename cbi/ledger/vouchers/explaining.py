"""What a till says of a voucher: the rule, asked with what the ledger knows of its round."""

from typing import NamedTuple

from cbi.base.errors import UsageError
from cbi.base.money import show_amount
from cbi.ledger.vouchers.answers import Answer, about
from cbi.ledger.vouchers.reading import Voucher
from cbi.ledger.vouchers.spending_rule import WHOLE_ONLY, Question, refusal
from cbi.storage import ReadTransaction


class RoundSetting(NamedTuple):
    """What a voucher's round and its programme say of spending."""

    in_parts: int
    zone: str
    lateness_days: int


_NO_ROUND = RoundSetting(in_parts=1, zone="UTC", lateness_days=0)
"""Where somebody removed a voucher's round by hand, `check` says so; a till still answers."""


class LastUse(NamedTuple):
    """Where and when a voucher was last redeemed."""

    store: str
    when_at: int


def round_setting(tx: ReadTransaction, round_code: str) -> RoundSetting:
    """What holds in a round."""
    return tx.read_one(
        RoundSetting,
        "SELECT r.in_parts, p.zone, p.lateness_days FROM round r "
        "JOIN programme p ON p.code = r.programme WHERE r.code = :round",
        round=round_code,
    ) or _NO_ROUND


def taken_categories(tx: ReadTransaction, round_code: str, retailer: str) -> frozenset[str]:
    """The categories that a retailer takes in a round."""
    return frozenset(
        category for (category,) in tx.tuples(
            "SELECT category FROM round_retailer WHERE round = :round AND retailer = :retailer",
            round=round_code, retailer=retailer,
        )
    )


def last_use(tx: ReadTransaction, voucher: Voucher) -> LastUse | None:
    """A voucher's latest redemption."""
    return tx.read_one(
        LastUse,
        "SELECT store, occurred_at AS when_at FROM entry WHERE voucher = :voucher "
        "AND kind = 'redeem' ORDER BY seq DESC LIMIT 1",
        voucher=voucher.id,
    )


def answer_about(
    tx: ReadTransaction, voucher: Voucher, at: int, *, retailer: str | None,
    category: str | None = None, amount_minor: int | None = None,
) -> Answer:
    """What a till would say of a voucher at an instant.

    Raises:
        UsageError: the voucher can only be spent whole.
    """
    setting = round_setting(tx, voucher.round)
    answer = refusal(voucher, Question(
        occurred_at=at, category=category, amount_minor=amount_minor,
        taken_here=None if retailer is None else taken_categories(tx, voucher.round, retailer),
        in_parts=bool(setting.in_parts),
    ))
    if answer == WHOLE_ONLY:
        raise whole_only(voucher)
    return told_about(tx, voucher, answer or "ok", zone=setting.zone, amount_minor=amount_minor)


def told_about(
    tx: ReadTransaction, voucher: Voucher, answer: str, *, zone: str, amount_minor: int | None
) -> Answer:
    """An answer about a voucher; `used-up` says where and when."""
    used = last_use(tx, voucher) if answer == "used-up" else None
    return about(
        voucher, answer, zone=zone, amount_minor=amount_minor, **(used._asdict() if used else {})
    )


def whole_only(voucher: Voucher) -> UsageError:
    """The refusal of a part where the round wants the whole."""
    return UsageError(
        "ledger.whole-only", serial=voucher.serial,
        amount=show_amount(voucher.balance_minor, voucher.currency),
    )
