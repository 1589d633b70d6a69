import io
from pathlib import Path

from captioner.commands.links import print_links
from tests.fakes.open_house import open_house


async def test_the_links_of_a_meeting_are_told_as_text_and_as_a_picture(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        out = io.StringIO()
        print_links(house.service, "ABC234", out)
        told = out.getvalue()
    port = house.viewer_port
    assert f"Viewers: http://127.0.0.1:{port}/m/ABC234  (" in told
    assert f"Viewers on this computer: http://127.0.0.1:{port}/m/ABC234\n" in told
    assert f"Host:    {house.service.host_link}\n" in told
    assert "Code:    ABC234\n" in told
    assert "█" in told
    assert max(map(len, told.splitlines())) < 100


async def test_before_a_meeting_there_is_no_code(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        out = io.StringIO()
        print_links(house.service, "", out)
    assert "Code:" not in out.getvalue()
    root = f"http://127.0.0.1:{house.viewer_port}/"
    assert f"Viewers: {root}  (" in out.getvalue()
    assert f"Viewers on this computer: {root}\n" in out.getvalue()
