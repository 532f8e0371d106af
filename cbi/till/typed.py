"""What a cashier types, made into what the ledger is asked."""

from cbi.base.errors import UsageError
from cbi.base.money import parse_amount
from cbi.ledger.codes import Mistyped, code_hash, read_code
from cbi.ledger.redeeming import Redeem
from cbi.operators.desk import Desk


def typed_redeem(
    desk: Desk, code: str, amount: str, *, store: str | None, receipt: str | None,
    total: str | None = None, request: str | None = None,
) -> Redeem:
    """The request in a till's words made into the ledger's.

    Raises:
        UsageError: an amount that cannot be read, or no receipt or store.
    """
    if not receipt:
        raise UsageError("ledger.receipt-missing")
    currency = currency_for(desk, code)
    receipt, total = as_printed(desk, receipt, total)
    return Redeem(
        code=code, amount_minor=parse_amount(amount, currency), store=store_for(desk, store),
        receipt=receipt, request=request,
        receipt_total_minor=None if total is None else parse_amount(total, currency),
    )


def as_printed(desk: Desk, receipt: str, total: str | None) -> tuple[str, str | None]:
    """A receipt's number and total: of a scanned square code, what stands in it. Nobody is asked.

    A total that was typed holds before the one in the code.
    """
    if "://" not in receipt:
        return receipt, total
    from cbi.places.profile import profile_of

    with desk.ledger.read() as tx:
        code = profile_of(tx).receipt
    found = code.read(receipt.strip()) if code else None
    return (receipt, total) if found is None else (found[0], total or found[1])


def store_for(desk: Desk, store: str | None) -> str:
    """The store named; a cashier who works at one store alone need not name it.

    Raises:
        UsageError: it is not clear which.
    """
    found = store or only_store(desk)
    if not found:
        own = ", ".join(sorted(desk.operator.stores))
        raise UsageError("help-cashier.store-needed", stores=own or "–")
    return found


def only_store(desk: Desk) -> str | None:
    """The store of a cashier who works at one alone."""
    own = desk.operator.stores
    return next(iter(own)) if len(own) == 1 else None


def currency_for(desk: Desk, code: str) -> str:
    """The currency of the voucher with this code; of the first programme if there is none."""
    try:
        hashed = code_hash(read_code(code), desk.keys.need("lookup"))
    except Mistyped:
        hashed = b""
    from cbi.places.profile import profile_of

    with desk.ledger.read() as tx:
        return str(
            tx.value("SELECT currency FROM voucher WHERE code_hash = :hash", hash=hashed)
            or tx.value("SELECT currency FROM programme ORDER BY code LIMIT 1")
            or profile_of(tx).currency
        )
