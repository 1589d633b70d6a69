"""Links as a host sees them in a terminal."""

from typing import TextIO

from captioner.app import Service
from captioner.server.address import qr_for_terminal


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
