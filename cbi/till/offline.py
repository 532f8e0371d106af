"""A till without a connection: the list that it is given beforehand, and what it brings back.

For who serves tills (`cbi.web`):

- `make_list(session, device, store)` while the device is online, every few minutes. Its `text` is
  kept on the device as it is; `signature` is Ed25519 by the ledger's seal key over `SIGNED` and
  that text. The device checks it against the ledger's public key, and its own id and store in it.
- offline, a code is looked for as `list_hash(salt, device, code)` among `vouchers`; the device
  takes it within `bounds` of its programme, counts what it took since this list and today, and
  keeps each sale, with the request's id made before, until `upload` has answered it.
- `upload(session, device, device_now, claims)` when back, in order. Each answer is final and given
  again if asked again: `outcome` is `posted`, `part`, `conflict`, `same` or `waits`; `charged_to`
  says who bears the rest. Only an exception means that a claim has to be sent again.

The list holds no code and nothing about people, and it is good for one device. To make one, the
server needs an office's keyring: the codes' key, and the seal's.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from cbi.base.canonical import canonical_json
from cbi.base.currencies import EXPONENTS
from cbi.base.errors import BadFile, Conflict
from cbi.ledger.clocks import recorded_now
from cbi.ledger.vouchers.codes import open_code
from cbi.ledger.vouchers.offline import ClaimOutcome, OfflineClaim, take_claim
from cbi.ledger.vouchers.offline_bounds import OfflineList, note_list
from cbi.ledger.vouchers.stores import must_be_open, retailer_of
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.offline import OfflineTerms, offline_terms
from cbi.storage.transactions import ReadTransaction, WriteTransaction

FORMAT = "cbi offline list 1"
SIGNED = b"cbi offline list\n"
"""Stands before the text that is signed, so that it is signed as nothing else."""
SALT_BYTES, HASH_BYTES = 16, 16


class SignedList(NamedTuple):
    """A list as it travels: its text (JSON) and the signature over it (64 bytes)."""

    text: str
    signature: bytes


class OfflineVoucher(NamedTuple):
    """A voucher as a till without a connection knows it; `opens_at`, `closes_at` bound its days.

    `whole` is 1 where its round takes no parts.
    """

    hash: str
    balance_minor: int
    opens_at: int
    closes_at: int
    category: str
    whole: int
    state: str


class _Counting(NamedTuple):
    """What a programme counts in, and where its days begin."""

    currency: str
    zone: str


class _Spendable(NamedTuple):
    """A voucher that may be taken at a retailer's stores."""

    code_sealed: bytes
    balance_minor: int
    opens_at: int
    closes_at: int
    category: str
    in_parts: int
    state: str


_SPENDABLE = """
SELECT v.code_sealed, v.face_minor - v.spent_minor - v.closed_minor AS balance_minor, v.opens_at,
       v.closes_at, v.category, r.in_parts, v.state
FROM voucher v JOIN round r ON r.code = v.round
JOIN round_retailer t ON t.round = v.round AND t.category = v.category
WHERE r.programme = :programme AND t.retailer = :retailer AND v.state IN ('active', 'blocked')
  AND v.closes_at > :now AND v.face_minor > v.spent_minor + v.closed_minor
ORDER BY v.code_hash
"""


def list_hash(salt: bytes, device: bytes, code: str) -> str:
    """What stands in a list for a code (16 characters): 32 hexadecimal digits."""
    return hashlib.sha256(salt + device + code.encode("ascii")).hexdigest()[: 2 * HASH_BYTES]


def make_list(session: OperatorSession, device: bytes, store: str) -> SignedList:
    """What a device may take at its store without a connection, from now on.

    Raises:
        NotFound: no such store.
        Conflict: the store is closed, or no programme there lets its tills work offline.
        Unusable: this keyring is not an office's.
    """
    session.require("till.verify")
    retailer, place = retailer_of(session, store), store.strip().lower()
    codes, seal = session.keys.need("codes"), session.keys.need("seal")

    def work(tx: WriteTransaction) -> str:
        now, salt = recorded_now(tx, session.clock()), session.entropy(SALT_BYTES)
        must_be_open(tx, place, now)
        terms = [found for (code,) in tx.tuples("SELECT code FROM programme ORDER BY code")
                 if (found := offline_terms(tx, code, now)) is not None]
        if not terms:
            raise Conflict("till-offline.online-only", store=place)
        list_id = session.new_id()
        text = canonical_json({
            "format": FORMAT, "id": list_id.hex(), "ledger": session.keys.ledger_id.hex(),
            "device": device.hex(), "store": place, "retailer": retailer, "made_at": now,
            "salt": salt.hex(),
            "programmes": [
                _programme(tx, one, retailer, now, lambda sealed: list_hash(
                    salt, device, open_code(sealed, codes)
                )) for one in terms
            ],
        })
        note_list(tx, OfflineList(
            list_id, device, place, session.operator.name, now, hashlib.sha256(text).digest()
        ))
        return text.decode()

    text = session.ledger.transact(work)
    return SignedList(text, _signed(text, seal))


def read_list(given: SignedList, public: bytes, *, device: bytes, store: str) -> dict[str, Any]:
    """A list as the device that it was made for reads it.

    Raises:
        BadFile: it was not signed by this ledger, was changed, or is another device's or store's.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(
            given.signature, SIGNED + given.text.encode()
        )
    except InvalidSignature as error:
        raise BadFile("till-offline.list-not-ours") from error
    said: dict[str, Any] = json.loads(given.text)
    if (said["format"], said["device"], said["store"]) != (FORMAT, device.hex(), store):
        raise BadFile("till-offline.list-anothers")
    return said


def upload(
    session: OperatorSession, device: bytes, device_now: int, claims: Sequence[OfflineClaim]
) -> list[ClaimOutcome]:
    """Bring what a device took to the ledger, in its order; `device_now` is its clock at sending.

    Raises:
        NotFound: no such store.
        NotAllowed: this operator may not redeem, or not there.
        UsageError: a claim that makes no sense.
        Conflict: an id was used for something else; what came before it is recorded.
    """
    off = session.clock() - device_now
    return [
        take_claim(session, one._replace(device=device, clock_off=off)) for one in claims
    ]


def _programme(
    tx: ReadTransaction, terms: OfflineTerms, retailer: str, now: int, hashed: Any
) -> dict[str, Any]:
    own = tx.read_one(
        _Counting, "SELECT currency, zone FROM programme WHERE code = :code", code=terms.programme
    )
    currency, zone = own or _Counting("", "UTC")
    return {
        "programme": terms.programme, "currency": currency, "zone": zone,
        "exponent": EXPONENTS.get(currency, 2), "bounds": terms.bounds._asdict(),
        "vouchers": [
            list(OfflineVoucher(
                hashed(one.code_sealed), one.balance_minor, one.opens_at, one.closes_at,
                one.category, int(not one.in_parts), one.state,
            )) for one in tx.read(
                _Spendable, _SPENDABLE, programme=terms.programme, retailer=retailer, now=now
            )
        ],
    }


def _signed(text: str, seal: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seal).sign(SIGNED + text.encode())
