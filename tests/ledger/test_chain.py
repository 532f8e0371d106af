"""The chain of a voucher's lines."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from cbi.base.canonical import JsonValue
from cbi.ledger.chain import GENESIS_PREFIX, chained, genesis, line_digest

VOUCHER = bytes(range(16))

values = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text()
lines = st.dictionaries(st.text("abcdefgh_", min_size=1), values, max_size=6)


def test_a_chain_begins_with_its_voucher() -> None:
    assert GENESIS_PREFIX == b"cbi voucher "
    assert genesis(VOUCHER) == hashlib.sha256(b"cbi voucher " + VOUCHER).digest()
    assert genesis(VOUCHER) != genesis(bytes(16))


def test_a_known_line_has_its_known_hash() -> None:
    line: dict[str, JsonValue] = {
        "kind": "issue", "amount_minor": 1_500_000, "city": "Алматы", "store": None,
    }
    written = '{"amount_minor":1500000,"city":"Алматы","kind":"issue","store":null}'
    digest = hashlib.sha256(written.encode()).digest()
    assert line_digest(line) == digest
    assert chained(genesis(VOUCHER), digest) == hashlib.sha256(genesis(VOUCHER) + digest).digest()


@given(lines)
def test_the_order_of_a_lines_columns_does_not_matter(line: dict[str, JsonValue]) -> None:
    assert line_digest(dict(reversed(line.items()))) == line_digest(line)


@given(lines, lines)
def test_different_lines_have_different_digests(
    one: dict[str, JsonValue], other: dict[str, JsonValue],
) -> None:
    # Typed, for Python holds True equal to 1 and a line does not.
    same = {name: (type(value), value) for name, value in one.items()} == {
        name: (type(value), value) for name, value in other.items()
    }
    assert (line_digest(one) == line_digest(other)) == same


@given(st.lists(lines, min_size=2, max_size=5, unique_by=repr), st.data())
def test_swapping_changing_or_dropping_a_line_changes_the_head(
    journal: list[dict[str, JsonValue]], data: DataObject,
) -> None:
    def head(entries: list[dict[str, JsonValue]]) -> bytes:
        reached = genesis(VOUCHER)
        for entry in entries:
            reached = chained(reached, line_digest(entry))
        return reached

    place = data.draw(st.integers(0, len(journal) - 2))
    swapped = [*journal]
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
    dropped = journal[:place] + journal[place + 1 :]
    changed = [*journal]
    changed[place] = journal[place] | {"amount_minor": "another"}
    assert head(journal) not in {head(swapped), head(dropped), head(changed)}
