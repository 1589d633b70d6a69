import ipaddress
import socket
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import psutil
import pytest

from captioner.server import address
from captioner.server.address import lan_addresses, qr_as_svg, qr_for_terminal, viewer_links


def a_machine(monkeypatch: pytest.MonkeyPatch, **interfaces: tuple[str, bool]) -> None:
    """A machine with these interfaces: address, and whether it is up."""
    found = {
        name.replace("_", "-"): [
            SimpleNamespace(family=socket.AF_INET, address=ip),
            SimpleNamespace(family=socket.AF_INET6, address="fe80::1"),
        ]
        for name, (ip, _) in interfaces.items()
    }
    stats = {
        name.replace("_", "-"): SimpleNamespace(isup=is_up)
        for name, (_, is_up) in interfaces.items()
    }
    machine = SimpleNamespace(net_if_addrs=lambda: found, net_if_stats=lambda: stats)
    monkeypatch.setattr(address, "psutil", machine)


def test_the_likeliest_address_is_first_and_what_no_phone_reaches_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_machine(
        monkeypatch,
        docker0=("172.17.0.1", True),
        eth0=("192.168.1.5", True),
        lo=("127.0.0.1", True),
        wlan0=("10.0.0.7", True),
        usb0=("169.254.3.4", True),
        eth1=("192.168.9.9", False),
        br_1234=("172.18.0.1", True),
    )
    assert lan_addresses() == ["192.168.1.5", "10.0.0.7", "172.18.0.1", "172.17.0.1"]


def test_a_machine_on_no_network_offers_itself_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    a_machine(monkeypatch, lo=("127.0.0.1", True))
    assert lan_addresses() == []
    ((url, label),) = viewer_links("0.0.0.0", 8080, "/m/ABC234")
    assert url == "http://127.0.0.1:8080/m/ABC234"
    assert "no network" in label


def test_bare_addresses_come_before_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    a_machine(monkeypatch, eth0=("192.168.1.5", True))
    monkeypatch.setattr(socket, "gethostname", lambda: "laptop.office.example")
    links = viewer_links("0.0.0.0", 8080, "/")
    assert [url for url, _ in links] == ["http://192.168.1.5:8080/", "http://laptop.local:8080/"]


def test_an_address_that_was_chosen_is_the_only_link() -> None:
    ((url, _),) = viewer_links("10.1.2.3", 80, "/")
    assert url == "http://10.1.2.3:80/"


def test_an_ip_v6_address_stands_in_brackets_in_a_link() -> None:
    """Without them no browser can tell the address from the port."""
    ((url, _),) = viewer_links("fd00::5", 8080, "/")
    assert url == "http://[fd00::5]:8080/"


def test_this_very_machine_answers_without_asking_the_network() -> None:
    assert all(ipaddress.ip_address(each).version == 4 for each in lan_addresses())
    assert psutil.net_if_addrs()


def test_a_qr_code_is_a_picture_with_a_quiet_zone_and_needs_no_script() -> None:
    svg = qr_as_svg("http://192.168.1.5:8080/m/ABC234")
    root = ET.fromstring(svg)
    assert root.tag.endswith("svg")
    assert b"<script" not in svg
    assert b"#000" in svg
    assert b"#fff" in svg


def test_a_qr_code_for_a_terminal_fits_eighty_columns() -> None:
    lines = qr_for_terminal("http://192.168.100.100:8080/m/ABC234").splitlines()
    assert 15 <= len(lines) <= 24
