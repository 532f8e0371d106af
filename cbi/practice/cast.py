"""The invented operators of the practice campaign and what each is for."""

from dataclasses import dataclass

from cbi.practice.sample import sample_programme, sample_stores


@dataclass(frozen=True, slots=True)
class Member:
    """An operator of the story: roles, and the stores of a cashier."""

    name: str
    roles: tuple[str, ...]
    stores: tuple[str, ...] = ()

    @property
    def passphrase(self) -> str:
        """Long enough to type, and told to everybody: nothing here is real."""
        return f"practice {self.name} 2022"


NEWCOMER = "demo"
FIELD, SECOND_FIELD, MANAGER, CLERK, TREASURER, AUDITOR = (
    "amina", "timur", "bolat", "dana", "erlan", "farida",
)


def cashier_of(store: str) -> str:
    """The cashier who works at a store: one for a city's stores."""
    return f"till-{_city_of()[store]}"


def _city_of() -> dict[str, str]:
    return {store.code: store.city for store in sample_stores()}


def _cashiers() -> tuple[Member, ...]:
    """The tills of every city; shops that collect paper have none."""
    paper = frozenset(sample_programme().paper_stores)
    stores = [store for store in sample_stores() if store.code not in paper]
    return tuple(
        Member(f"till-{city}", ("cashier",),
               tuple(store.code for store in stores if store.city == city))
        for city in sorted({store.city for store in stores})
    )


CAST = (
    Member(FIELD, ("field",)),
    Member(SECOND_FIELD, ("field",)),
    Member(MANAGER, ("manager",)),
    Member(CLERK, ("finance",)),
    Member(TREASURER, ("finance",)),
    Member(AUDITOR, ("auditor",)),
    *_cashiers(),
)
