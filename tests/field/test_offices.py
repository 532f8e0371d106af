"""Every event is accounted for once, whatever happens to the files on their way."""

import json
import os
from pathlib import Path

import pytest

from cbi.field import taking
from tests.conftest import World, build, new_world
from tests.field.offices import account, campaign
from tests.field.sound import sound
from tests.postgres import discard

SEEDS = int(os.environ.get("CBI_OFFICE_SEEDS", "5"))


def test_three_offices_for_eight_days(world: World) -> None:
    made = campaign(world, 2, offices=3, days=8, families=8)
    made.run()
    found = account(made)
    assert min(found[one] for one in ("posted", "conflict", "undone", "noted")) > 0
    assert min(found[one] for one in ("lost", "nothing new", "older bundles")) > 0
    sound(world)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(SEEDS))
def test_five_offices_for_twenty_days(
    seed: int, engine: str, tmp_path: Path, request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = request.getfixturevalue("postgres_url") if engine == "postgresql" else ""
    world = new_world(engine, tmp_path, server)
    build(world)
    monkeypatch.setattr(taking, "SLICE", 1 + 3 * (seed % 3))
    made = campaign(world, seed, offices=5, days=20, families=40)
    made.run()
    print(json.dumps({"engine": engine, "seed": seed, **account(made)}))
    sound(world)
    discard(world.ledger, world.vault)
