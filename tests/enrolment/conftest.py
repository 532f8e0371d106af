"""A ledger whose cities bear all their names, for lists read whole."""

import json
from collections.abc import Iterator

import pytest

from cbi.operators.operator_session import OperatorSession
from tests.conftest import new_world
from tests.postgres import discard

CITIES = {
    "almaty": {"en": "Almaty", "ru": "Алматы", "kk": "Алматы", "fa": "الماتی", "uz": "Olmaota"},
    "astana": {"en": "Astana", "ru": "Астана", "fa": "آستانه"},
    "shymkent": {"en": "Shymkent", "ru": "Шымкент", "fa": "شیمکنت"},
}


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OperatorSession]:
    """The desk of somebody who enrols, in a ledger with three cities and nobody in it."""
    made = new_world("sqlite", tmp_path_factory.mktemp("lists"))
    with made.ledger.write() as tx:
        tx.insert("city", [
            {"code": code, "names": json.dumps(names), "kato": None, "iso": None, "pcode": None}
            for code, names in CITIES.items()
        ])
    yield made.session("field1")
    discard(made.ledger, made.vault)
