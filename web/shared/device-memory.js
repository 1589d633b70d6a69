// What a page remembers on this device. A browser that forbids it forgets, and nothing breaks.

const PREFIX = "captioner.";

/**
 * @param {string} key
 * @param {() => Storage} [storage] asked for late: a browser may forbid even the look
 * @returns {string | null}
 */
export function recall(key, storage = () => window.localStorage) {
  try {
    return storage().getItem(PREFIX + key);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string | null} value null forgets @param {() => Storage} [storage] */
export function remember(key, value, storage = () => window.localStorage) {
  try {
    if (value === null || value === "") storage().removeItem(PREFIX + key);
    else storage().setItem(PREFIX + key, value);
  } catch {
    // Full or forbidden: it holds until the page is left.
  }
}

/** Kept until the tab is closed, also when the page is loaded anew. */
export const untilClosed = () => window.sessionStorage;
