"""Exact matches: who else has this document or this phone, by keyed hash alone, nothing opened."""

from cbi.operators.desk import Desk
from cbi.people.keys import search_keys
from cbi.people.record import PersonalData
from cbi.people.sealing import hasher
from cbi.people.vault import owners, rows_in, vault_of

EXACT = ("document", "phone")


def exact_matches(desk: Desk, data: PersonalData) -> list[tuple[str, str]]:
    """Beneficiary numbers that share a document or phone, and which of the two; a document first.

    A phone alone proves nothing: families share one.
    """
    desk.require("people.read")
    hashed = hasher(desk.keys.need("people"))
    kinds = {
        hashed(kind, value): kind for kind, value in search_keys(data) if kind in EXACT
    }
    with vault_of(desk).read() as vault:
        held = owners(vault, kinds)
    numbers = sorted({number for found in held.values() for number in found})
    with desk.ledger.read() as tx:
        there = {
            row["number"]
            for row in rows_in(
                tx, "SELECT number FROM person WHERE erased_at IS NULL AND number IN ({})", numbers
            )
        }
    matches = {
        (number, kinds[value]) for value, found in held.items() for number in found
        if number in there
    }
    return sorted(matches, key=lambda match: (EXACT.index(match[1]), match[0]))
