// What the check page says of each thing, and how to mend it. Pure but for the words.

import { pageLanguage, t } from "../shared/i18n.js";
import { deviceWords } from "./device-words.js";

/**
 * @typedef {{name: string, ok: boolean, detail: string, fix: string, code: string, figures: Record<string, string | number>}} Check
 * @typedef {{url: string, label: string, reached_by: string, opened_here: boolean}} PingLink
 * @typedef {import("./hears-best.js").Heard} Heard
 * @typedef {{name: string, label: string, level: import("./hears-best.js").DeviceLevel | null, captionAgeS: number | null, isLive: boolean, state: string, pair: string}} MicrophoneFacts
 * @typedef {{ok: boolean | null, title: string, text: string, fix: string}} Line `ok` null: nobody has tried
 */

/** In the language of the page where it knows the finding, else in the service's own sentence. @param {Check} check @returns {Line} */
export function checkLine({ name, ok, detail, fix, code, figures }) {
  const values = Object.fromEntries(Object.entries(figures ?? {}).map(([key, value]) => [key, shown(value)]));
  return {
    ok,
    title: say(name.replaceAll(" ", "_"), name),
    text: say(code, detail, values),
    fix: ok ? "" : say(`${code}.fix`, fix, values),
  };
}

/** @param {MicrophoneFacts} facts @returns {Line} */
export function microphoneLine({ name, label, level, captionAgeS, isLive, state, pair }) {
  const title = name ? `${name} (${label})` : label;
  if (state === "lost") return { ok: false, title, text: t("check.mic_lost"), fix: t("check.mic_lost.fix") };
  if (state === "muted") return { ok: true, title, text: t("channel.muted"), fix: "" };
  const { sign, text } = deviceWords(level);
  const isFine = sign === "speaking" || sign === "listening";
  const figures = level?.heard ? t("check.mic_figures", figuresOf(level.heard)) : "";
  const caption = isLive ? captionWords(captionAgeS) : "";
  return {
    ok: isFine && !pair,
    title,
    text: [isFine ? text : "", figures, caption].filter(Boolean).join(" "),
    fix: [isFine ? "" : text, pair].filter(Boolean).join(" "),
  };
}

/** @param {Heard} heard */
function figuresOf({ voice_db, peak_db, floor_db }) {
  return { level: Math.round(voice_db ?? floor_db), peak: Math.round(peak_db), floor: Math.round(floor_db) };
}

/** @param {number | null} ageS */
function captionWords(ageS) {
  return ageS === null ? t("check.no_caption") : t("check.last_caption", { count: Math.round(ageS) });
}

/** @param {PingLink} link @returns {Line} */
export function pingLine({ url, reached_by, opened_here }) {
  const title = new URL(url).host;
  if (reached_by) return { ok: true, title, text: t("ping.reached", { address: reached_by }), fix: "" };
  return { ok: null, title, text: opened_here ? t("ping.here") : t("ping.waiting"), fix: t("ping.fix") };
}

/** @param {string} what @param {string} otherwise @param {Record<string, string | number>} [values] */
function say(what, otherwise, values = {}) {
  const text = t(`check.${what}`, values);
  return text === `check.${what}` ? otherwise : text;
}

/** @param {string | number} value */
function shown(value) {
  return typeof value === "number" ? new Intl.NumberFormat(pageLanguage(), { maximumFractionDigits: 2 }).format(value) : value;
}
