"""A certificate authority for one room, and the certificates it makes for this machine."""

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from captioner.errors import CertificateError, StoreError
from captioner.store.private_names import PRIVATE_DOMAINS, PRIVATE_NETWORKS, can_vouch_for

FOLDER = "tls"
"""Where certificates lie in the data folder."""

AUTHORITY_DAYS = 730
LEAF_DAYS = 60
RENEW_DAYS = 14
"""A certificate that ends sooner than this is made anew at the next start."""

SLACK = timedelta(hours=1)
"""Phones whose clocks are a little behind must not find a certificate of tomorrow."""

_FILES = {"authority": "authority.pem", "certificate": "certificate.pem"}
_KEYS = {"authority": "authority.key", "certificate": "certificate.key"}


@dataclass(frozen=True, slots=True)
class Authority:
    """What people need to know of the authority before they trust it."""

    name: str
    fingerprint: str
    """SHA-256, as phones and computers show it: AB:CD:…"""
    ends: datetime
    der: bytes
    """The certificate itself, as a phone takes it in."""


class CertificateStore:
    """The folder with the authority and this machine's certificate; keys are for their owner only.

    Times come in as `now`, in UTC.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def files(self) -> tuple[Path, Path]:
        """Where this machine's certificate lies, or would, with those above it; and its key."""
        return self.folder / _FILES["certificate"], self.folder / _KEYS["certificate"]

    def authority(self) -> Authority:
        """The authority. Raises CertificateError where none has been made."""
        found = self._read("authority")
        return Authority(
            name=found.subject.rfc4514_string().removeprefix("CN="),
            fingerprint=_fingerprint(found),
            ends=found.not_valid_after_utc,
            der=found.public_bytes(serialization.Encoding.DER),
        )

    def make_authority(self, machine: str, now: datetime) -> None:
        """A new authority in the place of any older one. Raises StoreError."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"captioner on {machine}"[:64])])
        networks = [x509.IPAddress(ip_network(each)) for each in PRIVATE_NETWORKS]
        domains = [x509.DNSName(each) for each in PRIVATE_DOMAINS]
        made = (
            _builder(name, name, key.public_key(), now, now + timedelta(days=AUTHORITY_DAYS))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_key_usage(signs_certificates=True), critical=True)
            .add_extension(x509.NameConstraints([*networks, *domains], None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self._write("authority", [made], key)

    def renew(self, machine: str, addresses: Sequence[str], now: datetime) -> bool:
        """Make this machine's certificate if it is missing, ends soon or names other addresses.

        Whether one was made. Raises CertificateError without an authority, or when that has ended.
        """
        authority = self._read("authority")
        if authority.not_valid_after_utc <= now:
            raise CertificateError(
                "no_certificate",
                "The certificate authority of this computer has ended: make a new one with"
                " `captioner cert init --again`, and trust it on the phones again.",
            )
        names = _names(machine, addresses)
        if self._is_good(authority, names, now):
            return False
        self._make_leaf(authority, names, now)
        return True

    def _is_good(
        self, authority: x509.Certificate, names: list[x509.GeneralName], now: datetime
    ) -> bool:
        try:
            known = self._read("certificate")
            known.verify_directly_issued_by(authority)
            named = known.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        except (CertificateError, ValueError, TypeError, x509.ExtensionNotFound):
            return False
        except Exception:  # InvalidSignature: it is of an authority before this one
            return False
        lasts = known.not_valid_after_utc - now
        soon = min(timedelta(days=RENEW_DAYS), authority.not_valid_after_utc - now)
        is_known = set(names) <= set(named.value)
        return self.files[1].is_file() and lasts >= soon and is_known

    def _make_leaf(
        self, authority: x509.Certificate, names: list[x509.GeneralName], now: datetime
    ) -> None:
        signer = self._read_key("authority")
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "captioner")])
        ends = min(now + timedelta(days=LEAF_DAYS), authority.not_valid_after_utc)
        made = (
            _builder(subject, authority.subject, key.public_key(), now, ends)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
                critical=False,
            )
            .sign(signer, hashes.SHA256())
        )
        self._write("certificate", [made, authority], key)

    def _read(self, what: str) -> x509.Certificate:
        path = self.folder / _FILES[what]
        try:
            return x509.load_pem_x509_certificates(path.read_bytes())[0]
        except FileNotFoundError:
            raise CertificateError(
                "no_certificate",
                "This computer has no certificate yet: make one with `captioner cert init`.",
            ) from None
        except (OSError, ValueError) as error:
            raise _broken(path) from error

    def _read_key(self, what: str) -> ec.EllipticCurvePrivateKey:
        path = self.folder / _KEYS[what]
        try:
            key = serialization.load_pem_private_key(path.read_bytes(), None)
        except (OSError, ValueError, TypeError) as error:
            raise _broken(path) from error
        return cast(ec.EllipticCurvePrivateKey, key)

    def _write(
        self, what: str, chain: list[x509.Certificate], key: ec.EllipticCurvePrivateKey
    ) -> None:
        pem = serialization.Encoding.PEM
        secret = key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _replace(self.folder / _KEYS[what], secret)
            _replace(self.folder / _FILES[what], b"".join(each.public_bytes(pem) for each in chain))
        except OSError as error:
            raise StoreError(
                "cannot_write",
                f"{self.folder} cannot be written: {error.strerror}; choose another with --data.",
            ) from error


def _replace(path: Path, content: bytes) -> None:
    """Whole or not at all, and from its first byte for its owner only."""
    new = path.with_name(path.name + ".new")
    with contextlib.suppress(FileNotFoundError):
        new.unlink()
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    new.replace(path)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    start: datetime,
    end: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before((start - SLACK).astimezone(UTC))
        .not_valid_after(end.astimezone(UTC))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _names(machine: str, addresses: Sequence[str]) -> list[x509.GeneralName]:
    """All that this machine is called in its own network; public addresses are left out."""
    labels = [f"{machine}.{domain}" for domain in PRIVATE_DOMAINS[:-1] if machine]
    names: list[x509.GeneralName] = [x509.DNSName("localhost")]
    for label in labels:
        with contextlib.suppress(ValueError):  # a machine may have a name that is none
            names.append(x509.DNSName(label))
    for address in dict.fromkeys((*addresses, "127.0.0.1", "::1")):
        if can_vouch_for(address):
            names.append(x509.IPAddress(ip_address(address.partition("%")[0])))
    return names


def _fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _broken(path: Path) -> CertificateError:
    return CertificateError(
        "bad_certificate",
        f"{path} cannot be read as what it should be: make it anew with"
        " `captioner cert init --again`.",
    )
