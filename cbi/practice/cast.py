"""The invented operators of the practice campaign and what each is for."""

from dataclasses import dataclass


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
CASHIER = "kamila"

CAST = (
    Member(FIELD, ("field",)),
    Member(SECOND_FIELD, ("field",)),
    Member(MANAGER, ("manager",)),
    Member(CLERK, ("finance",)),
    Member(TREASURER, ("finance",)),
    Member(AUDITOR, ("auditor",)),
    Member(CASHIER, ("cashier",)),
)
