// A room that was set up before, laid over the microphones that are here today. Pure.

/**
 * @typedef {{device: string, label: string, name: string, colour: string, language: string}} RoomChannel
 * @typedef {{name: string, channels: RoomChannel[], weights: string, glossary: string, keep: "transcript" | "captions", notice: string, languages: string[]}} Room
 */

/**
 * Which places have their microphone, and which miss it. A microphone of the same name that is free is only
 * proposed: it may be anybody's.
 *
 * @param {Room} room
 * @param {readonly {id: string, label: string}[]} choices the microphones that are here
 * @returns {{present: RoomChannel[], missing: {channel: RoomChannel, proposed: string}[]}}
 */
export function layOut(room, choices) {
  const here = new Set(choices.map(({ id }) => id));
  const isHere = (/** @type {RoomChannel} */ { device }) => here.has(device) || device.startsWith("phone:");
  const present = room.channels.filter(isHere);
  const used = new Set(present.map(({ device }) => device));
  const missing = room.channels
    .filter((channel) => !isHere(channel))
    .map((channel) => {
      const like = choices.find(({ id, label }) => !used.has(id) && label !== "" && label === channel.label);
      if (like) used.add(like.id);
      return { channel, proposed: like?.id ?? "" };
    });
  return { present, missing };
}
