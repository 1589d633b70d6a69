"""Where viewers find this machine: its addresses, and QR codes of them."""

import io
import ipaddress
import socket

import psutil
import segno

LOOPBACK = "127.0.0.1"
EVERYWHERE = ("0.0.0.0", "::", "")


def lan_addresses() -> list[str]:
    """The machine's own IPv4 addresses that a phone could reach, the likeliest first.

    Asks the operating system only; nothing is looked up or sent.
    """
    stats = psutil.net_if_stats()
    found: list[tuple[bool, str, str]] = []
    for interface, addresses in psutil.net_if_addrs().items():
        if interface in stats and not stats[interface].isup:
            continue
        for address in addresses:
            if address.family == socket.AF_INET and _is_reachable(address.address):
                found.append((_is_virtual(interface), interface, address.address))
    return [address for _, _, address in sorted(found)]


def own_addresses() -> set[str]:
    """Every address by which this machine reaches itself, IPv4-mapped ones too."""
    found = {
        address.address.partition("%")[0]
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family in (socket.AF_INET, socket.AF_INET6)
    }
    return found | {f"::ffff:{each}" for each in found if "." in each}


def viewer_links(
    bind_address: str, port: int, path: str, scheme: str = "http"
) -> list[tuple[str, str]]:
    """Links to `path` as (url, what it is): bare addresses first, then the machine's name."""

    def url(address: str) -> str:
        return _url(scheme, address, port, path)

    if bind_address not in EVERYWHERE:
        return [(url(bind_address), "this address")]
    addresses = lan_addresses()
    if not addresses:
        return [(url(LOOPBACK), "this computer only: it is on no network")]
    links = [(url(address), "address") for address in addresses]
    if name := machine_name():
        links.append((url(f"{name}.local"), "name; not every phone finds it"))
    return links


def machine_name() -> str:
    """What this machine calls itself, without its domain."""
    return socket.gethostname().split(".")[0]


def qr_for_terminal(text: str) -> str:
    """A QR code made of half blocks, for a terminal; dark on light and light on dark both scan."""
    out = io.StringIO()
    segno.make(text, error="m").terminal(out, border=2, compact=True)
    return out.getvalue()


def qr_as_svg(text: str) -> bytes:
    """A QR code as an SVG picture: black on white with the quiet zone that scanners need."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", scale=8, border=4, dark="#000", light="#fff")
    return out.getvalue()


def _url(scheme: str, address: str, port: int, path: str) -> str:
    shown = f"[{address}]" if ":" in address else address
    return f"{scheme}://{shown}:{port}{path}"


def _is_reachable(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    return not (ip.is_loopback or ip.is_link_local or ip.is_unspecified)


def _is_virtual(interface: str) -> bool:
    return interface.startswith(
        ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "tun", "tap")
    )
