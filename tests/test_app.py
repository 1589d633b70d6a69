import asyncio
import io
import os
import signal
import socket
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from captioner.app import Service, stop_signals
from captioner.commands.serve import run_serve
from captioner.errors import AddressError
from captioner.service.meetings import Meetings
from captioner.settings import Settings
from tests.fakes.fake_devices import FakeDevices, ToneHearing
from tests.fakes.open_house import house_settings, open_house
from tests.fakes.recording_viewer import fetch, until
from tests.service.test_meetings import wanted


def a_service(data: Path, *, free_ports: bool = False, **server: object) -> Service:
    settings = at(house_settings(data), **server)
    meetings = Meetings(settings, FakeDevices(), load_hearing=ToneHearing())
    return Service(meetings, settings, free_ports=free_ports)


def at(settings: Settings, **server: object) -> Settings:
    return replace(settings, server=replace(settings.server, **server))  # type: ignore[arg-type]


def taken_port() -> socket.socket:
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    return taken


async def test_both_listeners_answer_and_the_links_lead_there(tmp_path: Path) -> None:
    service = a_service(tmp_path)
    await service.start()
    try:
        link = f"http://127.0.0.1:{service.host_port}"
        assert service.host_link == f"{link}/?key={service.key}"
        ((url, _),) = service.viewer_links("ABC234")
        assert url == service.local_viewer_link("ABC234")
        port = int(url.split(":")[2].split("/")[0])
        assert (await fetch(port, "/")).status == 200
        assert (await fetch(service.host_port, "/healthz")).json["ok"]
        assert service.viewer_links()[0][0] == f"http://127.0.0.1:{port}/"
    finally:
        await service.stop()
        await service.stop()
    with pytest.raises(ConnectionRefusedError):
        await fetch(service.host_port, "/healthz")


def test_every_service_has_a_key_of_its_own(tmp_path: Path) -> None:
    keys = {a_service(tmp_path).key for _ in range(20)}
    assert len(keys) == 20
    assert min(len(key) for key in keys) >= 20


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.5", "::", "example.org"])
async def test_the_host_page_is_for_this_computer_only(tmp_path: Path, address: str) -> None:
    service = a_service(tmp_path, host_address=address)
    with pytest.raises(AddressError) as refused:
        await service.start()
    assert refused.value.code == "bad_address"
    assert "--host-address" in refused.value.message


@pytest.mark.parametrize("port", ["viewer_port", "host_port"])
async def test_a_port_in_use_leaves_nothing_listening(tmp_path: Path, port: str) -> None:
    with taken_port() as taken:
        number = taken.getsockname()[1]
        service = a_service(tmp_path, **{port: number})
        with pytest.raises(AddressError, match=str(number)):
            await service.start()
        await service.stop()


async def test_a_demo_takes_another_port(tmp_path: Path) -> None:
    with taken_port() as taken:
        number = taken.getsockname()[1]
        service = a_service(tmp_path, free_ports=True, viewer_port=number)
        await service.start()
        assert f":{number}/" not in service.local_viewer_link("ABC234")
        await service.stop()


async def test_but_not_an_address_that_is_not_ours(tmp_path: Path) -> None:
    service = a_service(tmp_path, free_ports=True, viewer_address="192.0.2.1")
    with pytest.raises(AddressError) as refused:
        await service.start()
    assert refused.value.code == "bad_address"


async def test_the_end_waits_for_the_last_words(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        running = await house.begin()
        house.hearing.engine.may_decode.clear()
        house.source(1).say("one two")
        await house.source(1).taken()
        stopping = asyncio.create_task(house.service.stop())
        await asyncio.sleep(0.1)
        assert not stopping.done()
        house.hearing.engine.may_decode.set()
        await asyncio.wait_for(stopping, 5)
        assert [each.text for each in running.meeting.timeline.captions()] == ["one two"]


async def test_what_a_disk_refused_is_tried_again_for_as_long_as_it_serves(tmp_path: Path) -> None:
    tries = 0

    class Counting(Meetings):
        async def try_again(self) -> None:
            nonlocal tries
            tries += 1

    settings = house_settings(tmp_path)
    service = Service(Counting(settings, FakeDevices(), load_hearing=ToneHearing()), settings)
    service.again_s = 0.01
    await service.start()
    await until(lambda: tries >= 3)
    await service.stop()
    before = tries
    await asyncio.sleep(0.05)
    assert tries == before


async def test_a_forced_end_does_not(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        await house.begin()
        house.hearing.engine.may_decode.clear()
        house.source(1).say("one two")
        await house.source(1).taken()
        stopping = asyncio.create_task(house.service.stop())
        await asyncio.sleep(0.1)
        house.service.force_stop()
        await asyncio.wait_for(stopping, 2)


async def test_the_first_signal_stops_and_the_second_forces(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    forced: list[bool] = []

    class Recording(Service):
        def force_stop(self) -> None:
            forced.append(True)

    settings = house_settings(tmp_path)
    service = Recording(Meetings(settings, FakeDevices()), settings)
    with stop_signals(service) as stop:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(stop.wait(), 5)
        assert not forced
        os.kill(os.getpid(), signal.SIGINT)
        await until(lambda: forced)
    assert signal.getsignal(signal.SIGTERM) == before


async def test_a_second_signal_is_heeded_while_the_service_still_says_goodbye(
    tmp_path: Path,
) -> None:
    """The signals were given back before the farewell: a second SIGTERM killed the process."""
    settings, hearing, devices = house_settings(tmp_path), ToneHearing(), FakeDevices()
    meetings = Meetings(settings, devices, load_hearing=hearing)
    out = io.StringIO()
    serving = asyncio.create_task(run_serve(settings, out, meetings))
    await until(lambda: "Ctrl-C" in out.getvalue())
    await meetings.create(wanted("mic-1"))
    assert "has begun" in out.getvalue()
    hearing.engine.may_decode.clear()
    devices.sources["mic-1"].say("one two")
    await devices.sources["mic-1"].taken()
    os.kill(os.getpid(), signal.SIGTERM)
    await until(lambda: "Stopping" in out.getvalue())
    assert not serving.done()
    os.kill(os.getpid(), signal.SIGTERM)
    assert await asyncio.wait_for(serving, 5) == 0
    hearing.engine.may_decode.set()
    await meetings.close()


async def test_nobody_is_locked_out_by_one_who_does_not_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A viewer with a full buffer cannot be told goodbye: the service leaves without them."""
    async with open_house(tmp_path) as house:
        running = await house.begin()
        running.live.start()
        stuck = socket.socket()
        stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        stuck.connect(("127.0.0.1", house.viewer_port))
        with stuck:
            stuck.sendall(f"GET /m/{running.meeting.spec.code}/events HTTP/1.0\r\n\r\n".encode())
            await until(lambda: running.viewers)
            for number in range(20_000):
                text = f"{number} " + "x" * 400
                running.publish(partial(running.meeting.type_message, "A", text))
            await asyncio.sleep(0.1)
            house.service.force_stop()
            await asyncio.wait_for(house.service.stop(), 8)
    assert "Traceback" not in caplog.text
