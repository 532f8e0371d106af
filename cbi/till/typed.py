"""What a cashier types, made into what the ledger is asked."""

from collections.abc import Sequence

from cbi.base.errors import UsageError
from cbi.base.money import parse_amount
from cbi.ledger.vouchers.codes import LENGTH
from cbi.ledger.vouchers.keyboards import readings
from cbi.ledger.vouchers.reading import look_up
from cbi.ledger.vouchers.redeeming import Redeem
from cbi.operators.operator_session import OperatorSession


def typed_redeem(
    session: OperatorSession, code: str, amount: str, *, store: str | None, receipt: str | None,
    total: str | None = None, request: str | None = None,
) -> Redeem:
    """The request in a till's words made into the ledger's.

    Raises:
        UsageError: an amount that cannot be read, or no receipt or store.
    """
    if not receipt:
        raise UsageError("ledger.receipt-missing")
    currency = currency_for(session, code)
    receipt, total = as_printed(session, receipt, total)
    return Redeem(
        code=code, amount_minor=parse_amount(amount, currency), store=store_for(session, store),
        receipt=receipt, request=request,
        receipt_total_minor=None if total is None else parse_amount(total, currency),
    )


def code_and_amount(words: Sequence[str]) -> tuple[str, str]:
    """A typed line's code, in as many words as it has, and its amount; empty where one is missing.

    `-` stands for a code of its own. Where nothing reads as a code, the last word is the amount.
    """
    if words[:1] == ["-"]:
        return "-", " ".join(words[1:])
    code, rest = scanned(words)
    return (code, " ".join(rest)) if rest or is_code(code) else (
        " ".join(words[:-1]), "".join(words[-1:])
    )


def scanned(words: Sequence[str]) -> tuple[str, Sequence[str]]:
    """A line's code, in as many words as it has, and what follows it; all of it where none reads.
    """
    for count in range(1, len(words) + 1):
        code = "".join(words[:count])
        if is_code(code):
            return code, words[count:]
    return " ".join(words), ()


def is_code(text: str) -> bool:
    """Whether a text reads as a code, under some keyboard."""
    return len("".join(text.split())) >= LENGTH and next(readings(text), None) is not None


def as_printed(session: OperatorSession, receipt: str, total: str | None) -> tuple[str, str | None]:
    """A receipt's number and total: of a scanned square code, what stands in it. Nobody is asked.

    A total that was typed holds before the one in the code.
    """
    if "://" not in receipt:
        return receipt, total
    from cbi.places.profile import profile_of

    with session.ledger.read() as tx:
        code = profile_of(tx).receipt
    found = code.read(receipt.strip()) if code else None
    return (receipt, total) if found is None else (found[0], total or found[1])


def store_for(session: OperatorSession, store: str | None) -> str:
    """The store named; a cashier who works at one store alone need not name it.

    Raises:
        UsageError: it is not clear which.
    """
    found = store or only_store(session)
    if not found:
        own = ", ".join(sorted(session.operator.stores))
        raise UsageError("help-cashier.store-needed", stores=own or "–")
    return found


def only_store(session: OperatorSession) -> str | None:
    """The store of a cashier who works at one alone."""
    own = session.operator.stores
    return next(iter(own)) if len(own) == 1 else None


def currency_for(session: OperatorSession, code: str) -> str:
    """The currency of the voucher with this code; of the first programme if there is none."""
    from cbi.places.profile import profile_of

    with session.ledger.read() as tx:
        found = look_up(tx, code, session.keys.need("lookup"))
        if found is not None and found.voucher is not None:
            return found.voucher.currency
        return str(
            tx.value("SELECT currency FROM programme ORDER BY code LIMIT 1")
            or profile_of(tx).currency
        )
