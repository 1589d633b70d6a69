// What a reader's page asks of the service besides its captions.

/** @typedef {import("../shared/outbox.js").Outcome} Outcome */

const PATIENCE_MS = 8000;

/**
 * @param {string} path
 * @param {object} body
 * @returns {Promise<Outcome>} never throws: a cut is an outcome
 */
export async function post(path, body) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body), signal: stop.signal });
    return await outcomeOf(answer);
  } catch {
    return { kind: "cut" };
  } finally {
    clearTimeout(timer);
  }
}

/** @param {Response} answer @returns {Promise<Outcome>} */
async function outcomeOf(answer) {
  if (answer.ok) return { kind: "taken" };
  if (answer.status === 429) return { kind: "wait", seconds: Number(answer.headers.get("Retry-After")) || 3 };
  if (answer.status >= 500) return { kind: "cut" };
  const problem = await answer.json().catch(() => null);
  return { kind: "refused", code: problem?.code ?? "", reason: problem?.message ?? `HTTP ${answer.status}` };
}

/** @param {string} path @returns {Promise<any>} null: no answer that could be used */
export async function read(path) {
  try {
    const answer = await fetch(path, { cache: "no-store" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
