// How long to wait before trying again. Pure: the chance comes in as a number.

export const FIRST_DELAY_MS = 300;
export const LONGEST_DELAY_MS = 5000;

/**
 * Doubles with every failure up to five seconds. A random half of it keeps a roomful of tablets
 * from knocking at the same moment when the Wi-Fi comes back.
 *
 * @param {number} failures attempts in a row that came to nothing, from 1
 * @param {number} chance 0 to 1
 * @returns {number} milliseconds
 */
export function retryDelay(failures, chance) {
  const steps = Math.min(Math.max(failures, 1) - 1, 16);
  const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** steps);
  return Math.round(longest * (0.5 + chance / 2));
}
