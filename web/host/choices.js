// Lists to choose from: colours and languages.

import { el } from "../shared/dom.js";
import { languageName, pageLanguage, t } from "../shared/i18n.js";

/** @param {string} name of the palette */
export function colourLabel(name) {
  const key = `colour.${name}`;
  const label = t(`colour.${name}`);
  return label === key ? name : label;
}

/** @param {readonly string[]} colours @param {string} chosen */
export function colourOptions(colours, chosen) {
  const names = colours.includes(chosen) ? colours : [...colours, chosen];
  return names.map((name) => el("option", { value: name, selected: name === chosen }, colourLabel(name)));
}

/** @param {readonly string[]} languages codes */
export function languageOptions(languages) {
  const chosen = languages.includes(pageLanguage()) ? pageLanguage() : languages[0];
  return [...languages]
    .map((code) => ({ code, name: languageName(code) }))
    .sort((a, b) => a.name.localeCompare(b.name, pageLanguage()))
    .map(({ code, name }) => el("option", { value: code, lang: null, selected: code === chosen }, name));
}
