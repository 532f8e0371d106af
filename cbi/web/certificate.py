"""A certificate for a till on an office's own network: a small authority and what it signed.

The authority can sign for the office's own names and addresses and for nothing else, so that a
phone that trusts it trusts it in nothing but this till. Its key stays in the folder, for its owner
alone; asked again, a new certificate is signed by the same authority, and no phone has to be shown
anything anew.
"""

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cbi.base.clock import Clock
from cbi.base.errors import BadFile, UsageError
from cbi.operators import owner_only

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, GeneralName

CA, CA_KEY, CHAIN, KEY = "ca.pem", "ca-key.pem", "till.pem", "till-key.pem"
PAGE = "trust.html"
LEAF_DAYS, CA_DAYS = 397, 5 * 365
"""Browsers take no certificate of a longer life than the first."""
EARLIER = timedelta(hours=1)
"""For phones whose clock is a little behind."""
NAMES_MAX = 20


class CertificateMade(NamedTuple):
    """Where a till's certificate stands; `fingerprint` (SHA-256) tells its authority apart."""

    chain: Path
    key: Path
    authority: Path
    fingerprint: str
    names: tuple[str, ...]
    until: datetime
    renewed: bool


def make_certificate(folder: Path, names: Sequence[str], clock: Clock) -> CertificateMade:
    """A certificate for these names and addresses in a folder, by the authority that stands there.

    Raises:
        UsageError: no name, or one that cannot be, or that the authority there may not sign.
        BadFile: what stands there is no authority of ours, or nothing can be written there.
    """
    known = tuple(dict.fromkeys(one.strip().lower().strip("[]") for one in names))
    if not 0 < len(known) <= NAMES_MAX:
        raise UsageError("serve-certificate.no-name")
    general = [_general(one) for one in known]
    now = datetime.fromtimestamp(clock() // 1_000_000, UTC)
    renewed = (folder / CA_KEY).exists()
    if not renewed and any((folder / one).exists() for one in (CA, CHAIN, KEY, PAGE)):
        raise BadFile("serve-certificate.no-authority", folder=str(folder))
    try:
        authority, signer = _kept(folder) if renewed else _founded(folder, general, now)
        _may_sign(authority, general, now)
        leaf, key = _leaf(authority, signer, general, now)
        owner_only.write_over(folder / KEY, _key_text(key))
        owner_only.write_over(folder / CHAIN, _text(leaf) + _text(authority))
    except OSError as error:
        raise BadFile("serve-certificate.unwritable", folder=str(folder),
                      detail=error.strerror or str(error)) from error
    return CertificateMade(
        folder / CHAIN, folder / KEY, folder / CA, fingerprint_of(authority), known,
        leaf.not_valid_after_utc, renewed,
    )


def fingerprint_of(authority: "Certificate") -> str:
    """What a person compares, on paper and on the phone."""
    from cryptography.hazmat.primitives.hashes import SHA256

    return authority.fingerprint(SHA256()).hex(":").upper()


def authority_beside(chain: Path) -> bytes | None:
    """The authority's certificate (DER) that stands beside a till's chain, for phones to fetch."""
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_pem_x509_certificate

    try:
        return load_pem_x509_certificate(chain.with_name(CA).read_bytes()).public_bytes(
            Encoding.DER
        )
    except (OSError, ValueError):
        return None


def _general(name: str) -> "GeneralName":
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    labels = name.split(".")
    whole = all(0 < len(one) <= 63 and one.strip("-") == one
                and one.replace("-", "a").isalnum() and one.isascii() for one in labels)
    if not whole or len(name) > 253:
        raise UsageError("serve-certificate.name-unreadable", name=name)
    return x509.DNSName(name)


def _founded(
    folder: Path, names: "Sequence[GeneralName]", now: datetime
) -> "tuple[Certificate, EllipticCurvePrivateKey]":
    """A new authority, for these names alone."""
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256

    key = _new_key()
    called = _called("cbi till authority")
    authority = (
        _begun(called, key, now, CA_DAYS).issuer_name(called)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(x509.NameConstraints(_permitted(names), None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
                       critical=False)
        .sign(key, SHA256())
    )
    owner_only.write_new(folder / CA_KEY, _key_text(key))
    owner_only.write_over(folder / CA, _text(authority))
    return authority, key


def _kept(folder: Path) -> "tuple[Certificate, EllipticCurvePrivateKey]":
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509 import load_pem_x509_certificate

    try:
        key: Any = load_pem_private_key((folder / CA_KEY).read_bytes(), None)
        authority = load_pem_x509_certificate((folder / CA).read_bytes())
    except (OSError, ValueError, TypeError) as error:
        raise BadFile("serve-certificate.no-authority", folder=str(folder)) from error
    if not isinstance(key, EllipticCurvePrivateKey) or key.public_key() != authority.public_key():
        raise BadFile("serve-certificate.no-authority", folder=str(folder))
    return authority, key


def _may_sign(authority: "Certificate", names: "Sequence[GeneralName]", now: datetime) -> None:
    """Whether the authority was made for these names, and lives longer than what it signs."""
    from cryptography import x509

    allowed = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    for one in names:
        if _subtree(one) not in (allowed.permitted_subtrees or ()):
            raise UsageError("serve-certificate.another-name", name=str(one.value))
    if authority.not_valid_after_utc < now + timedelta(days=LEAF_DAYS):
        raise UsageError("serve-certificate.authority-old",
                         until=authority.not_valid_after_utc.date().isoformat())


def _leaf(
    authority: "Certificate", signer: "EllipticCurvePrivateKey", names: "Sequence[GeneralName]",
    now: datetime,
) -> "tuple[Certificate, EllipticCurvePrivateKey]":
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256

    key = _new_key()
    leaf = (
        _begun(_called("cbi till"), key, now, LEAF_DAYS).issuer_name(authority.subject)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]),
                       critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
                       critical=False)
        .sign(signer, SHA256())
    )
    return leaf, key


def _begun(called: Any, key: "EllipticCurvePrivateKey", now: datetime, days: int) -> Any:
    from cryptography import x509

    return (
        x509.CertificateBuilder().subject_name(called).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER).not_valid_after(now - EARLIER + timedelta(days=days))
    )


def _called(name: str) -> Any:
    from cryptography import x509

    return x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, name)])


def _subtree(name: "GeneralName") -> "GeneralName":
    from cryptography import x509

    if isinstance(name, x509.IPAddress):
        return x509.IPAddress(ipaddress.ip_network(name.value))
    return name


def _permitted(names: "Sequence[GeneralName]") -> "list[GeneralName]":
    """What the authority may sign. A kind of name that no constraint speaks of is free altogether
    (RFC 5280, section 4.2.1.10), so that a kind that is not asked for is held to nothing real: the
    name `invalid` (RFC 2606), the address 0.0.0.0.
    """
    from cryptography import x509

    nothing = (x509.DNSName("invalid"), x509.IPAddress(ipaddress.ip_network("0.0.0.0/32")))
    kinds = {type(one) for one in names}
    return [*map(_subtree, names), *(one for one in nothing if type(one) not in kinds)]


def _usage(*, signs: bool) -> Any:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not signs, key_cert_sign=signs, crl_sign=signs, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
        decipher_only=False,
    )


def _new_key() -> "EllipticCurvePrivateKey":
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def _key_text(key: "EllipticCurvePrivateKey") -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _text(certificate: "Certificate") -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM)
