"""How columns of amounts stand to each other: a running sum, a tax, what two come to. Pure."""

from collections.abc import Sequence
from itertools import pairwise

from cbi.finance.reading.structure.contents import Content

MOST_LESS = 5
"""One line in so many may be otherwise."""
LINES_LEAST = 3
"""Of so few lines nothing is concluded."""
ROUNDING = 2
"""Minor units; a nought counts as one."""


def moved(held: Content) -> list[bool]:
    """Of each line whether it has an amount; a nought counts as one minor unit and is none."""
    return [amount is not None and abs(amount) > 1 for amount in held.amounts]


def is_derived(ours: Sequence[int | None], theirs: Sequence[int | None]) -> bool:
    """Whether amounts are a running sum of others, or a fixed small share of them (a tax)."""
    pairs = [(one, other) for one, other in zip(ours, theirs, strict=True)
             if one is not None and other is not None]
    if len(pairs) < 4:
        return False
    steps = sum(
        later[0] - earlier[0] == later[1]
        for earlier, later in pairwise(pairs)
    )
    if steps * 10 >= 8 * (len(pairs) - 1):
        return True
    shares = [one / other for one, other in pairs if other]
    usual = sorted(shares)[len(shares) // 2] if shares else 1
    close = sum(abs(one - usual * other) <= 1 for one, other in pairs)
    return 0 < usual < 0.5 and close * 10 >= 9 * len(pairs)


def is_taxed(net: int, content: Sequence[Content]) -> bool:
    """Whether a column is, line by line, what two others are apart, one of them a fixed share of
    it: an amount before the tax that stands beside."""
    ours = content[net].amounts
    taxes = [one.amounts for one in content
             if sum(moved(one)) * 2 > one.filled and is_derived(one.amounts, ours)]
    return any(_add_up(ours, tax, held.amounts) for tax in taxes for held in content)


def _add_up(
    one: Sequence[int | None], other: Sequence[int | None], whole: Sequence[int | None]
) -> bool:
    """Whether two columns come to a third one on nearly all lines."""
    off = [
        abs(third - first - second) > ROUNDING for first, second, third
        in zip(one, other, whole, strict=True)
        if first is not None and second is not None and third is not None
    ]
    return len(off) > LINES_LEAST and sum(off) * MOST_LESS <= len(off)
