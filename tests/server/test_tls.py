from datetime import UTC, datetime
from pathlib import Path

import pytest

from captioner.errors import CertificateError
from captioner.server.tls import check_pair
from captioner.store.certificates import CertificateStore


def a_pair(folder: Path) -> tuple[Path, Path]:
    store = CertificateStore(folder)
    now = datetime.now(UTC)
    store.make_authority("laptop", now)
    store.renew("laptop", [], now)
    return store.files


def test_a_good_pair_is_taken(tmp_path: Path) -> None:
    certificate, key = a_pair(tmp_path)
    found = check_pair(certificate, key)
    assert (found.certificate, found.key) == (certificate, key)


def test_every_other_pair_gets_one_sentence(tmp_path: Path) -> None:
    certificate, key = a_pair(tmp_path / "one")
    _, other = a_pair(tmp_path / "two")
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("nothing")
    locked = tmp_path / "locked.pem"
    locked.write_text(
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"
    )
    cases = [
        (certificate, other, "do not belong together"),
        (nonsense, key, "PEM files"),
        (certificate, nonsense, "PEM files"),
        (certificate, locked, "without a password"),
        (tmp_path / "gone.pem", key, "--tls-cert"),
        (certificate, tmp_path, "--tls-key"),
    ]
    for one, two, says in cases:
        with pytest.raises(CertificateError, match=says) as refused:
            check_pair(one, two)
        assert refused.value.code == "bad_certificate"
        assert "\n" not in refused.value.message
