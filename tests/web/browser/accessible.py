"""What axe and a ruler find on a page."""

# ruff: noqa: E501 - scripts of the page

from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ENHANCED = "color-contrast-enhanced"
"""WCAG 1.4.6, AAA: 7:1 for text."""

SPACED = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }
"""
"""The text spacing of WCAG 1.4.12."""

CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(($each) => {
  const style = getComputedStyle($each);
  const isSeen = $each.checkVisibility() && $each.getClientRects().length > 0;
  const hidden = ['hidden', 'clip'];
  const cuts = hidden.includes(style.overflowX) || hidden.includes(style.overflowY);
  const isForEyes = style.clipPath === 'none' && !$each.closest('[data-clips]');
  const tooWide = $each.scrollWidth > $each.clientWidth + 1;
  const tooHigh = $each.scrollHeight > $each.clientHeight + 1;
  return isSeen && cuts && isForEyes && (tooWide || tooHigh) && $each.textContent.trim() !== '';
}).map(($each) => $each.id || $each.className || $each.tagName)"""
"""Elements whose text is cut off and cannot be scrolled to."""

SIDEWAYS = """() => {
  const width = document.documentElement.clientWidth;
  const isWide = document.documentElement.scrollWidth > width + 1;
  const over = [...document.querySelectorAll('body *')].filter(($each) => {
    if (!$each.checkVisibility() || getComputedStyle($each).clipPath !== 'none') return false;
    const box = $each.getBoundingClientRect();
    const scrolls = $each.closest('[data-scrolls-sideways]');
    return box.width > 0 && !scrolls && (box.right > width + 1 || box.left < -1);
  });
  return [...(isWide ? ['the page'] : []), ...over.map(($each) => $each.id || $each.className || $each.tagName)];
}"""
"""What does not fit the width of the window."""

SMALL_TARGETS = """() => [...document.querySelectorAll('button, select, input, textarea, summary, .links a')].filter(($each) => {
  if (!$each.checkVisibility()) return false;
  const box = ($each.closest('.choice') ?? $each).getBoundingClientRect();
  return box.width > 0 && (box.width < 24 || box.height < 24);
}).map(($each) => $each.outerHTML.slice(0, 120))"""
"""Controls smaller than 24 px, WCAG 2.5.8."""


def violations(page: "Page", *, is_enhanced: bool = False) -> list[str]:
    """One line for each rule that the page breaks, with what breaks it."""
    rules = {ENHANCED: {"enabled": is_enhanced}}
    options = {"runOnly": {"type": "tag", "values": TAGS}, "rules": rules}
    found: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node.get('failureSummary', '')[:240]}"
        for each in found
        for node in each["nodes"]
    ]


def cut_off(page: "Page") -> list[str]:
    """What is lost when a reader spaces the text out."""
    style = page.evaluate_handle(
        """(text) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(text);
          document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
          return sheet;
        }""",
        SPACED,
    )
    page.wait_for_timeout(100)
    lost: list[str] = [*page.evaluate(CUT_OFF), *page.evaluate(SIDEWAYS)]
    page.evaluate(
        "(sheet) => { document.adoptedStyleSheets ="
        " document.adoptedStyleSheets.filter((each) => each !== sheet); }",
        style,
    )
    return lost


def sideways(page: "Page") -> list[str]:
    """What leads to scrolling in two directions."""
    found: list[str] = page.evaluate(SIDEWAYS)
    return found


def small_targets(page: "Page") -> list[str]:
    """Controls that a finger misses."""
    found: list[str] = page.evaluate(SMALL_TARGETS)
    return found


def walk(page: "Page", most: int = 120) -> list[str]:
    """Tab through the page once: what had the focus, in order; `!` where nobody can see it."""
    seen: list[str] = []
    page.evaluate(
        """() => {
          document.body.tabIndex = -1;
          document.body.focus();
          document.body.removeAttribute('tabindex');
        }"""
    )
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """async () => {
              await new Promise((settled) => requestAnimationFrame(() => requestAnimationFrame(settled)));
              const $now = document.activeElement;
              if (!$now || $now === document.body) return null;
              const shown = getComputedStyle($now).opacity === '0' ? $now.nextElementSibling : $now;
              const style = getComputedStyle(shown);
              const box = shown.getBoundingClientRect();
              const hasRing = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
              const inSight = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
              const middle = [(Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2, (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2];
              const $top = document.elementFromPoint(...middle);
              const isOnTop = $top && (shown.contains($top) || $top.contains(shown) || $now.closest('label')?.contains($top));
              const name = $now.id || $now.value || $now.textContent.trim().slice(0, 30) || $now.outerHTML.slice(0, 60);
              const faults = [hasRing ? '' : 'no ring', inSight ? '' : 'out of sight', isOnTop ? '' : 'covered'].filter(Boolean);
              return (faults.length ? `!${faults.join()}: ` : '') + name;
            }"""
        )
        if found is None or (seen and found == seen[0]):
            break
        seen.append(found)
    return seen
