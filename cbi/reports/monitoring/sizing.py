"""How many to ask, and how sure an answer is: both know that the whole is finite. Pure.

The size is Cochran's for a share of a half, the interval Wilson's; a sample that is a good part of
the whole counts for more than one of endless many.
"""

from collections.abc import Mapping, Sequence
from math import ceil, sqrt
from statistics import NormalDist


def deviate(confidence_percent: int) -> float:
    """How many standard deviations this confidence takes in: 1.96 for 95."""
    return NormalDist().inv_cdf(0.5 + confidence_percent / 200)


def sample_size(whole: int, margin_percent: int, confidence_percent: int) -> int:
    """How many of so many to ask, for a share that may be off by the margin."""
    endless = (deviate(confidence_percent) * 50 / margin_percent) ** 2
    return min(whole, ceil(round(endless / (1 + (endless - 1) / whole), 9))) if whole else 0


def shared_out(
    by_city: Mapping[str, int], margin_percent: int, confidence_percent: int, *, each: bool
) -> dict[str, int]:
    """How many of each city: in proportion, rounded up, or as many as each needs by itself."""
    if each:
        return {city: sample_size(count, margin_percent, confidence_percent)
                for city, count in by_city.items()}
    whole = sum(by_city.values())
    wanted = sample_size(whole, margin_percent, confidence_percent)
    return {city: -(-count * wanted // whole) for city, count in by_city.items()}


def interval(
    share: float, asked: float, whole: float, confidence_percent: int
) -> tuple[float, float]:
    """Wilson's interval of a share among `asked` of `whole`; the share itself where all were."""
    if asked >= whole:
        return share, share
    counted = asked * (whole - 1) / (whole - asked)
    squared = deviate(confidence_percent) ** 2
    middle = (share + squared / (2 * counted)) / (1 + squared / counted)
    half = sqrt(squared * (share * (1 - share) + squared / (4 * counted)) / counted)
    half /= 1 + squared / counted
    return max(0.0, middle - half), min(1.0, middle + half)


def margin(asked: float, whole: float, confidence_percent: int) -> float:
    """How far off a share of a half may be, with so many asked of the whole."""
    if asked <= 0:
        return 1.0
    if asked >= whole:
        return 0.0
    return deviate(confidence_percent) * sqrt(0.25 / asked * (whole - asked) / (whole - 1))


def weighted(
    counts: Sequence[int], asked: Sequence[int], wholes: Sequence[int]
) -> tuple[float, float]:
    """A share over cities of which each stands for all of its own, and how many answers it is
    worth (Kish: unequal weights make it fewer)."""
    groups = [(count, of, whole) for count, of, whole in zip(counts, asked, wholes, strict=True)
              if of]
    everybody = sum(whole for _, _, whole in groups)
    if not everybody:
        return 0.0, 0.0
    share = sum(count / of * whole for count, of, whole in groups) / everybody
    squares = sum((whole / of) ** 2 * of for _, of, whole in groups)
    return share, everybody**2 / squares
