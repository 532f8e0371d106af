"""What the cells of a statement name vouchers and receipts by. Pure."""

import re
from collections.abc import Callable, Collection
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from cbi.base.words import alike, western_digits
from cbi.files import Cell, text_of
from cbi.finance.reading.values.slips import corrected
from cbi.ledger.vouchers.codes import LENGTH, Mistyped, code_hash, read_code

_SERIAL = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*-\d{6,9}\Z")
_CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\Z")
_CALLED = re.compile(
    r"(?i)(?:(?:ваучер|купон|талон|сертификат|код|voucher|coupon|code|serial|certificate)\b\.?\s*)?"
    r"(?:№|#)?\s*(?=\w)"
)
"""What only says that a voucher's number follows (`№ R1-7`, `Voucher R1-7`)."""
_CARD = re.compile(r"(?=[^*xX•]*[*xX•]{2})[\d*xX•][\d*xX• -]{10,22}")
_SERIAL_UNDASHED = re.compile(r"([A-Z]{2,4}\d{2})(R\d{1,2})(\d{6,9})\Z")
_WITHIN = re.compile(
    r"(?<![\w-])(?:[A-Z]{2,4}\d{2}-R\d{1,2}-\d{6,9}|[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})(?![\w-])"
)
_SHORT_WITHIN = re.compile(r"(?<![\w-])(?:[A-Z]{2,4}\d{2}-?)?[RP]\d{1,2} ?-+ ?\d{1,6}(?![\w-])")
_RECEIPT_WITHIN = re.compile(
    r"(?i)(?:\b(?:чек\w{0,3}|квитанци\w|receipt|slip|fiş|түбіртек|дүмүрчөк|chek|квитансия)|رسید|بل)"
    r"(?:\s+(?:ккм|фискальный|no|номер))?\W{0,3}\s*((?:[^\W\d_]{1,3}\d{0,2}[-/])?\d[\d/-]*\d)"
)
_LABEL = re.compile(
    r"(?i)^(?:(?:чек|receipt|квитанция|chek|slip)(?:\s+ккм)?\s*(?:№|#|no?\.?(?=[\s\d]))?|№|#|"
    r"no?\.?(?=[\s\d]))\s*(?=\w*\d)"
)
_TAIL = re.compile(r"(?i)\s+(?:от|від|of|dated)\s+\d.*|(?<=\d{3})\.0+$")
_MARKS_BETWEEN = re.compile(r"(?<=[^\W_])[./_](?=[^\W_])")
_NUMBER_ALONE = re.compile(r"\d{6}\Z")
_SHORT_SERIAL = re.compile(r"((?:[A-Z]{2,4}\d{0,4}-?)?[RP]\d{1,2})-?(\d{1,9})\Z")
_SPACED = re.compile(r"\A((?:[A-Z]{2,4}\d{2}[ -])?[RP]\d{1,2})\s+(?=\d+\Z)")
_AS_IT_SOUNDS = str.maketrans("P", "R")
"""A Cyrillic Р looks like a P, and is typed for an R."""
_LOOKALIKES = str.maketrans("АВСЕНКМОРТХУІавсенкмортхуі–—−‐‑", "ABCEHKMOPTXYIabcehkmoptxyi-----")
SERIAL_DIGITS, PADDED = 6, 3
SEVERAL = "several"
"""The kind of what a cell of several vouchers names."""
TEXT_MAX = 300
TELLING = 30
"""A text longer than this says more than a receipt's number."""
_SHORT = 11
"""Text of fewer letters and digits than these is too far from a code to lead to one."""
ERRORS = frozenset({
    "#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#Н/Д", "#ССЫЛКА!",
    "#ИМЯ?", "#ЗНАЧ!", "#ДЕЛ/0!", "#ЧИСЛО!", "#ПУСТО!", "#SPILL!", "#CALC!",
})
"""What spreadsheets show for a formula that failed, in English and Russian."""


class Named(NamedTuple):
    """What a claim names a voucher by: a serial, a code's keyed hash, or nothing that can be read.

    `shown` never spends money: a serial, or the last four characters of what stood there.
    `guesses` are the hashes of the codes that a mistyped text is one slip away from; `parts` what a
    cell of several vouchers names, or what a column beside it names the same voucher by.
    """

    kind: str
    shown: str
    hashed: bytes = b""
    guesses: tuple[bytes, ...] = ()
    parts: tuple["Named", ...] = ()

    @property
    def key(self) -> str | bytes:
        """What the voucher is looked up by."""
        return self.hashed or self.shown

    @property
    def whole(self) -> str:
        """All that stands there, as it may be shown."""
        if self.kind == SEVERAL or not self.parts:
            return self.shown
        return " / ".join((self.shown, *(one.shown for one in self.parts)))


def is_plain_serial(text: str) -> bool:
    """Whether a text is a serial as we write it."""
    return _SERIAL.match(text) is not None


def is_error(cell: Cell) -> bool:
    """Whether a spreadsheet's formula failed in this cell."""
    return isinstance(cell, str) and cell[:1] == "#" and cell.strip().upper() in ERRORS


def looks_like_voucher(cell: Cell) -> bool:
    """Whether a cell has the shape of a serial or a code, right or mistyped."""
    if isinstance(cell, str) and _SERIAL.match(cell):
        return True
    text = _uncalled(text_of(cell))
    if isinstance(cell, float):
        return False
    if vouchers_within(text):
        return True
    if len(text) > 60:
        return False
    plain = serial_text(text)
    if _SERIAL.match(plain) or _SHORT_SERIAL.match(plain):
        return True
    return _is_code_shaped(text)


def _uncalled(text: str) -> str:
    """A text without what only says that a voucher's number follows."""
    if text[:1].isascii() and text[:1] != "#" and " " not in text:
        return text
    called = _CALLED.match(text)
    return text[called.end() :] if called else text


def _is_code_shaped(text: str) -> bool:
    """Whether a text is made like a code; one code in four hundred has no figure."""
    groups = re.split(r"[\s\-_–—−‐‑./]+", text.rpartition("#")[2].strip())
    letters = "".join(groups)
    if not any(map(str.isdigit, letters)):
        return _CODE.match(text.translate(_LOOKALIKES).upper()) is not None or is_code(text)
    return (
        letters.isalnum() and LENGTH - 1 <= len(letters) <= LENGTH + 1
        and any(map(str.isalpha, letters))
        and (len(groups) == 1 or all(3 <= len(group) <= 5 for group in groups))
    )


def vouchers_within(text: str, rounds: Collection[str] = ()) -> list[str]:
    """The serials and codes that stand among other words, each once; where there is none, serials
    of these rounds in short (`ваучер R1-3, чек 17`)."""
    if len(text) > TEXT_MAX:
        return []
    plain = text.translate(_LOOKALIKES).upper()
    whole = _WITHIN.findall(plain) if len(text) > LENGTH + 3 else []
    if not whole and rounds and " " in plain.strip():
        whole = [one for one in _SHORT_WITHIN.findall(plain) if _shortened(one, rounds)]
    return list(dict.fromkeys(whole))


def names_ours(cell: Cell, rounds: Collection[str]) -> bool:
    """Whether a cell names a voucher of these rounds: a serial, in short too, or a code that
    checks; a till's own numbers may look like either."""
    text = _uncalled(text_of(cell))
    if isinstance(cell, float) or not text or len(text) > TEXT_MAX:
        return False
    if inside := vouchers_within(text, rounds):
        text = inside[0]
    serial = serial_text(text)
    return serial.rpartition("-")[0] in rounds or _shortened(serial, rounds) is not None \
        or is_code(text)


def is_card(cell: Cell) -> bool:
    """Whether a cell holds the number of a bank's card, some of it hidden (`4400 43** **** 8305`).
    """
    return isinstance(cell, str) and _CARD.fullmatch(cell.strip()) is not None


def is_code(cell: Cell) -> bool:
    """Whether a cell holds a code, and nothing else, whose check character is right."""
    text = text_of(cell)
    if isinstance(cell, float) or not LENGTH <= len(text) <= TEXT_MAX:
        return False
    try:
        read_code(_dashed(text).replace("-", " "))
    except Mistyped:
        return False
    return True


def receipt_text(cell: Cell) -> str:
    """A receipt's number without what only says that it is one, or when: `№40112`,
    `чек ККМ 40112 от 17.08.2022`; nor the fraction that a program wrote for want of one."""
    text = text_of(cell)
    if len(text) > TELLING and (within := receipt_within(text)):
        return within
    return western_digits(alike(_TAIL.sub("", _LABEL.sub("", text))))


def receipt_within(text: str) -> str:
    """The receipt that a text names behind a word for it (`ваучер R1-3, чек S1-002532`)."""
    found = _RECEIPT_WITHIN.search(text)
    return western_digits(alike(found[1])) if found else ""


@lru_cache(maxsize=4096)
def serial_text(text: str) -> str:
    """A text as a serial is written: capital Latin letters, plain dashes, nothing else between."""
    plain = _SPACED.sub(r"\1-", _dashed(text).translate(_LOOKALIKES).upper().strip())
    plain = "".join(plain.split())
    if found := _SERIAL_UNDASHED.match(plain):
        return "-".join(found.groups())
    return plain


def _dashed(text: str) -> str:
    """A text whose parts are kept apart by points, strokes or low lines, with dashes there."""
    return text if "#" in text else _MARKS_BETWEEN.sub("-", text)


def voucher_named(
    cell: Cell, lookup: Callable[[], bytes], rounds: Collection[str] = (), series: str = ""
) -> Named:
    """What a cell names a voucher by. `lookup` gives the key, asked only when a code is read;
    `rounds` are the codes that a shortened serial (`R1-3`, or its six figures alone) may begin
    with, `series` what stands of it in a column of its own.
    """
    text = _uncalled(text_of(cell))
    if _NUMBER_ALONE.match(text) and not series and len(rounds) == 1:
        series, = rounds
    if series and text.isdecimal():
        text = f"{series}-{text}"
    if len(inside := vouchers_within(text, rounds)) > 1:
        parts = tuple(voucher_named(one, lookup, rounds) for one in inside)
        return Named(SEVERAL, ", ".join(one.shown for one in parts), parts=parts)
    if inside:
        text = inside[0]
    serial = serial_text(text)
    if _SERIAL.match(serial):
        return _shortened(serial, rounds) or Named("serial", serial)
    try:
        code = read_code(_dashed(text).replace("-", " "))
    except Mistyped:
        return _shortened(serial, rounds) or mistyped(text, lookup)
    return Named("code", f"…{code[-4:]}", code_hash(code, lookup()))


def mistyped(text: str, lookup: Callable[[], bytes]) -> Named:
    """A text that can't be read as a voucher, as far as it may be shown."""
    if sum(map(str.isalnum, text)) < _SHORT:
        return Named("mistyped", text)
    guesses = {code_hash(code, lookup()) for code in corrected(text)}
    return Named("mistyped", f"…{text[-4:].upper()}", guesses=tuple(sorted(guesses)))


def _shortened(serial: str, rounds: Collection[str]) -> Named | None:
    """A serial without its zeros, or with the last part of its round's code alone. A number with
    some of its zeros has lost a figure, and nobody knows which."""
    found = _SHORT_SERIAL.match("".join(serial.split()))
    if found is None or (found[2].startswith("0") and PADDED < len(found[2]) < SERIAL_DIGITS):
        return None
    if found[1] in rounds:
        return None
    told = found[1].replace("-", "")
    for begins in (told, told.translate(_AS_IT_SOUNDS)):
        fits = [code for code in rounds if code.replace("-", "") == begins] or [
            code for code in rounds if code.rpartition("-")[2] == begins
        ]
        if fits:
            break
    return Named("serial", f"{fits[0]}-{int(found[2]):06d}") if len(fits) == 1 else None


def unknown_key(named: Named) -> bytes:
    """16 bytes that stand for a voucher that is none of ours: the same for the same words."""
    return sha256(b"cbi unknown\x1f" + (named.hashed or named.shown.encode())).digest()[:16]


def is_blank(cell: Cell) -> bool:
    """Whether a cell of amounts holds nothing, a dash or a zero."""
    return not text_of(cell).strip("0.,-–— ")
