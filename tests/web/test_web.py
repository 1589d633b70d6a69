"""Rules that every page keeps, and the tests of its scripts."""

import gzip
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"
PAGES = sorted(WEB.rglob("*.html"))
TEXTS = sorted(path for path in WEB.rglob("*") if path.suffix in {".html", ".js", ".css", ".svg"})
LARGEST_VIEWER_PAGE_BYTES = 150_000
# Attributes whose value a browser fetches or goes to.
LINKS = {"src", "href", "action", "srcset", "poster", "data"}
PURE = (
    "protocol",
    "timeline",
    "captions-view",
    "entries",
    "backoff",
    "errors",
    "reader-settings",
    "row-window",
)
# Answers of the service that are no files of the folder.
SERVED = {"/", "/trust/captioner.crt"}
IMPORT = re.compile(
    r'^(?:import|export)\b[^;]*?from\s+"([^"]+)"|\bimport\("([^"]+)"\)', re.MULTILINE | re.DOTALL
)


class Page(HTMLParser):
    """What the rules ask about one HTML file."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open[-1]] = self.texts.get(self._open[-1], "") + data.strip()

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(params=PAGES, ids=lambda path: str(path.relative_to(WEB)))
def page(request: pytest.FixtureRequest) -> Page:
    return Page(request.param)


def asset(address: str) -> Path:
    assert address.startswith("/assets/"), address
    return WEB / address.removeprefix("/assets/")


def imported(script: Path) -> list[Path]:
    found = IMPORT.findall(script.read_text(encoding="utf-8"))
    return [(script.parent / (first or later)).resolve() for first, later in found]


def loaded_by(page: Path) -> set[Path]:
    """Everything that a browser fetches for the page, sooner or later, with one language.

    Letters that a reader may choose are not in it: they are fetched when they are chosen.
    """
    parsed = Page(page)
    first = [link["href"] for link in parsed.all("link")]
    first += ["/assets/viewer/settings.css"] if page.parent.name == "viewer" else []
    first += [script["src"] for script in parsed.all("script")]
    waiting = [asset(address) for address in first if address]
    files = {page, WEB / "lang" / "en.json"}
    while waiting:
        file = waiting.pop()
        if file in files:
            continue
        files.add(file)
        if file.suffix == ".js":
            waiting += imported(file)
    return files


def test_scripts_pass_their_own_tests() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed: the tests of the pages' scripts did not run")
    files = sorted(str(path) for path in Path(__file__).parent.glob("*.test.mjs"))
    done = subprocess.run(
        [node, "--test", *files], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_page_has_what_every_page_needs(page: Page) -> None:
    (html,) = page.all("html")
    assert html["lang"] == "en"
    assert page.texts["title"]
    assert len(page.all("main")) == 1
    assert page.all("noscript")
    viewport = [meta for meta in page.all("meta") if meta.get("name") == "viewport"]
    assert "maximum-scale" not in str(viewport)
    assert "user-scalable" not in str(viewport)


def test_page_obeys_the_content_security_policy(page: Page) -> None:
    assert all(script.get("src") for script in page.all("script"))
    assert not page.all("style")
    for tag, attributes in page.elements:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag


def test_page_loads_only_what_is_there(page: Page) -> None:
    for tag, attributes in page.elements:
        for name in LINKS & attributes.keys():
            address = attributes[name] or ""
            assert address in SERVED or asset(address).is_file(), (tag, address)


def test_every_control_has_a_name(page: Page) -> None:
    labels = {label.get("for") for label in page.all("label")}
    for tag in ("input", "select"):
        for control in page.all(tag):
            assert control.get("id") in labels or control.get("aria-label"), control


def test_ids_are_used_once_and_references_lead_somewhere(page: Page) -> None:
    ids = [item["id"] for _, item in page.elements if "id" in item]
    assert len(ids) == len(set(ids))
    for _, item in page.elements:
        for name in ("for", "aria-labelledby", "aria-describedby"):
            for wanted in (item.get(name) or "").split():
                assert wanted in ids


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(WEB)))
def test_no_file_leads_outside(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"\b(?:https?|wss?):\/\/[\w.]", text)
    assert not re.search(r"""(?:src|href|url|from|import)\s*[=(]?\s*["']?//""", text)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(WEB)))
def test_no_file_builds_markup_or_code_from_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert word not in text
    assert text.count("\n") <= 300


def test_viewer_page_works_over_plain_http() -> None:
    """These are missing outside a secure context, which is where viewers are.

    One file asks for a wake lock, and plays a video where there is none (browser/test_reading.py).
    """
    files = loaded_by(WEB / "viewer" / "index.html")
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert "wakeLock" not in text or file.name == "awake.js", file
        for word in ("clipboard", "randomUUID", "serviceWorker", "crypto.subtle"):
            assert word not in text, file


def test_viewer_page_is_small() -> None:
    files = loaded_by(WEB / "viewer" / "index.html")
    assert len(files) > 15, "the walk over imports has lost its way"
    size = sum(len(gzip.compress(file.read_bytes())) for file in files)
    assert size <= LARGEST_VIEWER_PAGE_BYTES


def test_what_the_captions_need_is_asked_for_at_once() -> None:
    """Module by module, each would be asked for only when the one before it has come."""
    page = Page(WEB / "viewer" / "index.html")
    asked = {
        asset(link["href"] or "") for link in page.all("link") if link.get("rel") == "modulepreload"
    }
    needed, waiting = set(), [WEB / "viewer" / "viewer.js"]
    while waiting:
        script = waiting.pop()
        for first, later in IMPORT.findall(script.read_text(encoding="utf-8")):
            target = (script.parent / first).resolve()
            if not later and target not in needed:
                needed.add(target)
                waiting.append(target)
    assert asked == needed


def test_pages_import_shared_files_and_never_each_other() -> None:
    for script in WEB.rglob("*.js"):
        own = script.parent
        for target in imported(script):
            assert target.is_file(), (script, target)
            assert target.parent in {own, WEB / "shared"}, (script, target)


@pytest.mark.parametrize("name", PURE)
def test_pure_files_touch_nothing_outside(name: str) -> None:
    text = (WEB / "shared" / f"{name}.js").read_text(encoding="utf-8")
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)
    for word in (r"document\b", r"window\b", r"fetch\(", r"Date\.now", r"Math\.random"):
        assert not re.search(word, code), word
    for target in imported(WEB / "shared" / f"{name}.js"):
        assert target.stem in PURE


def test_joining_needs_no_script() -> None:
    page = Page(WEB / "viewer" / "join.html")
    (form,) = page.all("form")
    assert (form["method"], form["action"]) == ("get", "/")
    assert [field["name"] for field in page.all("input")] == ["code"]


def test_finals_are_in_a_log_and_what_changes_is_not() -> None:
    page = Page(WEB / "viewer" / "index.html")
    by_id = {item["id"]: item for _, item in page.elements if "id" in item}
    assert by_id["log"]["role"] == "log"
    assert "role" not in by_id["live"]
    assert by_id["announcer"]["role"] == "status"
