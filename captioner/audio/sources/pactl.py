"""`pactl`, the sound server's own tool: asked on PulseAudio and on PipeWire alike."""

import asyncio
import os
from typing import Any

from captioner.audio.sources.pulse_listing import PulseSource, parse_default, parse_sources

_ANSWER_S = 2.0
"""How long one answer may take."""

QUIETLY: dict[str, Any] = {
    "stdin": asyncio.subprocess.DEVNULL,
    "stdout": asyncio.subprocess.PIPE,
    "stderr": asyncio.subprocess.DEVNULL,
    "start_new_session": True,  # Ctrl-C is ours to answer
}


def environment() -> dict[str, str]:
    """For a pactl whose output is read: events are translated, decimal points too."""
    return {**os.environ, "LC_ALL": "C"}


async def ask(program: str, *arguments: str) -> str | None:
    """What it prints; None where it is not there, fails or takes too long."""
    try:
        process = await asyncio.create_subprocess_exec(
            program, *arguments, **QUIETLY, env=environment()
        )
    except OSError:
        return None
    try:
        async with asyncio.timeout(_ANSWER_S):
            text, _ = await process.communicate()
    except TimeoutError:
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return None if process.returncode else text.decode("utf-8", "replace")


async def list_sources(program: str) -> list[PulseSource] | None:
    """What the sound server can record, as of now; None where there is no server to ask."""
    listing = await ask(program, "-f", "json", "list", "sources")
    if listing is None:
        return None
    about = await ask(program, "-f", "json", "info")
    return parse_sources(listing, parse_default(about or ""))
