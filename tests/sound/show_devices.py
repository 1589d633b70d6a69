"""Run by the tests, with the server's environment: what `captioner devices` does."""

import asyncio
import sys

from captioner.commands.devices import run_devices
from captioner.settings import Settings

if __name__ == "__main__":
    sys.exit(asyncio.run(run_devices(Settings(), None, sys.stdout)))
