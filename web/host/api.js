// The host's calls of docs/host-api.md.

import { CaptionerError } from "../shared/errors.js";
import { t } from "../shared/i18n.js";

/**
 * @typedef {{id: string, label: string, channels: number, rate: number, default: boolean, inputs: string[], monitor: boolean, known: Record<string, KnownDevice>}} Device
 * @typedef {{name: string, colour: string, language: string, chosen: boolean, channel: number}} KnownDevice
 * @typedef {{code: string, message: string} | null} Problem
 * @typedef {{name: string, demo: boolean, label: string, languages: string[]}} Weights
 * @typedef {{state: string, links: {url: string, label: string}[]}} Phone
 * @typedef {import("../shared/protocol.js").ChannelCard & {source: string, phone: Phone | null}} MeetingChannel
 *
 * @typedef {object} Meeting
 * @property {string} id
 * @property {string} code
 * @property {string} title
 * @property {string} state
 * @property {boolean} hears whether it has microphones: one that broke off has none
 * @property {"transcript" | "captions"} keep
 * @property {string} weights
 * @property {boolean} demo_weights
 * @property {number} viewers
 * @property {{url: string, label: string}[]} links
 * @property {MeetingChannel[]} channels
 */

/**
 * @typedef {{id: string, title: string, code: string, readable: boolean, ended: boolean, deleted_on: string | null}} KeptMeeting
 * @typedef {{meetings: KeptMeeting[], days: number, keep: "transcript" | "captions", problem: Problem, deletions: {at: string, meeting: string, what: string}[]}} Kept
 * @typedef {{channel: number, source: string, muted: boolean, heard: import("./hears-best.js").Heard | null, caption_age_s: number | null}} ChannelCheck
 * @typedef {{lines: import("./check-words.js").Check[], channels: ChannelCheck[], pairs: import("./hears-best.js").Pair[]}} Checked
 * @typedef {{links: import("./check-words.js").PingLink[]}} Pings
 */

/**
 * @typedef {{id: number, kind: "pull" | "import" | "verify" | "measure", name: string, state: "running" | "done" | "failed" | "cancelled", here: number, total: number, code: string, message: string}} Errand
 * @typedef {{name: string, demo: boolean, languages: string[], size_bytes: number, memory_mb: number | null, speakers: number | null, hint: string, removable: boolean}} WeightsCard
 * @typedef {{name: string, from_code: string, to_code: string, version: string, size_bytes: number}} PackageCard
 * @typedef {{name: string, disk_mb: number, memory_mb: number, speakers: number | null, recommended: boolean, here: boolean}} SizeCard
 * @typedef {{name: string, from_code: string, to_code: string, version: string, here: boolean}} OfferCard
 * @typedef {{folder: string, used_bytes: number, free_bytes: number, measured: boolean, weights: WeightsCard[], packages: PackageCard[], sizes: SizeCard[], half_fetched: {name: string, bytes: number}[], broken: string[], errand: Errand | null}} Stock
 */

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<any>}
 */
async function call(method, path, body) {
  const headers = body ? { "Content-Type": "application/json" } : undefined;
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  } catch {
    throw new CaptionerError("unreachable", t("problem.unreachable"));
  }
  if (answer.status === 204) return null;
  const result = await answer.json().catch(() => null);
  if (!answer.ok || !result) {
    const message = result?.message ?? `${t("problem.unreachable")} (HTTP ${answer.status})`;
    const error = new CaptionerError(result?.code ?? "unreachable", message);
    if (error.code === "stale_edit") Object.assign(error, { text: result.text, rev: result.rev, state: result.state });
    throw error;
  }
  return result;
}

/**
 * @param {string} path
 * @param {Blob} file
 * @returns {Promise<Response>} an answer that is none of trouble
 */
async function send(path, file) {
  const headers = { "Content-Type": "application/json" };
  let answer;
  try {
    answer = await fetch(path, { method: "POST", headers, body: file });
  } catch {
    throw new CaptionerError("unreachable", t("problem.unreachable"));
  }
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => null);
  const message = problem?.message ?? `${t("problem.unreachable")} (HTTP ${answer.status})`;
  throw new CaptionerError(problem?.code ?? "unreachable", message);
}

/** @param {string} id */
const at = (id) => `/api/meetings/${encodeURIComponent(id)}`;

export const api = {
  /** @returns {Promise<{devices: Device[], problem: Problem}>} */
  devices: () => call("GET", "/api/devices"),
  /** @returns {Promise<{weights: Weights[], chosen: string | null, problem: Problem}>} */
  weights: () => call("GET", "/api/weights"),
  /** @returns {Promise<Stock>} */
  stock: () => call("GET", "/api/models"),
  /** Asks the Argos index. @returns {Promise<{packages: OfferCard[]}>} */
  offers: () => call("GET", "/api/models/offers"),
  /** @returns {Promise<{errand: Errand | null}>} */
  errand: () => call("GET", "/api/models/errand"),
  /** @param {string} kind @param {string} name @returns {Promise<{errand: Errand}>} */
  beginErrand: (kind, name) => call("POST", "/api/models/errand", { kind, name }),
  /** @returns {Promise<{errand: Errand | null}>} */
  cancelErrand: () => call("DELETE", "/api/models/errand"),
  /** @param {string} name */
  removeWeights: (name) => call("DELETE", `/api/models/${name.split("/").map(encodeURIComponent).join("/")}`),
  /** @returns {Promise<{colours: string[]}>} */
  palette: () => call("GET", "/api/palette"),
  /** @returns {Promise<{meetings: Meeting[], role: "host" | "helper"}>} */
  meetings: () => call("GET", "/api/meetings"),
  /** @param {object} plan @returns {Promise<Meeting>} */
  create: (plan) => call("POST", "/api/meetings", plan),
  /** @param {string} id @returns {Promise<Meeting>} */
  meeting: (id) => call("GET", at(id)),
  /** @param {string} id @param {number} channel @param {{name?: string, colour?: string, muted?: boolean, private?: boolean}} change @returns {Promise<Meeting>} */
  changeChannel: (id, channel, change) => call("PATCH", `${at(id)}/channels/${channel}`, change),
  /** @param {string} id @returns {Promise<Meeting>} */
  end: (id) => call("POST", `${at(id)}/end`),
  /** @param {string} id @returns {Promise<Meeting>} */
  resume: (id) => call("POST", `${at(id)}/resume`),
  /** @param {string} id */
  deleteMeeting: (id) => call("DELETE", at(id)),
  /** @param {string} id @param {boolean} on @returns {Promise<Meeting>} */
  pause: (id, on) => call("POST", `${at(id)}/pause`, { on }),
  /** @param {string} id @param {boolean} on @returns {Promise<Meeting>} */
  makePrivate: (id, on) => call("POST", `${at(id)}/private`, { on }),
  /** @param {string} id @param {string} text */
  markTopic: (id, text) => call("POST", `${at(id)}/topics`, { text }),
  /** @param {string} id @param {string} topic */
  deleteTopic: (id, topic) => call("DELETE", `${at(id)}/topics/${encodeURIComponent(topic)}`),
  /** @param {string} id @param {{device: string, name: string, colour: string, language: string}} channel @returns {Promise<Meeting>} */
  addMicrophone: (id, channel) => call("POST", `${at(id)}/channels`, channel),
  /** @param {string} id @param {number} channel @returns {Promise<Meeting>} */
  removeMicrophone: (id, channel) => call("DELETE", `${at(id)}/channels/${channel}`),
  /** @param {string} id @param {number} channel @param {number} other @returns {Promise<Meeting>} */
  swap: (id, channel, other) => call("POST", `${at(id)}/channels/${channel}/swap`, { with: other }),
  /** @returns {Promise<{hosts: import("./hosts-panel.js").Host[]}>} */
  hosts: () => call("GET", "/api/hosts"),
  /** @param {"host" | "helper"} role @returns {Promise<{token: string, seconds: number, links: {url: string, label: string}[]}>} */
  invite: (role) => call("POST", "/api/hosts/invitations", { role }),
  /** @param {string} seat */
  takeBack: (seat) => call("DELETE", `/api/hosts/${encodeURIComponent(seat)}`),
  /** @param {string} token @param {number} link */
  invitationQrPath: (token, link) => `/api/hosts/invitations/${encodeURIComponent(token)}/qr.svg?link=${link}`,
  /** @param {string} id @param {string} utterance @param {string} text @param {number} rev that is corrected */
  editCaption: (id, utterance, text, rev) => call("PATCH", `${at(id)}/utterances/${encodeURIComponent(utterance)}`, { text, rev }),
  /** @param {string} id @param {string} utterance */
  deleteCaption: (id, utterance) => call("DELETE", `${at(id)}/utterances/${encodeURIComponent(utterance)}`),
  /** @param {string} id @param {string} message */
  deleteMessage: (id, message) => call("DELETE", `${at(id)}/messages/${encodeURIComponent(message)}`),
  /** @param {string} id @param {number} channel */
  deleteSpoken: (id, channel) => call("DELETE", `${at(id)}/channels/${channel}/utterances`),
  /** @returns {Promise<Kept>} */
  record: () => call("GET", "/api/record"),
  /** @param {object} asked @returns {Promise<{suggested: string | null}>} */
  suggestLanguage: (asked) => call("POST", "/api/devices/language", asked),
  /** @returns {Promise<{languages: {code: string, name: string, from: string[]}[]}>} */
  languages: () => call("GET", "/api/languages"),
  /** @returns {Promise<{rooms: import("./rooms.js").Room[]}>} */
  rooms: () => call("GET", "/api/rooms"),
  /** @param {string} name */
  forgetRoom: (name) => call("DELETE", `/api/rooms/${encodeURIComponent(name)}`),
  /** @returns {Promise<Checked>} */
  check: () => call("GET", "/api/check"),
  /** @param {string} weights @returns {Promise<import("./check-words.js").Check>} */
  measure: (weights) => call("POST", "/api/check/engine", { weights }),
  /** @returns {Promise<Pings>} */
  pings: () => call("GET", "/api/check/pings"),
  /** @returns {Promise<Pings>} */
  newPings: () => call("POST", "/api/check/pings"),
  /** @param {number} link */
  pingQrPath: (link) => `/api/check/qr.svg?link=${link}`,
  /** @param {string} id @param {string} query @returns {Promise<import("./old-meeting.js").Shown>} */
  preview: (id, query) => call("GET", `${at(id)}/preview?${query}`),
  /** @param {string} id @returns {Promise<import("./statistics.js").Statistics>} */
  statistics: (id) => call("GET", `${at(id)}/statistics`),
  /** @param {string} id */
  eventsPath: (id) => `${at(id)}/events`,
  /** @param {string} id @param {number} link */
  qrPath: (id, link) => `${at(id)}/qr.svg?link=${link}`,
  /** @param {string} id @param {number} channel @param {number} link */
  phoneQrPath: (id, channel, link) => `${at(id)}/channels/${channel}/qr.svg?link=${link}`,
  /** @param {string} id @param {string} format */
  transcriptPath: (id, format) => `${at(id)}/transcript.${format}`,
  /** @param {Blob} file @param {string} query @returns {Promise<object>} what host-api.md says */
  openTranscript: async (file, query) => (await send(`/api/transcripts?${query}`, file)).json(),
  /** @param {Blob} file @param {string} format @param {string} query @returns {Promise<Blob>} */
  convertTranscript: async (file, format, query) =>
    (await send(`/api/transcripts/transcript.${format}?${query}`, file)).blob(),
};
