"""How likely so many, or more, would come about by themselves: exact tails, without a library."""

from collections.abc import Callable
from math import exp, lgamma, log


def poisson_tail(least: int, mean: float) -> float:
    """The chance of at least `least` where `mean` are expected."""
    if least <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if least <= mean:
        return 1.0  # nothing to wonder at
    return _sum_of_tail(exp(least * log(mean) - mean - lgamma(least + 1)),
                        lambda k: mean / (k + 1), least, None)


def binomial_tail(least: int, of: int, share: float) -> float:
    """The chance of at least `least` of `of`, where each happens with this share."""
    if least <= 0 or share >= 1:
        return 1.0
    if share <= 0 or least > of:
        return 0.0
    if least <= of * share:
        return 1.0
    first = exp(
        lgamma(of + 1) - lgamma(least + 1) - lgamma(of - least + 1)
        + least * log(share) + (of - least) * log(1 - share)
    )
    odds = share / (1 - share)
    return _sum_of_tail(first, lambda k: (of - k) / (k + 1) * odds, least, of)


def _sum_of_tail(term: float, ratio: Callable[[int], float], least: int, most: int | None) -> float:
    total, k = 0.0, least
    while term > 0 and (most is None or k <= most):
        total += term
        if term < total * 1e-12:
            break
        term *= ratio(k)
        k += 1
    return min(total, 1.0)
