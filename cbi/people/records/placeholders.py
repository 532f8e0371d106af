"""Numbers that were written because a form wanted one: 0000000, 1111111, 123456789.

They are nobody's, so they make nobody one person: no key is kept of them, and no two records agree
by them. Pure.
"""

import re

ALIKE_AT_THE_END = 7
"""A number whose last so many digits are one digit was not given out to anybody."""
RUN_FROM = 6
"""A shorter run of digits may be a real number, and so may one after the letter of a series."""
_NOT_A_DIGIT = re.compile(r"\D")
_UP, _DOWN = "0123456789" * 3, "9876543210" * 3


def is_placeholder(number: str) -> bool:
    """Whether a document's number or a phone (E.164) only fills a field.

    One digit again and again (`0000-0000`, `P1111111`, `+7 777 777 77 77`), at the end of a longer
    number too (`+7 701 1111111`), or digits in a row and nothing else (`123456789`).
    """
    digits = _NOT_A_DIGIT.sub("", number)
    if not digits or not digits.isascii():
        return False
    if len(set(digits[-ALIKE_AT_THE_END:])) == 1:
        return len(digits) > 1
    bare = len(digits) >= RUN_FROM and not any(map(str.isalpha, number))
    return bare and (digits in _UP or digits in _DOWN)
