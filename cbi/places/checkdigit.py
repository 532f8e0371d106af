"""The check digit that Kazakhstan's IIN (people) and BIN (businesses) share. Pure.

Twelve digits `YYMMDD G NNNN C`: the first eleven, weighted 1 to 11, modulo 11; if that gives 10,
once more with the weights 3 to 11, 1, 2; a number that gives 10 again is never issued. Source:
Kazakhstan's law 223 of 2007 on the national registers of identification numbers.
"""

_FIRST = range(1, 12)
_SECOND = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


def check_digit(eleven: str) -> int | None:
    """The twelfth digit after these eleven; None where no such number is issued."""
    for weights in (_FIRST, _SECOND):
        digit = sum(int(char) * weight for char, weight in zip(eleven, weights, strict=True)) % 11
        if digit < 10:
            return digit
    return None


def is_tax_number(text: str) -> bool:
    """Whether these are twelve digits whose last one checks the others."""
    if len(text) != 12 or not (text.isascii() and text.isdigit()):
        return False
    return check_digit(text[:11]) == int(text[11])
