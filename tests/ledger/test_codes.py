"""Voucher codes: the check character's promise, kind reading, the vectors, sealing."""

import hashlib
import hmac
import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbi.base.errors import CbiError, Unusable
from cbi.ledger.vouchers.codes import (
    ALL_ZEROS,
    ALPHABET,
    Mistyped,
    code_hash,
    make_codes,
    open_code,
    read_code,
    seal_codes,
    show_code,
)
from cbi.messages.catalogue import texts

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "codes.json").read_text("utf-8"))
KEY, OTHER_KEY = b"k" * 32, b"o" * 32

noises = st.binary(min_size=15, max_size=15).filter(lambda noise: any(b & 31 for b in noise))
codes = noises.map(lambda noise: make_codes(1, lambda _: noise)[0])


def seeded(seed: int) -> Callable[..., bytes]:
    return random.Random(seed).randbytes


def schoolbook_sum(code: str) -> int:
    """The weighted sum, by polynomials modulo x^5+x^2+1 and nothing else."""
    total, weight = 0, 1
    for letter in code:
        product = 0
        for bit in range(5):
            product ^= (ALPHABET.index(letter) << bit) * (weight >> bit & 1)
        for bit in range(8, 4, -1):
            product ^= (0b100101 << bit - 5) * (product >> bit & 1)
        total ^= product
        weight = weight << 1 ^ 0b100101 * (weight >> 4)
    return total


def mistyped(text: str) -> str:
    with pytest.raises(Mistyped) as refused:
        read_code(text)
    return refused.value.reason


@pytest.mark.parametrize("code", VECTORS["codes"])
def test_every_code_of_the_vectors_is_good(code: str) -> None:
    assert read_code(code) == code
    assert schoolbook_sum(code) == 0


@pytest.mark.parametrize("vector", VECTORS["read"], ids=lambda vector: ascii(vector["text"]))
def test_the_vectors_are_read_kindly(vector: dict[str, Any]) -> None:
    assert read_code(vector["text"]) == vector["code"]


@pytest.mark.parametrize("vector", VECTORS["mistyped"], ids=lambda vector: ascii(vector["text"]))
def test_the_vectors_of_slips_are_mistyped(vector: dict[str, Any]) -> None:
    assert mistyped(vector["text"]) == vector["reason"]


def test_the_vectors_name_our_alphabet() -> None:
    assert VECTORS["alphabet"] == ALPHABET


@given(codes)
def test_a_code_made_reads_back_as_printed(code: str) -> None:
    assert read_code(code) == read_code(show_code(code)) == read_code(code.lower()) == code
    assert schoolbook_sum(code) == 0


@given(codes)
def test_every_single_wrong_character_is_caught(code: str) -> None:
    for place in range(16):
        for wrong in set(ALPHABET) - {code[place]}:
            assert mistyped(code[:place] + wrong + code[place + 1 :]) == "check"


@given(codes)
def test_every_swap_of_two_characters_is_caught(code: str) -> None:
    for first in range(16):
        for second in range(first + 1, 16):
            letters = list(code)
            letters[first], letters[second] = letters[second], letters[first]
            if letters[first] != letters[second]:
                assert mistyped("".join(letters)) == "check"


def test_many_codes_are_the_codes_made_one_by_one() -> None:
    one_at_a_time = seeded(6)
    one_by_one = [make_codes(1, one_at_a_time)[0] for _ in range(50)]
    again = seeded(6)
    together = b"".join(again(15) for _ in range(50))
    assert make_codes(50, lambda _: together) == one_by_one


def test_the_same_entropy_makes_the_same_codes_and_another_makes_others() -> None:
    assert make_codes(20, seeded(1)) == make_codes(20, seeded(1))
    assert not set(make_codes(20, seeded(1))) & set(make_codes(20, seeded(2)))


def test_every_character_is_equally_likely_at_every_place() -> None:
    made = make_codes(32_000, seeded(7))
    assert len(set(made)) == len(made)
    for place in range(16):
        counts = [sum(code[place] == letter for code in made) for letter in ALPHABET]
        assert min(counts) > 800
        assert max(counts) < 1200


def test_no_codes_take_no_entropy() -> None:
    assert make_codes(0, lambda _: pytest.fail("asked for entropy")) == []


def test_all_zeros_is_never_made() -> None:
    answers = [bytes(15) + b"\x01" * 15, b"\x20" * 15, b"\x02" * 15]
    made = make_codes(2, lambda _: answers.pop(0))
    assert ALL_ZEROS not in made
    assert len(made) == 2
    assert not answers


def test_all_zeros_is_mistyped_though_it_sums_to_nothing() -> None:
    assert schoolbook_sum(ALL_ZEROS) == 0
    assert mistyped(ALL_ZEROS) == "check"


@given(st.text(max_size=40))
def test_any_text_is_a_code_or_mistyped(text: str) -> None:
    assert mistyped(text) in {"length", "alphabet", "check"}


@given(codes)
def test_a_refusal_does_not_repeat_what_was_typed(code: str) -> None:
    with pytest.raises(Mistyped) as refused:
        read_code(code[:15] + "U")
    assert code[:15] not in repr(refused.value) + str(refused.value)


def test_mistyped_is_an_answer_of_the_till_and_no_refusal_of_a_command() -> None:
    assert issubclass(Mistyped, ValueError)
    assert not issubclass(Mistyped, CbiError)


def test_the_keyed_hash_is_hmac_and_differs_by_key() -> None:
    code = VECTORS["codes"][0]
    assert code_hash(code, KEY) == hmac.new(KEY, code.encode(), hashlib.sha256).digest()
    assert code_hash(code, KEY) != code_hash(code, OTHER_KEY)
    assert len(code_hash(code, KEY)) == 32


def test_sealed_codes_open_with_their_key() -> None:
    made = make_codes(50, seeded(3))
    sealed = seal_codes(made, KEY, seeded(4))
    assert {len(one) for one in sealed} == {44}
    assert len({one[:12] for one in sealed}) == 50
    assert [open_code(one, KEY) for one in sealed] == made
    assert not any(code.encode() in one for code, one in zip(made, sealed, strict=True))


def test_another_key_or_an_altered_seal_opens_nothing() -> None:
    (sealed,) = seal_codes(VECTORS["codes"][:1], KEY, seeded(5))
    altered = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(44)]
    for blob, key in [(sealed, OTHER_KEY), *((one, KEY) for one in altered)]:
        with pytest.raises(Unusable) as refused:
            open_code(blob, key)
        assert refused.value.code == "seal.code-sealed-with-another-key"
    assert "code-sealed-with-another-key" in texts("en", "seal")


@pytest.mark.parametrize("damaged", [b"", b"short", b"x" * 20])
def test_a_sealed_code_cut_short_is_told_and_no_traceback(damaged: bytes) -> None:
    with pytest.raises(Unusable):
        open_code(damaged, KEY)


def test_the_till_starts_without_cryptography() -> None:
    loaded = "import sys, cbi.ledger.vouchers.codes; sys.exit('cryptography' in sys.modules)"
    repository = Path(__file__).parents[2]
    started = subprocess.run([sys.executable, "-c", loaded], cwd=repository, check=False)
    assert started.returncode == 0
