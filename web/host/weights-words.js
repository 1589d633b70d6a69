// Weights and packages in words; no page in here.

import { t } from "../shared/i18n.js";

/** Argos has codes of its own for some languages. @type {Record<string, string>} */
const ARGOS_CODES = { zt: "zh-Hant", pb: "pt-BR" };

const ERRAND_KEYS = { pull: "stock.pulling", import: "stock.importing", verify: "stock.verifying", measure: "stock.measuring" };

/** Shown at once; any other is fetched by its name. */
export const USUAL_SIZES = ["large-v3", "large-v3-turbo", "medium", "small", "base", "tiny"];

/** @param {number} bytes */
export function inBytes(bytes) {
  const [value, unit] = bytes >= 1e9 ? [bytes / 1e9, "GB"] : [bytes / 1e6, "MB"];
  return `${value.toFixed(unit === "GB" && value < 100 ? 1 : 0)} ${unit}`;
}

/** The name of a language in that language; its code where nobody knows one. @param {string} code */
export function ownName(code) {
  const known = ARGOS_CODES[code] ?? code;
  try {
    const name = new Intl.DisplayNames([known], { type: "language" }).of(known);
    return name && name !== known ? name : code;
  } catch {
    return code;
  }
}

/** @param {{from_code: string, to_code: string}} pair */
export function pairName(pair) {
  return `${ownName(pair.from_code)} → ${ownName(pair.to_code)}`;
}

/** @param {number | null} speakers null: not known */
export function speakersText(speakers) {
  if (speakers === null) return "";
  if (speakers === 0) return t("stock.too_large");
  return t("stock.speakers", { count: speakers });
}

/**
 * What a host must know of weights that this computer cannot hold well; empty: nothing.
 *
 * @param {{name: string, speakers: number | null}} card
 * @param {string} recommended the size that would do; empty: not known
 */
export function hintText({ name, speakers }, recommended) {
  if (speakers === null || speakers > 1) return "";
  const hint = t(speakers === 0 ? "stock.hint_large" : "stock.hint_tight", { name });
  return recommended && recommended !== name ? `${hint} ${t("stock.hint_take", { name: recommended })}` : hint;
}

/** @param {import("./api.js").WeightsCard} card */
export function weightsFacts(card) {
  const languages = card.languages.length === 1 ? ownName(card.languages[0]) : t("stock.languages", { count: card.languages.length });
  return [
    card.demo ? t("stock.demo") : languages,
    t("stock.disk", { size: inBytes(card.size_bytes) }),
    card.memory_mb === null ? "" : t("stock.memory", { size: inBytes(card.memory_mb * 1e6) }),
    speakersText(card.speakers),
  ].filter(Boolean).join(" · ");
}

/** @param {import("./api.js").SizeCard} card */
export function sizeFacts(card) {
  return [
    t("stock.to_fetch", { size: inBytes(card.disk_mb * 1e6) }),
    t("stock.memory", { size: inBytes(card.memory_mb * 1e6) }),
    speakersText(card.speakers),
  ].filter(Boolean).join(" · ");
}

/** What goes on, in words with how far it is. @param {import("./api.js").Errand} errand */
export function errandText(errand) {
  const name = errand.name || t("stock.everything");
  const what = t(ERRAND_KEYS[errand.kind], { name });
  if (errand.total > 0) return `${what}: ${Math.floor((100 * errand.here) / errand.total)} % ${t("stock.of", { size: inBytes(errand.total) })}`;
  return errand.here > 0 ? `${what}: ${inBytes(errand.here)}` : what;
}

/** How it ended, for a host. @param {import("./api.js").Errand} errand */
export function endText(errand) {
  if (errand.state === "cancelled") return t("stock.stopped");
  if (errand.state === "failed") return errand.message;
  if (errand.kind === "verify") return t("stock.verified");
  if (errand.kind === "measure") return t("stock.measured");
  return t("stock.arrived", { name: errand.name });
}
