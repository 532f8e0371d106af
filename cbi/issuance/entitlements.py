"""From a round's rules and the people who may receive, to the vouchers to be. Pure.

Per person: each. Per household: the head alone. Per member: the amount times the household's size,
on one voucher, to the head. The order of the lines is the order of serials, sheets and lists: by
city, families together, the head first, so that a queue at a table is served from one page.
"""

from collections.abc import Iterable, Sequence

from cbi.ledger.batches import DraftLine
from cbi.ledger.rounds import EntitlementRule
from cbi.people.beneficiaries import Beneficiary


def lines_for(
    beneficiaries: Iterable[Beneficiary], rules: Sequence[EntitlementRule]
) -> list[DraftLine]:
    """The vouchers to be, in list order; amounts in minor units."""
    people = in_list_order(beneficiaries)
    heads = _heads(people)
    lines = []
    for person in people:
        for rule in sorted(rules, key=lambda rule: rule.category):
            amount_minor = _amount_minor(person, rule, person.number in heads)
            if amount_minor:
                lines.append(DraftLine(
                    beneficiary=person.number, city=person.city, language=person.language,
                    category=rule.category, amount_minor=amount_minor,
                ))
    return lines


def in_list_order(beneficiaries: Iterable[Beneficiary]) -> list[Beneficiary]:
    """By city, household, the head first, then beneficiary number."""
    return sorted(
        beneficiaries,
        key=lambda person: (person.city, person.household, not person.head, person.number),
    )


def households_without_head(beneficiaries: Iterable[Beneficiary]) -> list[str]:
    """Households whose head is not among these people: rules per household give them nothing."""
    people = list(beneficiaries)
    headed = {person.household for person in people if person.head}
    return sorted({person.household for person in people} - headed)


def _heads(people: Sequence[Beneficiary]) -> set[str]:
    """One head a household: were two marked by mistake, the first on the list counts."""
    first: dict[str, str] = {}
    for person in people:
        if person.head:
            first.setdefault(person.household, person.number)
    return set(first.values())


def _amount_minor(person: Beneficiary, rule: EntitlementRule, is_head: bool) -> int:
    if rule.per == "person":
        return rule.amount_minor
    if not is_head:
        return 0
    return rule.amount_minor * (person.household_size if rule.per == "member" else 1)
