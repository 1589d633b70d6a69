"""`captioner doctor`: what is well, what is not, and how to mend it."""

import json
from dataclasses import asdict
from typing import TextIO

from captioner import __version__
from captioner.doctor import run_checks
from captioner.settings import Settings


async def run_doctor(settings: Settings, as_json: bool, out: TextIO) -> int:
    """Run every check and print the outcomes; 0 when all is well, else 1."""
    checks = await run_checks(settings)
    is_well = all(check.ok for check in checks)
    if as_json:
        body = {
            "ok": is_well,
            "version": __version__,
            "checks": [asdict(check) for check in checks],
        }
        print(json.dumps(body, ensure_ascii=False, indent=1), file=out)
        return 0 if is_well else 1
    for check in checks:
        mark = "✔ well " if check.ok else "✘ wrong"
        print(f"{mark}  {check.name}: {check.detail}", file=out)
        if check.fix:
            print(f"         {check.fix}", file=out)
    return 0 if is_well else 1
