"""One growing Merkle log (RFC 6962): roots, and the proofs that a line is in and none was changed.

A `Frontier` is the log's right edge: one hash for each full subtree, the largest first, as the bits
of its size tell. It is all that is needed to append leaves and to name the root, so a ledger stores
a few hashes and never reads a million leaves to add one.

Proofs are made from all leaf hashes, by whoever holds them; they are verified from hashes alone.
"""

import hashlib
from collections.abc import Iterable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 || data): 32 bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right): 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a log; grows by leaf hashes."""

    __slots__ = ("_peaks", "_size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """The frontier stored as `size` and `peaks`.

        Raises:
            ValueError: the peaks are not as many, or not as long, as the size asks for.
        """
        self._size = size
        self._peaks = list(peaks)
        if size < 0 or len(self._peaks) != size.bit_count():
            raise ValueError(f"{len(self._peaks)} peaks do not make a log of {size} leaves")
        if any(len(peak) != HASH_BYTES for peak in self._peaks):
            raise ValueError(f"a peak is {HASH_BYTES} bytes long")

    @property
    def size(self) -> int:
        """How many leaves the log has."""
        return self._size

    @property
    def peaks(self) -> list[bytes]:
        """The hashes of the full subtrees, the largest first: what is to be stored."""
        return list(self._peaks)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order."""
        peaks, size, sha256 = self._peaks, self._size, hashlib.sha256
        for leaf in leaves:
            peak, carry = leaf, size
            # As in binary counting: each trailing 1 of the size is a full subtree to join with.
            while carry & 1:
                peak = sha256(b"\x01" + peaks.pop() + peak).digest()
                carry >>= 1
            peaks.append(peak)
            size += 1
        self._size = size

    def root(self) -> bytes:
        """The root over all leaves; of an empty log, the hash of nothing."""
        if not self._peaks:
            return EMPTY_ROOT
        top = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            top = node_hash(peak, top)
        return top


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The proof that leaf `index` (from 0) is in the log of these leaf hashes.

    Raises:
        IndexError: no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"leaf {index} of {len(leaves)}")
    proof = []
    start, end = 0, len(leaves)
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(root(leaves[middle:end]))
            end = middle
        else:
            proof.append(root(leaves[start:middle]))
            start = middle
    return proof[::-1]


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """The proof that the log of these leaf hashes grew out of its own first `old_size` leaves.

    Raises:
        IndexError: the older log is not within this one.
    """
    if not 0 <= old_size <= len(leaves):
        raise IndexError(f"size {old_size} of {len(leaves)}")
    if old_size in (0, len(leaves)):
        return []
    proof = []
    start, end = 0, len(leaves)
    # Down to the subtree that ends where the older log ended.
    while end != old_size:
        middle = start + _split(end - start)
        if old_size <= middle:
            proof.append(root(leaves[middle:end]))
            end = middle
        else:
            proof.append(root(leaves[start:middle]))
            start = middle
    if start:  # else that subtree is the older log itself, whose root the verifier has
        proof.append(root(leaves[start:end]))
    return proof[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes
) -> bool:
    """Whether the proof leads from this leaf hash to the root (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, reached = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            reached = node_hash(step, reached)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            reached = node_hash(reached, step)
        place, last = place >> 1, last >> 1
    return last == 0 and reached == expected_root


def verify_consistency(
    old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows that the new log begins with the old one (RFC 9162, 2.1.4.2).

    `old` and `new` are sizes with roots. Every log begins with the empty one.
    """
    (old_size, old_root), (new_size, new_root) = old, new
    if not 0 <= old_size <= new_size:
        return False
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    if old_size == new_size:
        return not proof and old_root == new_root
    steps = list(proof)
    if old_size & (old_size - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_reached = new_reached = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old_reached = node_hash(step, old_reached)
            new_reached = node_hash(step, new_reached)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new_reached = node_hash(new_reached, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old_reached == old_root and new_reached == new_root


def _split(count: int) -> int:
    """The largest power of two below `count` (at least 2)."""
    return 1 << (count - 1).bit_length() - 1
