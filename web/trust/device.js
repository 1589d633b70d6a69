// Which steps are for this device. Pure.

/**
 * An iPad says that it is a Mac; only its touch screen gives it away.
 *
 * @param {string} agent navigator.userAgent
 * @param {number} touchPoints navigator.maxTouchPoints
 * @returns {"ios" | "android" | "windows" | "macos" | null}
 */
export function deviceOf(agent, touchPoints) {
  if (/iPhone|iPad|iPod/.test(agent)) return "ios";
  if (/Android/.test(agent)) return "android";
  if (/Windows/.test(agent)) return "windows";
  if (/Macintosh/.test(agent)) return touchPoints > 1 ? "ios" : "macos";
  return null;
}
