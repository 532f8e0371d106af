"""Numbers and keys for people who are about to be enrolled, made in the vault before the ledger.

An enrolment that was killed between the two leaves keys and keyed hashes of nobody. Until they are
swept they would count as people wherever names are weighed, so the same list, typed again, takes
them up instead of making others: the label of each row is written with its key, and tells whose it
was to be. Two who enrol one list at once hold the same number and key for a row, and the ledger
takes it from whoever comes first.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cbi.base.clock import DAY_US
from cbi.operators.operator_session import OperatorSession
from cbi.people.records.numbers import fresh_numbers
from cbi.people.records.sealing import KEY_BYTES, NONCE_BYTES, cipher, unwrap, wrap
from cbi.people.records.vault import (
    SOURCE,
    Posting,
    WrappedKey,
    add_postings,
    bind,
    vault_of,
)
from cbi.storage.listed import column_in, read_in
from cbi.storage.transactions import ReadTransaction, WriteTransaction

NOISE_BYTES = KEY_BYTES + 2 * NONCE_BYTES
TAKEN_UP_US = DAY_US // 2
"""Older keys are left for the sweep, which takes them after a day: no list is that long on its
way."""


class Drawn(NamedTuple):
    """Somebody's number, and the randomness of their key, their record's nonce and the key's."""

    number: str
    noise: bytes


def draw(
    vault: WriteTransaction, session: OperatorSession, labels: Sequence[bytes | None], now: int
) -> list[Drawn]:
    """New people's numbers and randomness, one for each row, whose label's hash is given if it has
    one; their keys go into the vault, and the labels with them."""
    people_cipher, count = cipher(session.keys.need("people")), len(labels)
    noise = session.entropy(NOISE_BYTES * count)
    parts = [noise[start : start + NOISE_BYTES] for start in range(0, len(noise), NOISE_BYTES)]
    numbers = _fresh_numbers(vault, session, count)
    bind(vault, session.keys.ledger_id)
    vault.insert("person_key", [
        {
            "person": number,
            "wrapped": wrap(people_cipher, part[-NONCE_BYTES:], part[:KEY_BYTES], number),
            "made_at": now,
        }
        for number, part in zip(numbers, parts, strict=True)
    ])
    add_postings(vault, [
        Posting(label, number, SOURCE)
        for label, number in zip(labels, numbers, strict=True) if label is not None
    ])
    return [Drawn(*one) for one in zip(numbers, parts, strict=True)]


def take_up(
    session: OperatorSession, left: Mapping[int, Sequence[str]], now: int
) -> dict[int, Drawn]:
    """What a killed enrolment made for these places, whose labels the vault has under numbers that
    the ledger does not know; nothing that a sweep may take meanwhile.

    Raises:
        Unusable: the keyring's people key does not open a key.
    """
    sql = (
        "SELECT person, wrapped FROM person_key WHERE person IN ({})"
        f" AND made_at > {now - TAKEN_UP_US}"
    )
    wanted = sorted({number for numbers in left.values() for number in numbers})
    with vault_of(session).read() as vault:
        held = dict(read_in(vault, WrappedKey, sql, wanted))
    people_cipher, found = cipher(session.keys.need("people")), dict[int, Drawn]()
    for place, numbers in left.items():
        number = min((one for one in numbers if one in held), default=None)
        if number is not None:
            key = unwrap(people_cipher, held[number], number)
            found[place] = Drawn(number, key + session.entropy(2 * NONCE_BYTES))
    return found


def _fresh_numbers(vault: ReadTransaction, session: OperatorSession, count: int) -> list[str]:
    """Numbers that neither ledger nor vault has ever held."""
    def taken(numbers: Sequence[str]) -> list[str]:
        with session.ledger.read() as tx:
            found = column_in(tx, "SELECT number FROM person WHERE number IN ({})", numbers)
        sql = "SELECT person FROM person_key WHERE person IN ({})"
        return found + column_in(vault, sql, numbers)

    return fresh_numbers("B", count, session.entropy, taken)
