"""Links as a host sees them in a terminal."""

from typing import TextIO

from captioner.app import Service
from captioner.server.address import qr_for_terminal
from captioner.server.desk import TrustOffer


def print_links(service: Service, code: str, out: TextIO) -> None:
    """The viewers' links as text and QR, and the host's; an empty code: the page to type one."""
    links = service.viewer_links(code)
    print(f"\n{qr_for_terminal(links[0][0])}", file=out)
    for url, label in links:
        print(f"Viewers: {url}  ({label})", file=out)
    print(f"Viewers on this computer: {service.local_viewer_link(code)}", file=out)
    print(f"Host:    {service.host_link}", file=out)
    if code:
        print(f"Code:    {code}", file=out)
    print(flush=True, file=out)


def print_secure_links(service: Service, trust: TrustOffer | None, out: TextIO) -> None:
    """Where phones can be microphones, and what they have to trust for it."""
    if not service.tls_port:
        print("Phones as microphones: after `captioner cert init`", file=out)
        return
    for url, label in service.phone_links(f"/?key={service.key}"):
        print(f"Host elsewhere: {url}  ({label})", file=out)
    if trust is not None:
        where = service.viewer_links()[0][0]
        print(f"Each phone trusts this computer once: {where}trust", file=out)
        print(f"Fingerprint to compare: {trust.fingerprint}", file=out)
