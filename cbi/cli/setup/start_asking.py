"""The conversation of `cbi start`: questions in the order in which an office comes about.

What the ledger has already is told and passed over, so a conversation that was broken off goes on
where it stopped. An answer that a line refuses is asked again.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cbi.cli import show
from cbi.cli.command_context import CommandContext
from cbi.cli.setup.start_lines import Typist, by_script, code_of, later, named, round_line
from cbi.operators.permissions import ROLES
from cbi.programmes.rounds import PER

DAYS = 45
TITLE_STYLE = "bold cyan"
FOOD, OTHER = "food", "non-food"


@dataclass(slots=True)
class Conversation:
    """Asks, and lets the typist carry out what was answered."""

    context: CommandContext
    typist: Typist
    there: Callable[[], Mapping[str, set[str]]]
    """The codes and names that the ledger has, by kind, as of now."""
    cities: Callable[[], Mapping[str, str]]
    """The cities by code, as the reader calls them."""
    today: str

    def places(self) -> None:
        """Cities, retailers with their number, and each one's shops."""
        if self._begins("cities", "city"):
            for name in self._each("ask-city"):
                self.typist.types("city", "add", code_of(name), *named("name", by_script(name)))
        if self._begins("retailers", "retailer"):
            for name in self._each("ask-retailer"):
                while code_of(name) not in self.there()["retailer"]:
                    number = self._ask("ask-number", name=name)
                    more = ["--number", number] if number else []
                    self.typist.types("retailer", "add", code_of(name), "--name", name, *more)
                self._shops(code_of(name), name)

    def people(self) -> None:
        """Accounts with their roles; a cashier's shops."""
        if not self._begins("people", "operator", from_=2):
            return
        self._tell("roles", roles=", ".join(
            f"{number} {self.context.say(f'log.value-{role}')}"
            for number, role in enumerate(ROLES, 1)
        ))
        for name in self._each("ask-person"):
            roles: list[str] = []
            while not roles:
                roles = _roles(self._ask("ask-roles", name=name))
            stores: list[str] = []
            known = sorted(self.there()["store"])
            while "cashier" in roles and not stores and known:
                said = self._ask("ask-stores", known[0], stores=", ".join(known))
                stores = [one for one in _listed(said) if one in known]
            self.typist.adds_operator(code_of(name), roles, stores)
        if len(self.there()["operator"]) < 2:
            self._tell("tell-alone")

    def programme(self) -> None:
        """The programme: its budget, hotline, language, and whether duties are kept apart."""
        if not self._begins("programme", "programme"):
            return
        code, name, budget, hotline, language = f"P{self.today[2:4]}", "", "", "", ""
        while not self.there()["programme"]:
            code = self._ask("ask-programme", code).upper()
            name = self._ask("ask-programme-name", name or code)
            budget = self._ask("ask-budget", budget)
            hotline = self._ask("ask-hotline", hotline)
            language = self._ask("ask-language", language)
            more = ["--hotline", hotline] if hotline else []
            more += ["--language", language] if language else []
            if not self.context.agreed("start.ask-apart"):
                more.append("--one-person")
            self.typist.types("programme", "add", code, "--name", name, "--budget", budget, *more)

    def round(self) -> None:
        """The first round, if its rules are known already."""
        there = self.there()
        if not there["retailer"] or not self._begins("round", "round"):
            return
        programme = min(there["programme"])
        first, last = self.today, later(self.today, DAYS)
        said = {FOOD: "", OTHER: ""}
        while not self.there()["round"]:
            rules = [*self._rule(FOOD, "person", said), *self._rule(OTHER, "household", said)]
            if not rules:
                return
            first = self._ask("ask-from", first)
            last = self._ask("ask-until", last)
            takers = [
                f"{rule.partition(':')[0]}:{shop}"
                for rule in rules for shop in sorted(there["retailer"])
            ]
            line = round_line(programme, f"{programme}-R1", (first, last), rules, takers)
            self.typist.types(*line)

    def _rule(self, category: str, usual: str, said_before: dict[str, str]) -> Iterator[str]:
        """What a category gives, and to whom: asked only of one that gives something. What was
        said stands there when it is asked again; 0 takes it away."""
        said_before[category] = self._ask(f"ask-{category}", said_before[category])
        amount = said_before[category].replace(" ", "")
        amount = "" if amount == "0" else amount
        per = ""
        while amount and per not in PER:
            said = self._ask("ask-per", str(PER.index(usual) + 1))
            per = PER[int(said) - 1] if said in ("1", "2", "3") else said
        if amount:
            yield f"{category}:{amount}:{per}"

    def _shops(self, retailer: str, name: str) -> None:
        for city, shown in sorted(self.cities().items()):
            names = _listed(self._ask("ask-shops", name=name, city=shown))
            for number, shop in enumerate(names, 1):
                self.typist.types(
                    "store", "add", f"{retailer}-{city}-{number}", "--retailer", retailer,
                    "--city", city, *named("name", by_script(shop)),
                )

    def _begins(self, key: str, kind: str, *, from_: int = 1) -> bool:
        """The heading of a part; False where it is done, and nobody wants to add to it."""
        show.put(f"\n{self.context.say(f'start.part-{key}')}", style=TITLE_STYLE)
        known = sorted(self.there()[kind])
        if len(known) < from_:
            self._tell(f"tell-{key}")
            return True
        self._tell("there", known=", ".join(known))
        if kind in ("programme", "round"):
            return False
        return self.context.agreed("start.ask-more")

    def _each(self, key: str) -> Iterator[str]:
        """Names, several at once by commas, until an empty answer."""
        while said := _listed(self._ask(key)):
            yield from said

    def _ask(self, key: str, default: str = "", **facts: str) -> str:
        words = self.context.say(f"start.{key}", **facts)
        return self.context.ask(f"{words}:", default=default).strip()

    def _tell(self, key: str, **facts: str) -> None:
        show.put(self.context.say(f"start.{key}", **facts))


def _listed(said: str) -> list[str]:
    parts = said.replace("،", ",").replace(";", ",").split(",")
    return [part.strip() for part in parts if part.strip()]


def _roles(said: str) -> list[str]:
    """Roles by number or name; empty where one is none."""
    found = []
    for one in _listed(said.replace(" ", ",")):
        role = ROLES[int(one) - 1] if one.isdecimal() and 0 < int(one) <= len(ROLES) else one
        if role not in ROLES:
            return []
        found.append(role)
    return found
