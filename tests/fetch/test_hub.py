"""What a repository holds; how a hub fails is told in tests/asr/test_pull.py, end to end."""

import json
import subprocess
import sys
from pathlib import Path

from tests.fakes.fake_hub import COMMIT, FakeHub

LIST = """
import json, sys
from captioner.fetch.hub import list_repository
found = list_repository(sys.argv[1], lambda path: path != "README.md")
print(json.dumps([found.commit, found.source, [
    [file.path, file.url, file.size_bytes, bool(file.sha256), bool(file.git_sha1), file.revision]
    for file in found.files
]]))
"""


def test_a_listing_has_the_length_and_hash_of_every_file_that_is_wanted(tmp_path: Path) -> None:
    files = {"README.md": b"#", "config.json": b"{}", "model.bin": bytes(1_500_000)}
    with FakeHub({"owner/some-weights": files}) as hub:
        done = subprocess.run(
            [sys.executable, "-c", LIST, "owner/some-weights"],
            env=hub.environment(tmp_path),
            capture_output=True,
            text=True,
            check=True,
        )
    commit, source, listed = json.loads(done.stdout)
    assert commit == COMMIT
    assert source == f"{hub.url}/owner/some-weights/tree/{COMMIT}"
    at = f"{hub.url}/owner/some-weights/resolve/{COMMIT}"
    assert listed == [
        ["config.json", f"{at}/config.json", 2, False, True, COMMIT],
        ["model.bin", f"{at}/model.bin", 1_500_000, True, False, COMMIT],
    ]
