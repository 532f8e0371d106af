"""The invented operators of the practice campaign and what each is for."""

from dataclasses import dataclass

from cbi.practice.sample import sample_programme, sample_stores


@dataclass(frozen=True, slots=True)
class CastMember:
    """An operator of the story: roles, and the stores of a cashier."""

    name: str
    roles: tuple[str, ...]
    stores: tuple[str, ...] = ()

    @property
    def passphrase(self) -> str:
        """Long enough to type, and told to everybody: nothing here is real."""
        return f"practice {self.name} 2022"


NEWCOMER = "demo"
FIELD, SECOND_FIELD, MANAGER, CLERK, TREASURER, CONTROLLER, AUDITOR = (
    "amina", "timur", "bolat", "dana", "erlan", "gulnar", "farida",
)


TILLS = {
    "till-south": ("almaty", "shymkent"),
    "till-north": ("astana", "karaganda", "semey"),
}
"""A cashier for several stores: a campaign has one for each, but a story has to be short."""


def cashier_of(store: str) -> str:
    """The cashier who works at a store."""
    city = next(one.city for one in sample_stores() if one.code == store)
    return next(name for name, cities in TILLS.items() if city in cities)


def _cashiers() -> tuple[CastMember, ...]:
    """The tills; shops that collect paper have none."""
    paper = frozenset(sample_programme().paper_stores)
    stores = [store for store in sample_stores() if store.code not in paper]
    return tuple(
        CastMember(name, ("cashier",), tuple(one.code for one in stores if one.city in cities))
        for name, cities in TILLS.items()
    )


CAST = (
    CastMember(FIELD, ("field",)),
    CastMember(SECOND_FIELD, ("field",)),
    CastMember(MANAGER, ("manager",)),
    CastMember(CLERK, ("finance",)),
    CastMember(TREASURER, ("finance",)),
    CastMember(CONTROLLER, ("controller",)),
    CastMember(AUDITOR, ("auditor",)),
    *_cashiers(),
)
