"""Checkpoints: signed notes as the reference implementation makes them, and what is refused."""

import base64
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbi.audit.checkpoint import (
    Checkpoint,
    VerifierKey,
    key_id,
    make_checkpoint,
    public_key_of,
    read_checkpoint,
    read_note,
    read_verifier_key,
    sign_note,
    verify_checkpoint,
    verify_note,
)
from cbi.base.errors import BadFile, Unusable
from cbi.messages.catalogue import texts

SEED = bytes(range(32))
PUBLIC = public_key_of(SEED)
ORIGIN = "cbi.example/ledger/0192"
ROOT = bytes.fromhex("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")

# The example key and note of the Go reference implementation (golang.org/x/mod/sumdb/note).
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
GO_TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
GO_NOTE = (
    GO_TEXT + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg"
    "KvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# The example of the tlog-checkpoint specification.
SPECIFIED = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2"
    "q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)


def a_checkpoint(size: int = 8, extra_lines: Sequence[str] = ()) -> str:
    return make_checkpoint(
        ORIGIN, size, ROOT, key_name=ORIGIN, private_key=SEED, extra_lines=extra_lines
    )


def verified(text: str, key_name: str = ORIGIN, public_key: bytes = PUBLIC) -> Checkpoint:
    return verify_checkpoint(text, key_name=key_name, public_key=public_key)


def test_the_note_of_the_reference_implementation_is_made_byte_for_byte() -> None:
    assert sign_note(GO_TEXT, key_name="PeterNeumann", private_key=GO_SEED) == GO_NOTE


def test_the_note_of_the_reference_implementation_verifies() -> None:
    key = read_verifier_key(GO_KEY)
    assert verify_note(GO_NOTE, key_name=key.name, public_key=key.public_key) == GO_TEXT
    assert str(key) == GO_KEY
    assert key.public_key == public_key_of(GO_SEED)


def test_the_checkpoint_of_the_specification_is_read() -> None:
    read = read_checkpoint(SPECIFIED)
    assert (read.origin, read.size) == ("example.com/behind-the-sofa", 20852163)
    assert base64.b64encode(read.root) == b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
    assert read_note(SPECIFIED).signatures[0].key_id.hex() == "033de0ae"


def test_what_is_sealed_is_what_is_read() -> None:
    assert verified(a_checkpoint()) == Checkpoint(ORIGIN, 8, ROOT)
    extra = ("sealed 2022-08-31T18:00:00Z", "PRACTICE")
    assert verified(a_checkpoint(0, extra)) == Checkpoint(ORIGIN, 0, ROOT, extra)


def test_the_same_seal_twice_is_the_same_text() -> None:
    assert a_checkpoint() == a_checkpoint()


@pytest.mark.parametrize("position", range(len(a_checkpoint())))
def test_a_checkpoint_changed_anywhere_is_refused(position: int) -> None:
    text = a_checkpoint()
    for other in {"x", "7", "\n"} - {text[position]}:
        changed = text[:position] + other + text[position + 1 :]
        if changed.strip("\n") != text.strip("\n"):
            with pytest.raises(BadFile):
                verified(changed)


@given(st.text(max_size=300))
def test_any_text_is_refused_in_our_own_words(text: str) -> None:
    with pytest.raises(BadFile) as refused:
        read_checkpoint(text)
    assert refused.value.code.partition(".")[2] in texts("en", "seal")


def test_a_signature_of_another_key_is_not_ours() -> None:
    other = public_key_of(b"\x01" * 32)
    for name, public in ((ORIGIN, other), ("cbi.example/another", PUBLIC)):
        with pytest.raises(BadFile, match="signed-by-another"):
            verified(a_checkpoint(), name, public)


def test_a_changed_size_is_told_as_a_wrong_signature() -> None:
    with pytest.raises(BadFile, match="signature-wrong"):
        verified(a_checkpoint().replace("\n8\n", "\n9\n"))


def test_a_witness_may_sign_beside_us() -> None:
    witness = sign_note(read_note(a_checkpoint()).text, key_name="witness", private_key=b"w" * 32)
    both = a_checkpoint() + witness[witness.rindex("—") :]
    assert verified(both) == verified(both, "witness", public_key_of(b"w" * 32))
    assert len(read_note(both).signatures) == 2


def test_one_good_signature_does_not_outweigh_a_bad_one_of_the_same_key() -> None:
    text = a_checkpoint()
    bad = a_checkpoint(9)
    with pytest.raises(BadFile, match="signature-wrong"):
        verified(text + bad[bad.rindex("—") :])


def test_copying_through_another_system_does_no_harm() -> None:
    assert verified("\ufeff\r\n" + a_checkpoint().replace("\n", "\r\n") + "\r\n\r\n").size == 8


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("origin\n", 2), ("origin\n8\n", 3), ("origin\n08\nAA==\n", 2),
        ("origin\n-8\nAA==\n", 2), ("origin\n8\nAA==\n", 3), ("origin\n8\nnot base64\n", 3),
        ("origin\n٨\nAA==\n", 2), ("origin\n9" + "9" * 30 + "\nAA==\n", 2),
        ("origin\n8\n" + base64.b64encode(ROOT).decode() + "\n\nextra\n", 4),
        ("origin\n8\n" + base64.b64encode(ROOT).decode().replace("g=", "h=") + "\n", 3),
        ("origin\t\n8\nAA==\n", 1),
    ],
)
def test_a_signed_text_that_is_no_checkpoint_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(BadFile) as refused:
        read_checkpoint(sign_note(text, key_name="k", private_key=SEED))
    assert refused.value.facts == {"line": line}


@pytest.mark.parametrize("text", ["", "x", "origin\n8\nAAAA\n", "\n\n\n"])
def test_a_text_without_signature_says_so(text: str) -> None:
    with pytest.raises(BadFile, match="checkpoint-unsigned"):
        read_checkpoint(text)


@pytest.mark.parametrize(
    "line",
    [
        "- k AAAAAAAA", "—k AAAAAAAA", "— k", "— k+x AAAAAAAA", "— k AAAA", "— k AAAAAA",
        "—  AAAAAAAA",
    ],
)
def test_a_signature_line_out_of_form_is_refused(line: str) -> None:
    with pytest.raises(BadFile) as refused:
        read_note(f"origin\n\n{line}\n")
    assert refused.value.facts == {"line": 3}


def test_sixteen_signatures_are_read_and_a_flood_is_not() -> None:
    line = "— k AAAAAAAA\n"
    assert len(read_note("text\n\n" + line * 16).signatures) == 16
    with pytest.raises(BadFile):
        read_note("text\n\n" + line * 101)
    with pytest.raises(BadFile):
        read_note("x" * 1_000_001)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb", "a\u00a0b", "a\x07"])
def test_a_key_name_that_a_note_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(Unusable, match="name-unusable"):
        sign_note("text\n", key_name=name, private_key=SEED)


@pytest.mark.parametrize("line", ["", "two\nlines", "tab\t"])
def test_an_origin_or_extra_line_that_a_note_cannot_carry_is_refused(line: str) -> None:
    with pytest.raises(Unusable, match="name-unusable"):
        make_checkpoint(line, 1, ROOT, key_name="k", private_key=SEED)
    with pytest.raises(Unusable, match="name-unusable"):
        a_checkpoint(extra_lines=[line])


def test_a_size_or_root_that_cannot_be_is_a_mistake_of_the_caller() -> None:
    for size, root in ((-1, ROOT), (1, b"short")):
        with pytest.raises(ValueError):
            make_checkpoint(ORIGIN, size, root, key_name=ORIGIN, private_key=SEED)


def test_a_damaged_signing_key_is_told() -> None:
    with pytest.raises(Unusable, match="signing-key-unusable"):
        make_checkpoint(ORIGIN, 1, ROOT, key_name=ORIGIN, private_key=b"short")


def test_a_verifier_key_reads_back() -> None:
    key = VerifierKey(ORIGIN, PUBLIC)
    assert read_verifier_key(f" {key}\n") == key
    assert str(key).split("+")[1] == key_id(ORIGIN, PUBLIC).hex()


@pytest.mark.parametrize(
    "text",
    [
        "", "PeterNeumann", GO_KEY[:-4], GO_KEY.replace("c74f20a3", "c74f20a4"),
        GO_KEY.replace("Peter", "Pieter"), GO_KEY.replace("+AR", "+BR"), "+c74f20a3+AR",
        GO_KEY + "====", GO_KEY.replace("c74f20a3", ""),
    ],
)
def test_a_mangled_verifier_key_is_refused(text: str) -> None:
    with pytest.raises(BadFile, match="key-unreadable"):
        read_verifier_key(text)


def test_every_refusal_has_its_words_in_english_and_russian() -> None:
    assert texts("en", "seal").keys() == texts("ru", "seal").keys()
