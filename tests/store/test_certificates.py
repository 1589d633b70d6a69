"""The certificates as OpenSSL sees them: real handshakes, in memory."""

import contextlib
import hashlib
import ipaddress
import ssl
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from captioner.errors import CertificateError, StoreError
from captioner.store.certificates import AUTHORITY_DAYS, LEAF_DAYS, CertificateStore
from captioner.store.private_names import PRIVATE_DOMAINS

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def store(tmp_path: Path) -> CertificateStore:
    made = CertificateStore(tmp_path / "tls")
    made.make_authority("laptop", NOW)
    made.renew("laptop", ["192.168.1.5"], NOW)
    return made


def certificate(store: CertificateStore) -> x509.Certificate:
    return x509.load_pem_x509_certificates(store.files[0].read_bytes())[0]


def authority(store: CertificateStore) -> x509.Certificate:
    return x509.load_der_x509_certificate(store.authority().der)


def shake_hands(store: CertificateStore, name: str, files: tuple[Path, Path] | None = None) -> None:
    """A client that trusts the authority and nobody else; raises ssl.SSLError."""
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(*(files or store.files))
    client_side = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client_side.load_verify_locations(cadata=store.authority().der)
    if files is None:  # as newer Pythons and browsers do: every extension must be in its place
        client_side.verify_flags |= ssl.VERIFY_X509_STRICT
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_side.wrap_bio(to_client, to_server, server_hostname=name)
    server = server_side.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for end in (client, server):
            with contextlib.suppress(ssl.SSLWantReadError):
                end.do_handshake()
    assert client.version() is not None


@pytest.mark.parametrize(
    "name", ["192.168.1.5", "127.0.0.1", "::1", "localhost", "laptop.local", "laptop.home.arpa"]
)
def test_who_trusts_the_authority_trusts_this_machine(store: CertificateStore, name: str) -> None:
    shake_hands(store, name)


@pytest.mark.parametrize("name", ["192.168.1.6", "other.local", "example.com"])
def test_and_no_other(store: CertificateStore, name: str) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(store, name)


@pytest.mark.parametrize("name", ["bank.example.com", "8.8.8.8"])
def test_even_the_stolen_key_of_the_authority_vouches_for_nothing_outside(
    store: CertificateStore, name: str, tmp_path: Path
) -> None:
    """That is what the name constraints are for."""
    signer = serialization.load_pem_private_key((store.folder / "authority.key").read_bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    is_address = name[0].isdigit()
    san: x509.GeneralName = (
        x509.IPAddress(ipaddress.ip_address(name)) if is_address else x509.DNSName(name)
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(authority(store).subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(hours=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([san]), critical=True)
        .sign(signer, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    files = tmp_path / "stolen.pem", tmp_path / "stolen.key"
    files[0].write_bytes(made.public_bytes(pem))
    files[1].write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        shake_hands(store, name, files)


def test_the_authority_is_constrained_and_can_make_no_other(store: CertificateStore) -> None:
    extensions = authority(store).extensions
    constraints = extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    permitted = constraints.value.permitted_subtrees or []
    domains = [each.value for each in permitted if isinstance(each, x509.DNSName)]
    assert domains == list(PRIVATE_DOMAINS)
    basic = extensions.get_extension_for_class(x509.BasicConstraints)
    assert (basic.critical, basic.value.ca, basic.value.path_length) == (True, True, 0)


def test_it_lasts_two_years_and_what_it_makes_two_months(store: CertificateStore) -> None:
    assert store.authority().ends == NOW + timedelta(days=AUTHORITY_DAYS)
    assert certificate(store).not_valid_after_utc == NOW + timedelta(days=LEAF_DAYS)
    assert LEAF_DAYS <= 90


def test_public_addresses_are_left_out(store: CertificateStore) -> None:
    store.renew("laptop", ["192.0.2.2", "10.0.0.7"], NOW)
    names = certificate(store).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    found = {str(each) for each in names.value.get_values_for_type(x509.IPAddress)}
    assert found == {"10.0.0.7", "127.0.0.1", "::1"}


def test_a_certificate_is_made_anew_only_when_it_has_to_be(store: CertificateStore) -> None:
    later = NOW + timedelta(days=LEAF_DAYS - 15)
    assert not store.renew("laptop", ["192.168.1.5"], NOW)
    assert not store.renew("laptop", [], NOW), "an address that is gone does no harm"
    assert not store.renew("laptop", ["192.168.1.5"], later)
    assert store.renew("laptop", ["192.168.1.5", "10.0.0.9"], NOW), "another network"
    assert store.renew("tablet", ["10.0.0.9"], NOW), "another name"
    assert store.renew("tablet", ["10.0.0.9"], later + timedelta(days=2)), "it ends soon"
    store.files[1].unlink()
    assert store.renew("tablet", ["10.0.0.9"], NOW), "its key is gone"
    store.make_authority("tablet", NOW)
    assert store.renew("tablet", ["10.0.0.9"], NOW), "another authority"
    shake_hands(store, "10.0.0.9")


def test_near_the_end_of_the_authority_nothing_outlives_it(store: CertificateStore) -> None:
    later = NOW + timedelta(days=AUTHORITY_DAYS - 5)
    assert store.renew("laptop", [], later)
    assert certificate(store).not_valid_after_utc == store.authority().ends
    assert not store.renew("laptop", [], later), "it cannot last longer: not again at every start"
    with pytest.raises(CertificateError, match="cert init --again"):
        store.renew("laptop", [], later + timedelta(days=6))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_keys_are_for_their_owner_only(store: CertificateStore) -> None:
    for path in store.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


def test_the_fingerprint_is_the_one_that_devices_show(store: CertificateStore) -> None:
    digest = hashlib.sha256(store.authority().der).hexdigest().upper()
    assert store.authority().fingerprint.replace(":", "") == digest
    assert store.authority().name == "captioner on laptop"


def test_without_an_authority_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match="captioner cert init") as missing:
        CertificateStore(tmp_path).authority()
    assert missing.value.code == "no_certificate"


def test_a_broken_file_is_told_by_its_name(store: CertificateStore) -> None:
    (store.folder / "authority.key").write_text("nonsense")
    with pytest.raises(CertificateError, match=r"authority\.key cannot be read"):
        store.renew("laptop", ["10.9.9.9"], NOW)
    (store.folder / "authority.pem").write_text("nonsense")
    with pytest.raises(CertificateError, match=r"authority\.pem cannot be read"):
        store.authority()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="--data"):
        CertificateStore(tmp_path / "file" / "tls").make_authority("laptop", NOW)


def test_a_machine_without_a_usable_name_gets_its_addresses(tmp_path: Path) -> None:
    store = CertificateStore(tmp_path)
    store.make_authority("", NOW)
    store.renew("büro", ["10.0.0.7"], NOW)
    shake_hands(store, "10.0.0.7")
