// What a host may choose as a microphone, out of the devices that the server offers. Pure.

/** @typedef {import("./api.js").Device} Device */
/** @typedef {import("./api.js").KnownDevice} KnownDevice */

/**
 * @typedef {object} Choice
 * @property {string} id
 * @property {Device} device
 * @property {number} input 1 and up; 0: the device as a whole
 * @property {KnownDevice | null} known what was chosen for it last time
 * @property {boolean} isTwin whether another device has the same name
 */

const NUMBERED = / #\d+$/;

/**
 * One choice for each device and for each of its inputs, in the order of the last meeting: first
 * those that were in it.
 *
 * @param {readonly Device[]} devices
 * @returns {Choice[]}
 */
export function choicesOf(devices) {
  const names = devices.map(({ label }) => label.replace(NUMBERED, ""));
  const choices = devices.flatMap((device, at) => {
    const isTwin = names.filter((name) => name === names[at]).length > 1;
    return [device.id, ...device.inputs].map((id, input) => ({ id, device, input, isTwin, known: device.known[id] ?? null }));
  });
  const places = new Map(devices.map((device) => [device, placeOf(device)]));
  // A stable sort: a device's inputs stay with it, in their order.
  return choices.sort((a, b) => (places.get(a.device) ?? 0) - (places.get(b.device) ?? 0));
}

/** Whether a device was last used by its inputs. @param {Device} device */
export function isSplit(device) {
  return device.inputs.some((id) => device.known[id]?.chosen);
}

/** @param {Device} device */
function placeOf(device) {
  const channels = Object.values(device.known).filter(({ chosen }) => chosen).map(({ channel }) => channel);
  return channels.length > 0 ? Math.min(...channels) : Infinity;
}
