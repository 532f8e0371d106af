"""Whole histories of finance from seeds: whatever happens, everybody has the same figures."""

import shutil
import tempfile
from pathlib import Path

import pytest

from tests.conftest import build, new_world
from tests.postgres import discard
from tests.proof.finance_life import STEPS, FinanceLife
from tests.proof.finance_witnesses import agree


def lived(engine: str, server: str, seed: int, steps: int, *, every: int = 0) -> FinanceLife:
    """A history of so many steps; all must agree in its end, and every so many steps before."""
    folder = Path(tempfile.mkdtemp(prefix="cbi-finance-"))
    world = new_world(engine, folder, server)
    try:
        build(world)
        life = FinanceLife(world, seed)
        for number in range(1, steps + 1):
            life.step()
            if every and number % every == 0:
                agree(life)
        agree(life, recalculated=bool(every))
    finally:
        discard(world.ledger, world.vault)
        shutil.rmtree(folder, ignore_errors=True)
    return life


@pytest.fixture
def server(engine: str, request: pytest.FixtureRequest) -> str:
    """Where PostgreSQL listens; nothing for SQLite."""
    return str(request.getfixturevalue("postgres_url")) if engine == "postgresql" else ""


def test_whatever_happens_everybody_has_the_same_figures(engine: str, server: str) -> None:
    life = lived(engine, server, seed=14, steps=60 if engine == "sqlite" else 30)
    assert len(life.done) > (9 if engine == "sqlite" else 6), life.done


@pytest.mark.long
@pytest.mark.parametrize("seed", range(12))
def test_in_long_histories_everybody_has_the_same_figures(
    engine: str, server: str, seed: int,
) -> None:
    life = lived(engine, server, seed, steps=300, every=150)
    assert set(life.done) >= set(STEPS) - {"withdraw"}, set(STEPS) - set(life.done)
    assert sum(life.done.values()) > 150, life.refused
