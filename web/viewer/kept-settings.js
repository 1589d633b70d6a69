// Where a reader's settings are kept: on the device, if it lets us, and in the address.

import { USUAL, fromKept, fromQuery, toKept, withoutSettings } from "../shared/reader-settings.js";

/** @typedef {import("../shared/reader-settings.js").ReaderSettings} ReaderSettings */

const PLACE = "captioner.reader";

/** @returns {Readonly<ReaderSettings>} the address counts more than what was kept */
export function readSettings() {
  return Object.freeze({ ...USUAL, ...fromKept(kept()), ...fromQuery(location.search) });
}

/**
 * @param {Readonly<ReaderSettings>} settings
 * @param {readonly string[]} changed names of what the reader chose by hand
 * @returns {boolean} whether they are there the next time
 */
export function keepSettings(settings, changed) {
  const query = withoutSettings(location.search, changed);
  if (query !== location.search.slice(1)) {
    history.replaceState(null, "", `${location.pathname}${query && `?${query}`}`);
  }
  try {
    localStorage.setItem(PLACE, toKept(settings));
    return true;
  } catch {
    return false; // a private window, or a device on which pages may keep nothing
  }
}

function kept() {
  try {
    return localStorage.getItem(PLACE);
  } catch {
    return null;
  }
}
