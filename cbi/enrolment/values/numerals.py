"""Small numbers in words, as people fill in forms: `four`, `thirty-four`, `сорок шесть`. Pure."""

from functools import lru_cache

from cbi.enrolment.values.vocabulary import folded, meanings, squashed, words

_TENS = range(20, 100, 10)


@lru_cache(maxsize=2048)
def in_digits(text: str) -> str:
    """The text with the number that begins it in digits (`4 persons` for `four persons`); as it is
    where no number in words begins it."""
    told: list[int] = []
    tokens = folded(text).split()
    rest = list(tokens)
    while rest:
        value = meanings("numeral").get(squashed(rest[0]))
        joins = bool(told) and rest[0] in words("and")
        if value is None and not joins:
            break
        told += [int(value)] if value is not None else []
        rest = rest[1:]
    number = _together(told)
    return " ".join([str(number), *rest]) if number else text


def _together(told: list[int]) -> int:
    """The number that its words make (`thirty`, `four`); 0 for none, or several numbers."""
    if len(told) == 1:
        return told[0]
    if len(told) == 2 and told[0] in _TENS and told[1] < 10:
        return sum(told)
    return 0
