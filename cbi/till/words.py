"""A till's answer in the cashier's words: what it is, and what to do next. It never tells a name.

Figures are in the reader's digits and kept in one piece inside right-to-left text.
"""

import json

from cbi.base.clock import at
from cbi.ledger.vouchers.answers import Answer
from cbi.ledger.vouchers.codes import show_code
from cbi.messages.catalogue import RIGHT_TO_LEFT, text
from cbi.messages.figures import amount_figures, category_word, date_words, isolated, moment_words
from cbi.storage.transactions import ReadTransaction


def told(answer: Answer, language: str, *, store: str = "", done: str = "") -> str:
    """The sentence for an answer.

    `store` is the name of the store the answer speaks of, for `used-up`; `done` is `redeemed` or
    `reversed` where an `ok` means that this was done.
    """
    name = answer.answer
    if name == "ok" and done:
        name = "replayed" if answer.replayed else done
    if name == "receipt-used" and answer.redemption is None:
        name = "receipt-over"
    return text(f"till.{name}", language, **_facts(answer, language, store))


def keyboard_told(answer: Answer, language: str) -> str:
    """That the keyboard is set to another language, and how the code was read; else nothing.

    Of several layouts that write the same, the reader's own is named.
    """
    reading = answer.read_as
    if reading is None:
        return ""
    named = language if language in reading.keyboards else reading.keyboards[0]
    return text(
        "keyboard.read-as", language, keyboard=text(f"keyboard.name-{named}", language),
        code=as_is(show_code(reading.code), language),
    )


def record_of(answer: Answer, words: str) -> dict[str, object]:
    """An answer as `--json` gives it: amounts in the currency's minor unit, `when` as ISO text."""
    when = None if answer.when_at is None else at(answer.when_at, answer.zone or "UTC").isoformat()
    return {
        "answer": answer.answer, "serial": answer.serial, "category": answer.category,
        "balance": answer.balance_minor, "amount": answer.amount_minor,
        "currency": answer.currency, "valid_from": answer.valid_from,
        "valid_until": answer.valid_until, "redemption": answer.redemption,
        "store": answer.store, "when": when, "replayed": answer.replayed, "words": words,
        "keyboard": answer.read_as.keyboards[0] if answer.read_as else None,
    }


def store_name(tx: ReadTransaction, code: str | None, language: str) -> str:
    """A store's name in a language; its code where the ledger has no name for it."""
    names = tx.value("SELECT names FROM store WHERE code = :code", code=code or "")
    named: dict[str, str] = json.loads(names) if names else {}
    return named.get(language) or named.get("en") or next(iter(named.values()), code or "")


def _facts(answer: Answer, language: str, store: str) -> dict[str, object]:
    currency = answer.currency or ""
    shop = store or answer.store or ""
    facts: dict[str, object] = {
        "store": f"\u2068{shop}\u2069" if language in RIGHT_TO_LEFT else shop,
        "redemption": as_is(answer.redemption or "", language),
        "category": category_word(answer.category or "", language),
        "until": date_words(answer.valid_until, language) if answer.valid_until else "",
        "from": date_words(answer.valid_from, language) if answer.valid_from else "",
    }
    if answer.balance_minor is not None:
        facts["balance"] = amount_figures(answer.balance_minor, currency, language)
    if answer.amount_minor is not None:
        facts["amount"] = amount_figures(answer.amount_minor, currency, language)
    if answer.when_at is not None:
        facts["when"] = moment_words(answer.when_at, answer.zone or "UTC", language)
    return facts


def as_is(reference: str, language: str) -> str:
    """A reference to be copied by hand: its digits stay as they are, its direction too."""
    return isolated(reference) if language in RIGHT_TO_LEFT else reference
