"""Whether a certificate and its key can be served, said before anybody connects."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from captioner.errors import CertificateError


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """A certificate, with those above it, and its key; both PEM."""

    certificate: Path
    key: Path


def check_pair(certificate: Path, key: Path) -> TlsFiles:
    """Load both as a web server would. Raises CertificateError with one sentence."""
    for path, flag in ((certificate, "--tls-cert"), (key, "--tls-key")):
        try:
            path.read_bytes()
        except OSError as error:
            raise CertificateError(
                "bad_certificate", f"{flag}: {path} cannot be read: {error.strerror}."
            ) from error
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # Without an answer ready, a key with a password would ask for it on the terminal.
        context.load_cert_chain(certificate, key, password=_no_password)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            why = f"The certificate {certificate} and the key {key} do not belong together."
        else:
            why = (
                f"{certificate} and {key} are no certificate and key that can be used: both must"
                " be PEM files, the key without a password."
            )
        raise CertificateError("bad_certificate", why) from error
    return TlsFiles(certificate, key)


def _no_password() -> str:
    return ""
