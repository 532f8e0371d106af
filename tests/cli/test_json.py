"""JSON is written as it is made, and is the same as if its list had been whole."""

import json
from collections.abc import Iterator

import pytest

from cbi.cli.show import Each, as_json


@pytest.mark.parametrize("count", [0, 1, 12_000])
def test_a_list_made_as_it_is_written_is_the_same_json(count: int) -> None:
    rows = [{"serial": f"R1-{number}", "amount": number} for number in range(count)]
    made = as_json({"vouchers": Each(iter(rows), count), "end": True})
    assert made == json.dumps({"vouchers": rows, "end": True}, ensure_ascii=False, indent=2)


def test_an_item_is_made_when_those_before_it_are_written() -> None:
    def items() -> Iterator[object]:
        yield from range(10**6)
        raise RuntimeError("all of them were asked for")

    from cbi.cli.show import _json_blocks

    blocks = _json_blocks(Each(items(), 10**6))
    assert next(blocks).startswith("[\n  0,\n  1,\n")
