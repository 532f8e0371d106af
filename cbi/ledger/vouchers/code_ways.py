"""How a redemption's code came in, by the till's word: what it may say of it."""

from cbi.base.errors import UsageError

CODE_WAYS = ("scanner", "camera", "typed")


def check_code_way(text: str | None) -> None:
    """Raises UsageError where this is no way for a code to come in; None says nothing of it."""
    if text not in (None, *CODE_WAYS):
        raise UsageError("ledger.code-way-unknown", text=text, known=", ".join(CODE_WAYS))
