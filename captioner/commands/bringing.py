"""What was carried in on a stick: a folder, tar or zip, told apart by what is in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from captioner.asr.install import install_weights, usual_name, weights_root
from captioner.asr.weights import Weights
from captioner.commands.telling import Teller
from captioner.errors import FetchError
from captioner.fetch.archives import is_archive, unpack
from captioner.fetch.place import explain, folder_aside
from captioner.translate.packages import METADATA, Package, install_package


def bring(path: Path, name: str, folder: Path, tell: Teller) -> Weights | Package:
    """Put what lies at `path` into the data folder `folder`, whole or not at all.

    `name` is for weights; empty: by the path. Raises CaptionerError.
    """
    path = path.expanduser().absolute()
    if not path.exists():
        raise FetchError("not_at_source", f"There is nothing at {path}: check the path.")
    try:
        with _opened(path, folder) as opened:
            package = _package_root(opened)
            if package is not None:
                return install_package(package, folder, source=path.name)
            weights = weights_root(opened)
            if weights is None:
                raise FetchError(
                    "unusable_download",
                    f"{path} holds neither weights of a Whisper in CTranslate2 form (config.json,"
                    " model.bin, tokenizer.json, vocabulary) nor a translation package of Argos"
                    " (metadata.json, model/): check what was carried in.",
                )
            is_inside = weights != opened and weights.parent.name != "snapshots"
            called = name or usual_name(weights.name if is_inside else path.name)
            return install_weights(
                weights,
                called,
                folder,
                path.name,
                lambda here, total: tell.progress(called, here, total),
            )
    except OSError as error:
        raise explain(error, folder) from error


@contextmanager
def _opened(path: Path, folder: Path) -> Iterator[Path]:
    """The folder itself, or the archive unpacked beside where its files go."""
    if path.is_dir():
        yield path
        return
    if not is_archive(path):
        raise FetchError(
            "bad_archive", f"{path} is no folder, tar or zip file: name what holds the weights."
        )
    with folder_aside(folder) as aside:
        unpack(path, aside)
        yield aside


def _package_root(opened: Path) -> Path | None:
    found = [path.parent for depth in ("", "*/", "*/*/") for path in opened.glob(depth + METADATA)]
    return next((root for root in found if (root / "model").is_dir()), None)
