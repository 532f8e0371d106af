"""The growing log: against the reference roots and proofs of Certificate Transparency, and laws."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from cbi.audit.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

# The reference tree of Certificate Transparency's own tests: leaves, and the root at each size.
REFERENCE_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
REFERENCE_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
REFERENCE = [leaf_hash(leaf) for leaf in REFERENCE_LEAVES]


def some_leaves(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def recursive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(recursive_root(leaves[:split]), recursive_root(leaves[split:]))


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_the_reference_tree(size: int) -> None:
    assert root(REFERENCE[:size]).hex() == REFERENCE_ROOTS[size]


def test_the_inclusion_proofs_are_those_of_the_reference_tree() -> None:
    assert inclusion_proof(REFERENCE[:1], 0) == []
    assert [step.hex() for step in inclusion_proof(REFERENCE, 0)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [step.hex() for step in inclusion_proof(REFERENCE, 5)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [step.hex() for step in inclusion_proof(REFERENCE[:3], 2)] == [
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    ]


def test_the_consistency_proofs_are_those_of_the_reference_tree() -> None:
    assert consistency_proof(REFERENCE[:1], 1) == []
    assert [step.hex() for step in consistency_proof(REFERENCE, 6)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [step.hex() for step in consistency_proof(REFERENCE[:5], 2)] == [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]


@given(st.integers(0, 200))
def test_the_root_is_the_one_the_standard_defines(size: int) -> None:
    assert root(some_leaves(size)) == recursive_root(some_leaves(size))


@given(st.lists(st.integers(0, 40), max_size=6))
def test_a_frontier_stored_and_taken_up_again_grows_the_same_log(additions: list[int]) -> None:
    leaves = some_leaves(sum(additions))
    size, given_so_far = 0, 0
    peaks: list[bytes] = []
    for count in additions:
        frontier = Frontier(size, peaks)
        frontier.extend(leaves[given_so_far : given_so_far + count])
        given_so_far += count
        size, peaks = frontier.size, frontier.peaks
        assert frontier.root() == root(leaves[:given_so_far])
    assert size == len(leaves)


def test_appending_one_by_one_is_extending() -> None:
    frontier = Frontier()
    for leaf in some_leaves(9):
        frontier.append(leaf)
    assert (frontier.size, frontier.root()) == (9, root(some_leaves(9)))


@pytest.mark.parametrize(
    ("size", "peaks"), [(3, [b"x" * 32]), (1, []), (0, [b"x" * 32]), (1, [b"x"]), (-1, [])]
)
def test_a_frontier_that_cannot_be_is_refused(size: int, peaks: list[bytes]) -> None:
    with pytest.raises(ValueError):
        Frontier(size, peaks)


def test_every_leaf_of_every_small_log_is_proved_and_no_other() -> None:
    for size in range(1, 34):
        leaves = some_leaves(size)
        top = root(leaves)
        for index, leaf in enumerate(leaves):
            proof = inclusion_proof(leaves, index)
            assert verify_inclusion(leaf, index, size, proof, top)
            assert not verify_inclusion(leaf_hash(b"another"), index, size, proof, top)
            assert not verify_inclusion(leaf, index, size, [*proof, leaf], top)
            assert not proof or not verify_inclusion(leaf, index, size, proof[:-1], top)
            others = (other for other in range(-1, size + 1) if other != index)
            assert not any(verify_inclusion(leaf, other, size, proof, top) for other in others)


def test_every_growth_of_every_small_log_is_proved_and_no_other() -> None:
    for size in range(34):
        leaves = some_leaves(size)
        top = root(leaves)
        for old_size in range(size + 1):
            old_root = root(leaves[:old_size])
            proof = consistency_proof(leaves, old_size)
            assert verify_consistency((old_size, old_root), (size, top), proof)
            assert not verify_consistency((old_size, leaf_hash(b"x")), (size, top), proof)
            assert not verify_consistency((old_size, old_root), (size, top), [*proof, top])
            if 0 < old_size < size:
                assert not verify_consistency((old_size, old_root), (size, old_root), proof)
                assert not verify_consistency((old_size, old_root), (size, top), proof[:-1])
                assert not verify_consistency((size, top), (old_size, old_root), proof)


@given(st.integers(2, 120), st.data())
def test_a_changed_step_of_a_proof_is_seen(size: int, data: DataObject) -> None:
    leaves = some_leaves(size)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(leaves, index)
    step = data.draw(st.integers(0, len(proof) - 1))
    proof[step] = bytes([proof[step][0] ^ 1]) + proof[step][1:]
    assert not verify_inclusion(leaves[index], index, size, proof, root(leaves))


@given(st.integers(2, 120), st.data())
def test_a_log_whose_past_was_changed_has_no_proof_of_growth(size: int, data: DataObject) -> None:
    leaves = some_leaves(size)
    old_size = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old_size - 1))
    altered = [*leaves[:changed], leaf_hash(b"altered"), *leaves[changed + 1 :]]
    proof = consistency_proof(altered, old_size)
    old = (old_size, root(leaves[:old_size]))
    assert not verify_consistency(old, (size, root(altered)), proof)


def test_asking_for_what_is_not_in_the_log_is_an_error() -> None:
    for index in (-1, 3):
        with pytest.raises(IndexError):
            inclusion_proof(some_leaves(3), index)
    for old_size in (-1, 4):
        with pytest.raises(IndexError):
            consistency_proof(some_leaves(3), old_size)


def test_the_empty_log_has_the_hash_of_nothing() -> None:
    assert root([]) == EMPTY_ROOT == Frontier().root()
