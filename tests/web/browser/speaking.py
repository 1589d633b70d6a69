"""A browser that speaks without a sound: Chromium without a desktop has no voices."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

SPEAKING = """
window.said = []; window.cancelled = 0;
const voices = [
  { name: 'Far away', lang: 'en-US', localService: false, default: true },
  { name: 'Daniel', lang: 'en-GB', localService: true },
  { name: 'Moira', lang: 'en-IE', localService: true },
  { name: 'Xander', lang: 'nl-NL', localService: true },
];
const synthesis = {
  getVoices: () => voices,
  addEventListener() {},
  cancel() { cancelled += 1; },
  speak(utterance) {
    said.push([utterance.text, utterance.voice.lang, utterance.rate]);
    document.documentElement.dataset.said = said.length;
    setTimeout(() => utterance.onend(), 20);
  },
};
Object.defineProperty(window, 'speechSynthesis', { value: synthesis });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""
"""Unrealistic: each sentence takes a moment only. Kept: what was said, in whose voice, how fast."""


def said(page: "Page", count: int) -> list[Any]:
    """What was said, once there are so many."""
    page.locator(f'html[data-said="{count}"]').wait_for()
    found: list[Any] = page.evaluate("said")
    return found
