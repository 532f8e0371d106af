"""The answers at a till: what they are called and what they carry. Which is given when stands in
`spending_rule`.
"""

from typing import Any, NamedTuple

from cbi.ledger.vouchers.keyboards import CodeReading
from cbi.ledger.vouchers.reading import Voucher

ANSWERS = (
    "ok", "mistyped", "unknown", "not-handed-over", "not-yet-valid", "expired", "blocked", "void",
    "replaced", "used-up", "too-much", "wrong-retailer", "wrong-category", "receipt-used",
    "throttled",
)


class Answer(NamedTuple):
    """A till's answer. `redemption` is `SERIAL/SEQ`; `replayed` says it was given before.

    `read_as` is how the code was read where the keyboard was set to another language.
    """

    answer: str
    serial: str | None = None
    category: str | None = None
    balance_minor: int | None = None
    amount_minor: int | None = None
    currency: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    redemption: str | None = None
    store: str | None = None
    when_at: int | None = None
    zone: str | None = None
    replayed: bool = False
    read_as: CodeReading | None = None


def unknown(reading: CodeReading) -> Answer:
    """The answer where no voucher has the code of this reading; a slip, if that is likelier."""
    return read_by(Answer(answer="unknown"), reading) if reading.sure else Answer(answer="mistyped")


def read_by(answer: Answer, reading: CodeReading) -> Answer:
    """An answer that says how the code was read, where the keyboard was another's."""
    return answer._replace(read_as=reading) if reading.keyboards else answer


def about(voucher: Voucher, answer: str, **more: Any) -> Answer:
    """An answer about a voucher, with what a till may show of it."""
    return Answer(
        answer=answer, serial=voucher.serial, category=voucher.category,
        balance_minor=voucher.balance_minor, currency=voucher.currency,
        valid_from=voucher.valid_from, valid_until=voucher.valid_until, **more,
    )


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer as `--json` gives it: what is absent is left out, and so is a code."""
    said = answer._replace(read_as=None)._asdict()
    return {name: value for name, value in said.items() if value is not None}
