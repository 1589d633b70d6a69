"""`captioner cert`: the certificate without which no phone gives its microphone to a page."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from captioner.errors import CertificateError
from captioner.server.address import lan_addresses, machine_name
from captioner.server.desk import TrustOffer
from captioner.server.tls import TlsFiles, check_pair
from captioner.settings import Settings
from captioner.store.certificates import FOLDER, CertificateStore


def run_cert_init(
    settings: Settings, out: TextIO, *, again: bool = False, now: datetime | None = None
) -> int:
    """Make an authority where there is none, or another one. Raises CaptionerError."""
    store, moment = _store(settings), now or datetime.now(UTC)
    if again or not _has_authority(store):
        store.make_authority(machine_name(), moment)
        print(f"A certificate authority for this computer was made in {store.folder}.", file=out)
    else:
        print("There is a certificate authority already; `--again` makes a new one.", file=out)
    store.renew(machine_name(), lan_addresses(), moment)
    _print_authority(store, out)
    print(
        "\nNext: `captioner serve`. On each phone open /trust at the viewers' address and follow"
        " the steps for that phone; it is done once.",
        file=out,
    )
    return 0


def run_cert_show(settings: Settings, out: TextIO) -> int:
    """What there is to trust. Raises CertificateError where there is nothing."""
    _print_authority(_store(settings), out)
    return 0


def named_tls(settings: Settings) -> TlsFiles:
    """The files of --tls-cert and --tls-key. Raises CertificateError."""
    server = settings.server
    return check_pair(Path(server.tls_cert).expanduser(), Path(server.tls_key).expanduser())


def own_tls(settings: Settings, now: datetime) -> TlsFiles | None:
    """The files of our own authority, made anew if need be; None: `cert init` was never run.

    Raises CaptionerError.
    """
    store = _store(settings)
    if not _has_authority(store):
        return None
    store.renew(machine_name(), lan_addresses(), now)
    return check_pair(*store.files)


def trust_offer(settings: Settings) -> TrustOffer:
    """Our own authority, for people to trust. Raises CertificateError."""
    found = _store(settings).authority()
    return TrustOffer(found.name, found.fingerprint, found.ends.date().isoformat(), found.der)


def _store(settings: Settings) -> CertificateStore:
    return CertificateStore(settings.store.folder / FOLDER)


def _has_authority(store: CertificateStore) -> bool:
    try:
        store.authority()
    except CertificateError as error:
        if error.code == "no_certificate":
            return False
        raise
    return True


def _print_authority(store: CertificateStore, out: TextIO) -> None:
    found = store.authority()
    print(f"Name:        {found.name}", file=out)
    print(f"Fingerprint: {found.fingerprint}  (SHA-256)", file=out)
    print(f"Until:       {found.ends.date().isoformat()}", file=out)
    print(
        "It can vouch for private addresses and names ending in .local, .lan, .home.arpa only.",
        file=out,
    )
