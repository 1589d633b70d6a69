// The reader's settings as controls. Whatever is chosen shows at once: in the sample on top and in
// the captions beside it.

import { fillRow, makeRow } from "../shared/caption-row.js";
import { el, need, setAttribute, setText } from "../shared/dom.js";
import { t, pageLanguage } from "../shared/i18n.js";
import { CHOICES, RANGES, USUAL, toQuery } from "../shared/reader-settings.js";
import { captionSize } from "./appearance.js";

/** @typedef {import("../shared/reader-settings.js").ReaderSettings} ReaderSettings */
/** @typedef {import("./page.js").ViewerPage} ViewerPage */
/** @typedef {{$field: HTMLElement, show: (settings: Readonly<ReaderSettings>) => void}} Control */

/** @param {ViewerPage} page */
export function mountSettings(page) {
  const $dialog = /** @type {HTMLDialogElement} */ (need("settings"));
  document.head.append(el("link", { rel: "stylesheet", href: "/assets/viewer/settings.css" }));
  const controls = [
    ...section("settings-text", "settings.text", [
      range(page, "size", (settings) => `${captionSize(settings)}`),
      choice(page, "theme"),
      choice(page, "font"),
      range(page, "spacing", (settings) => decimal(settings.spacing)),
      range(page, "width", (settings) => t("settings.width_value", { count: settings.width })),
      choice(page, "chips"),
    ]),
    ...section("settings-captions", "settings.captions", [
      choice(page, "flow"),
      toggle(page, "names"),
      toggle(page, "times"),
      choice(page, "idle"),
    ]),
    more(page),
  ];
  const preview = new Preview(need("preview"));
  const show = () => {
    for (const control of controls) control.show(page.settings);
    preview.show(page.settings);
  };
  page.onSettings(show);
  need("open-settings").addEventListener("click", () => {
    // Beside the captions, these show what is chosen; on a phone, or before any, a sample does.
    need("preview").hidden = page.rows.length > 0 && window.matchMedia("(min-width: 48rem)").matches;
    show();
    $dialog.showModal();
    document.documentElement.toggleAttribute("data-settings", true);
  });
  $dialog.addEventListener("close", () => document.documentElement.toggleAttribute("data-settings", false));
}

/** @param {string} id @param {string} title @param {Control[]} controls */
function section(id, title, controls) {
  need(id).append(el("h3", {}, t(title)), ...controls.map((control) => control.$field));
  return controls;
}

/** @param {ViewerPage} page @param {keyof typeof CHOICES} name @returns {Control} */
export function choice(page, name) {
  const inputs = CHOICES[name].map((value) => {
    const $input = /** @type {HTMLInputElement} */ (el("input", { type: "radio", name: `setting-${name}`, value }));
    $input.addEventListener("change", () => page.change({ [name]: value }));
    return $input;
  });
  const $choices = inputs.map(($input) =>
    el("label", { class: "choice" }, $input, el("span", {}, t(`settings.${name}.${$input.value}`))),
  );
  const $field = el("fieldset", { class: "setting" }, el("legend", {}, t(`settings.${name}`)), el("div", { class: "choices" }, ...$choices));
  return {
    $field,
    show: (settings) => {
      for (const $input of inputs) $input.checked = settings[name] === $input.value;
    },
  };
}

/** @param {ViewerPage} page @param {keyof typeof RANGES} name @param {(settings: Readonly<ReaderSettings>) => string} words @returns {Control} */
function range(page, name, words) {
  const { least, most, step } = RANGES[name];
  const id = `setting-${name}`;
  const $input = /** @type {HTMLInputElement} */ (el("input", { type: "range", id, min: least, max: most, step }));
  $input.addEventListener("input", () => page.change({ [name]: Number($input.value) }));
  const $value = el("span", { class: "value" });
  const $field = el("div", { class: "setting" }, el("label", { for: id }, t(`settings.${name}`), $value), $input);
  return {
    $field,
    show: (settings) => {
      const shown = name === "size" ? captionSize(settings) : settings[name];
      if (Number($input.value) !== shown) $input.value = String(shown);
      const isUsual = name === "size" && settings.size === 0;
      setText($value, isUsual ? `${words(settings)} · ${t("settings.size_usual")}` : words(settings));
      setAttribute($input, "aria-valuetext", $value.textContent);
    },
  };
}

/** @param {ViewerPage} page @param {"names" | "times"} name @returns {Control} */
function toggle(page, name) {
  const id = `setting-${name}`;
  const $input = /** @type {HTMLInputElement} */ (el("input", { type: "checkbox", id }));
  $input.addEventListener("change", () => page.change({ [name]: $input.checked ? "on" : "off" }));
  const $field = el("div", { class: "switch-line" }, $input, el("label", { for: id }, t(`settings.${name}`)));
  return {
    $field,
    show: (settings) => {
      $input.checked = settings[name] === "on";
    },
  };
}

/** A link that carries the settings, and the way back. @param {ViewerPage} page @returns {Control} */
function more(page) {
  const $link = /** @type {HTMLInputElement} */ (el("input", { id: "setting-link", class: "own-link", type: "text", readonly: true, "aria-describedby": "setting-link-help" }));
  $link.addEventListener("focus", () => $link.select());
  const $reset = el("button", { type: "button" }, t("settings.reset"));
  $reset.addEventListener("click", () => page.change({ ...USUAL, view: page.settings.view }));
  const $help = el("p", { id: "setting-link-help", class: "quiet" });
  need("settings-more").append(
    el("div", { class: "setting" }, el("label", { for: "setting-link" }, t("settings.link")), $link, $help),
    el("div", {}, $reset),
  );
  return {
    $field: $link,
    show: (settings) => {
      const query = toQuery(settings);
      $link.value = `${location.origin}${location.pathname}${query && `?${query}`}`;
      setText($help, t(page.isKept ? "settings.link_help" : "settings.not_kept"));
    },
  };
}

/** @param {number} value */
function decimal(value) {
  return value.toLocaleString(pageLanguage(), { minimumFractionDigits: 1 });
}

/** Two made-up captions that look as the real ones will. */
class Preview {
  /** @param {HTMLElement} $preview */
  constructor($preview) {
    this.items = sampleRows().map((row) => {
      const item = makeRow(row);
      $preview.append(item.$row);
      return item;
    });
  }

  /** @param {Readonly<ReaderSettings>} settings */
  show(settings) {
    sampleRows().forEach((row, at) => fillRow(this.items[at], row));
    setAttribute(need("preview"), "data-flow", settings.flow);
  }
}

/** @returns {import("../shared/captions-view.js").Row[]} */
function sampleRows() {
  const said = [
    { name: "Anna", letter: "A", colour: "blue", text: t("settings.sample_first") },
    { name: "Bram", letter: "B", colour: "orange", text: t("settings.sample_second") },
  ];
  return said.map(({ name, letter, colour, text }, at) => {
    const card = { channel: at + 1, name, letter, colour, language: "", state: /** @type {const} */ ("live") };
    const entry = {
      ...{ kind: /** @type {const} */ ("caption"), id: name, channel: at + 1, rev: 1, text, language: "" },
      ...{ state: /** @type {const} */ ("final"), stable: 0, start: at, end: at, seq: at, translations: {} },
    };
    return { key: name, entry, card, name, startMs: Date.now(), texts: [{ text, language: "", role: /** @type {const} */ ("spoken") }], isLive: false, isSettled: true, position: 0 };
  });
}
