"""Sealing: what goes in comes out, from its own place and under its own key alone."""

import hmac
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbi.base.errors import Unusable
from cbi.people.records.contents import record_data, record_json
from cbi.people.records.record import BirthDate, Document, PersonalData, WrittenName
from cbi.people.records.sealing import (
    STEP,
    WRAPPED_BYTES,
    cipher,
    keyed_hash,
    open_sealed,
    packed,
    record_of,
    seal,
    unwrap,
    wrap,
)
from tests.people.given import ZAHRA

words = st.text(max_size=40)
names = st.builds(WrittenName, words, words, st.sampled_from(["Latn", "Cyrl", "Arab", "Zyyy"]))
births = st.builds(
    BirthDate, words, st.just("1990-05-12"), st.just("day"), st.just("gregorian")
)
people = st.builds(
    PersonalData,
    names=st.lists(names, min_size=1, max_size=4).map(tuple),
    birth=st.none() | births,
    documents=st.lists(st.builds(Document, words, words, words), max_size=3).map(tuple),
    phones=st.lists(words, max_size=3).map(tuple), address=words, notes=words,
)
keys = st.binary(min_size=32, max_size=32)
nonces = st.binary(min_size=12, max_size=12)


@given(people, keys, nonces, st.dictionaries(words, words, max_size=3))
def test_what_is_sealed_is_opened_the_same(
    data: PersonalData, key: bytes, nonce: bytes, facts: dict[str, str],
) -> None:
    belongs_to = record_of("B-1", 3)
    sealed = seal(key, nonce, record_json(data, facts), belongs_to)
    told: Any = open_sealed(key, sealed, belongs_to, number="B-1")
    assert record_data(told) == data
    assert told.get("facts", {}) == facts


@given(keys, nonces, st.integers(0), st.integers(1, 255))
def test_any_altered_byte_is_refused(key: bytes, nonce: bytes, place: int, change: int) -> None:
    belongs_to = record_of("B-1", 1)
    sealed = bytearray(seal(key, nonce, record_json(ZAHRA, {}), belongs_to))
    sealed[place % len(sealed)] ^= change
    with pytest.raises(Unusable, match="record-damaged"):
        open_sealed(key, bytes(sealed), belongs_to, number="B-1")


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(12), bytes(28)])
def test_what_is_too_short_is_refused_in_the_same_words(sealed: bytes) -> None:
    with pytest.raises(Unusable, match="record-damaged"):
        open_sealed(bytes(32), sealed, b"", number="B-1")


def test_a_record_opens_neither_for_another_person_nor_as_another_version() -> None:
    sealed = seal(bytes(32), bytes(12), record_json(ZAHRA, {}), record_of("B-1", 1))
    for elsewhere in (record_of("B-2", 1), record_of("B-1", 2)):
        with pytest.raises(Unusable, match="record-damaged"):
            open_sealed(bytes(32), sealed, elsewhere, number="B-1")


@given(st.text(max_size=300))
def test_the_length_of_a_record_comes_in_steps(text: str) -> None:
    assert len(packed({"names": text})) % STEP == 0


def test_a_short_and_a_long_name_are_equally_long_when_sealed() -> None:
    lengths = {
        len(packed(record_json(PersonalData(names=(WrittenName(name),)), {})))
        for name in ("Li", "Abdul Rahman Mohammad Yousufzai")
    }
    assert len(lengths) == 1


def test_a_key_is_unwrapped_by_its_people_key_for_its_person_alone() -> None:
    noise = random.Random(1).randbytes
    people, key = cipher(noise(32)), noise(32)
    wrapped = wrap(people, noise(12), key, "B-1")
    assert len(wrapped) == WRAPPED_BYTES
    assert unwrap(people, wrapped, "B-1") == key
    for opener, number in ((people, "B-2"), (cipher(noise(32)), "B-1")):
        with pytest.raises(Unusable, match="key-unopened"):
            unwrap(opener, wrapped, number)


def test_keyed_hashes_differ_by_key_kind_and_value() -> None:
    told = {
        keyed_hash(key, kind, value)
        for key in (bytes(32), b"k" * 32) for kind in ("phone", "document") for value in "ab"
    }
    assert len(told) == 8
    assert all(len(value) == 16 for value in told)


def test_personal_data_prints_as_stars() -> None:
    assert repr(ZAHRA) == "PersonalData(***)"
    assert "Zahra" not in f"{ZAHRA.names} {ZAHRA.documents} {ZAHRA.birth}"


@given(keys, words, words)
def test_a_keyed_hash_is_hmac_as_the_standard_library_makes_it(
    key: bytes, kind: str, value: str,
) -> None:
    told = hmac.digest(key, f"{kind}\x1f{value}".encode(), "sha256")
    assert keyed_hash(key, kind, value) == told[:16]
