"""Canonical JSON is RFC 8785's: one byte string for a value, the same as Python's own writer gives.
"""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.sql.elements import quoted_name

from cbi.base.canonical import JsonValue, canonical_json

WORDS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | WORDS,
    lambda of: st.lists(of, max_size=3) | st.dictionaries(WORDS, of, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300)
@given(VALUES)
def test_it_is_what_pythons_own_writer_gives(value: JsonValue) -> None:
    told = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    assert canonical_json(value) == told.encode()


def test_control_characters_stand_as_the_rule_says() -> None:
    told = canonical_json("".join(map(chr, range(0x20))) + '"\\/\x7f')
    assert told == (
        rb'"\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f'
        rb'\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d'
        rb'\u001e\u001f\"\\/' b'\x7f"'
    )


def test_a_name_as_a_database_library_gives_it_is_a_text_and_a_thing_is_refused() -> None:
    assert canonical_json([quoted_name("voucher", None)]) == b'["voucher"]'
    with pytest.raises(TypeError, match="object has no place in canonical JSON"):
        canonical_json([object()])  # type: ignore[list-item]  # what no type lets through
