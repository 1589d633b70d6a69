"""`captioner config show`: every setting, its value and where that came from."""

import json
from typing import TextIO

from captioner.settings import VARIABLE_PREFIX, LoadedSettings, setting_fields


def run_config_show(loaded: LoadedSettings, out: TextIO) -> int:
    """Print the table in the form of a captioner.toml, so that it can be kept as one."""
    for key, (room, item, _) in setting_fields().items():
        # A TOML string is a JSON string, but for letters that JSON spells in two halves.
        value = json.dumps(getattr(getattr(loaded.settings, room), key), ensure_ascii=False)
        print(f"# {item.metadata['help']}", file=out)
        print(f"{key} = {value}  # {loaded.origins[key]}; {VARIABLE_PREFIX}{key.upper()}", file=out)
    return 0
