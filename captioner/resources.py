"""Where the files that come with captioner lie: the pages, the demo weights, the demo meeting.

In a source checkout (and an editable install of it) the pages and weights lie at the top of the
tree; in an installed wheel they lie inside the package. Both are looked for at every call, so
that nothing is touched on import.
"""

from pathlib import Path

from captioner.errors import ResourceError

PACKAGE = Path(__file__).resolve().parent
DEMO_WEIGHTS = "demo-en"
BILINGUAL_WEIGHTS = "demo-en-nl"
"""They hear Dutch too, but English less well in hard rooms."""


def web_folder(package: Path = PACKAGE) -> Path:
    """The pages. Raises ResourceError."""
    return _beside_or_inside(package, "web")


def models_folder(package: Path = PACKAGE) -> Path:
    """The folder of bundled weights. Raises ResourceError."""
    return _beside_or_inside(package, "models")


def demo_weights_folder(package: Path = PACKAGE, name: str = DEMO_WEIGHTS) -> Path:
    """Bundled weights, which hear synthetic voices only. Raises ResourceError."""
    folder = models_folder(package) / name
    if not (folder / "model.bin").is_file():
        raise _missing(folder)
    return folder


def demo_packages(package: Path = PACKAGE) -> list[Path]:
    """The translation packages that know the sentences of the demo, and no others."""
    return sorted(models_folder(package).glob("translate-*.argosmodel"))


def demo_meeting_folder(package: Path = PACKAGE) -> Path:
    """The recorded meeting of `captioner demo`. Raises ResourceError."""
    folder = package / "demo_meeting"
    if not (folder / "meeting.json").is_file():
        raise _missing(folder)
    return folder


def _beside_or_inside(package: Path, name: str) -> Path:
    inside = package / name
    if inside.is_dir():
        return inside
    # Beside an installed package lie other people's packages, and one of them may well be called
    # `models` or `web`: only a checkout, known by its pyproject.toml, is trusted there.
    checkout = package.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    raise _missing(inside)


def _missing(path: Path) -> ResourceError:
    return ResourceError(
        "bad_installation",
        f"This installation of captioner is incomplete, {path} is missing:"
        " install captioner again with `pip install --force-reinstall captioner`.",
    )
