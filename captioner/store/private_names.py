"""What a certificate authority for one room may vouch for, and nothing else."""

from ipaddress import ip_address, ip_network

PRIVATE_NETWORKS = (
    *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8"),
    *("fc00::/7", "fe80::/10", "::1/128"),
)
PRIVATE_DOMAINS = ("local", "lan", "home.arpa", "localhost")


def can_vouch_for(name: str) -> bool:
    """Whether an address or a name is one of a private network."""
    try:
        address = ip_address(name.partition("%")[0])
    except ValueError:
        return any(name == each or name.endswith(f".{each}") for each in PRIVATE_DOMAINS)
    networks = map(ip_network, PRIVATE_NETWORKS)
    return any(address in network for network in networks if network.version == address.version)
