"""A round's rules as they are typed and shown: `food:15000:person:size=1-4`. Pure.

`CATEGORY:AMOUNT:PER` and, where a rule holds only for some, `size=`, `age=` (`3`, `3-5`, `60+`) or
`flag=`. A category's terms are `CATEGORY:` with `cap=`, `step=` or `values=5000+2000`.
"""

import re
from collections.abc import Mapping, Sequence

from cbi.base.errors import UsageError
from cbi.base.money import parse_amount, plain_amount
from cbi.programmes.rounds import CategoryTerms, EntitlementRule

_BAND = re.compile(r"(\d{1,3})(?:-(\d{1,3})|(\+))?\Z")


def read_rule(text: str, currency: str) -> EntitlementRule:
    """A rule from what was typed.

    Raises:
        UsageError: it cannot be read, or its amount cannot.
    """
    parts = [part.strip() for part in text.split(":")]
    if len(parts) < 3 or not all(parts):
        raise UsageError("rules.rule-unreadable", text=text)
    category, amount, per, *more = parts
    limits = _pairs(more, ("size", "age", "flag"), text, "rules.rule-unreadable")
    size, age = (_band(limits.get(name), text) for name in ("size", "age"))
    return EntitlementRule(
        category, parse_amount(amount, currency), per, *size, *age, limits.get("flag"),
    )


def show_rule(rule: EntitlementRule, currency: str) -> str:
    """The rule as it would be typed."""
    words = [rule.category, plain_amount(rule.amount_minor, currency, group=""), rule.per]
    for name, low, high in (
        ("size", rule.size_from, rule.size_to), ("age", rule.age_from, rule.age_to)
    ):
        if low is not None or high is not None:
            words.append(f"{name}={_band_words(low, high)}")
    if rule.flag is not None:
        words.append(f"flag={rule.flag}")
    return ":".join(words)


def read_terms(text: str, currency: str) -> CategoryTerms:
    """A category's terms from what was typed.

    Raises:
        UsageError: they cannot be read, or an amount cannot.
    """
    category, *more = (part.strip() for part in text.split(":"))
    given = _pairs(more, ("cap", "step", "values"), text, "rules.terms-unreadable")
    if not category or not given:
        raise UsageError("rules.terms-unreadable", text=text)
    values = given.get("values", "")
    return CategoryTerms(
        category,
        parse_amount(given["cap"], currency) if "cap" in given else None,
        parse_amount(given["step"], currency) if "step" in given else None,
        tuple(parse_amount(value, currency) for value in values.split("+")) if values else (),
    )


def show_terms(terms: CategoryTerms, currency: str) -> str:
    """The terms as they would be typed."""
    words = [terms.category]
    for name, amount_minor in (("cap", terms.cap_minor), ("step", terms.round_to_minor)):
        if amount_minor is not None:
            words.append(f"{name}={plain_amount(amount_minor, currency, group='')}")
    if terms.denominations_minor:
        values = [plain_amount(one, currency, group="") for one in terms.denominations_minor]
        words.append(f"values={'+'.join(values)}")
    return ":".join(words)


def read_takers(given: Sequence[str]) -> dict[str, list[str]]:
    """Retailers by category from `food:magnum`.

    Raises:
        UsageError: a text without both.
    """
    takers: dict[str, list[str]] = {}
    for text in given:
        category, _, retailer = (part.strip() for part in text.partition(":"))
        if not category or not retailer:
            raise UsageError("rules.taker-unreadable", text=text)
        takers.setdefault(category, []).append(retailer.lower())
    return takers


def show_takers(takers: Mapping[str, Sequence[str]]) -> list[str]:
    """Each category with its retailers."""
    return [f"{category}: {', '.join(retailers)}" for category, retailers in takers.items()]


def _pairs(
    words: Sequence[str], known: Sequence[str], text: str, code: str
) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        name, _, value = (part.strip() for part in word.partition("="))
        if name not in known or not value or name in found:
            raise UsageError(code, text=text)
        found[name] = value
    return found


def _band(text: str | None, whole: str) -> tuple[int | None, int | None]:
    """`3`, `3-5` and `60+` as the smallest and the largest."""
    if text is None:
        return None, None
    found = _BAND.match(text)
    if found is None:
        raise UsageError("rules.rule-unreadable", text=whole)
    low, high, more = found.groups()
    return int(low), None if more else int(high or low)


def _band_words(low: int | None, high: int | None) -> str:
    if high is None:
        return f"{low or 0}+"
    return str(high) if low == high else f"{low or 0}-{high}"
