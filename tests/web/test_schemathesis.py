"""The description, held to what is answered by somebody else's program (schemathesis).

It makes requests out of the description, right ones and wrong ones, and compares each answer with
it: the status, the kind, the headers and the body. What it cannot see is in `test_api_fuzz`: that a
sale counts once. Whether it would see an untrue description is tried too.
"""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from schemathesis import GenerationMode
from schemathesis.core.failures import Failure, FailureGroup

from cbi.web.limits import Limit
from cbi.web.openapi import described
from tests.conftest import World
from tests.web.conftest import Browser, Served, opened

OPERATIONS = ("pair", "verify", "redeem", "reverse", "day")
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.fixture
def unhurried(world: World) -> Iterator[Served]:
    """A till that a shop's own may ask as often as it likes."""
    with opened(world, Limit(1e9, 1e9)) as found:
        yield found


def asked(
    served: Served, told: dict[str, Any], name: str, till: Browser, examples: int
) -> None:
    """Ask one operation so many times, and hold each answer to what is told of it."""
    found = schemathesis.openapi.from_dict(told)
    operation = found[f"/api/v1/{name}"]["GET" if name == "day" else "POST"]
    for mode in MODES if name != "day" else MODES[:1]:  # what has no input has no wrong one
        cases = operation.as_strategy(generation_mode=mode)

        @seeded(5)
        @settings(max_examples=examples, database=None, deadline=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))
        @given(case=cases)
        def one(case: Any) -> None:
            answer = case.call(
                base_url=f"http://127.0.0.1:{served.port}",
                headers={"Authorization": f"Bearer {till.credential}"},
            )
            case.validate_response(answer, excluded_checks=[
                one for one in schemathesis.checks.CHECKS.get_all()
                if one.__name__ in NOT_HERE
            ])

        one()


NOT_HERE = {
    "ignored_auth",  # asked in test_api: without a credential nothing is told
    "unsupported_method",  # the frame answers 405 by itself, for any path
    "positive_data_acceptance",  # a code that nobody has is refused, though it is well formed
}


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_every_answer_is_as_described(unhurried: Served, name: str) -> None:
    asked(unhurried, described(), name, unhurried.own_till(), 8)


@pytest.mark.long
@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_every_answer_is_as_described_however_long_one_asks(unhurried: Served, name: str) -> None:
    asked(unhurried, described(), name, unhurried.own_till(), 400)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_an_untrue_description_would_be_seen(unhurried: Served) -> None:
    untrue = copy.deepcopy(described())
    del untrue["paths"]["/api/v1/verify"]["post"]["responses"]["422"]
    with pytest.raises((Failure, FailureGroup, ExceptionGroup)):
        asked(unhurried, untrue, "verify", unhurried.own_till(), 12)
