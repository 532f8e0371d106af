"""Laptops for tests: made, paired, sent a bundle, worked on."""

from pathlib import Path
from typing import NamedTuple

from cbi.field import work
from cbi.field.laptop import Laptop, make_laptop, read_card
from cbi.field.pairing import pair
from cbi.field.sending import send
from cbi.field.taking import TakenFile, read_back, take
from cbi.operators.accounts import add_operator
from tests.conftest import World
from tests.operators.conftest import QUICK

WORDS = "nine tall poplars"


class FieldOffice(NamedTuple):
    """A laptop in its folder, and the world that it was sent out from."""

    world: World
    name: str
    folder: Path

    def laptop(self) -> Laptop:
        """The laptop, opened as a command opens it."""
        return Laptop(self.folder, lambda: WORDS)

    def sent(self, *cities: str) -> Path:
        """The next bundle of these cities."""
        number = len(list(self.folder.glob("out-*.cbi"))) + 1
        path = self.folder / f"out-{number}.cbi"
        send(self.world.session("manager1"), self.name, cities or ["almaty"], path)
        return path

    def opened(self, *cities: str) -> Laptop:
        """The laptop with a fresh bundle."""
        laptop = self.laptop()
        assert laptop.take_bundle(self.sent(*cities), lambda _: True) is not None
        return laptop

    def packed(self, laptop: Laptop, *, everything: bool = False) -> Path:
        """What it brings back."""
        number = len(list(self.folder.glob("back-*.cbi"))) + 1
        return work.pack(
            laptop, self.folder / f"back-{number}.cbi", everything=everything
        ).path

    def taken(self, path: Path, who: str = "field2") -> TakenFile:
        """A file taken at the main office."""
        session = self.world.session(who)
        return take(session, read_back(session, path))


def field_operators(world: World) -> None:
    """Accounts for those who hold laptops."""
    for name in ("field1", "field2"):
        add_operator(world.session("admin1"), name, {"field"}, passphrase=WORDS, stretching=QUICK)


def paired(world: World, name: str = "north", holder: str = "field1") -> FieldOffice:
    """A laptop that the main office knows."""
    folder = world.folder / f"laptop-{name}"
    card = make_laptop(folder, name, WORDS, world.entropy, QUICK)
    place = folder / "card.json"
    place.write_bytes(card.content())
    pair(world.session("admin1"), read_card(place), holder)
    return FieldOffice(world, name, folder)
