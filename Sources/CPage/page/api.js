/** Requests to the daemon that served this page. */

/** Why a request brought nothing: the daemon's problem details, or `unreachable`. */
class ProblemError extends Error {
  /** @param {{detail: string, hint?: string, type?: string, kind?: string, status?: number}} problem */
  constructor(problem) {
    super(problem.hint ? `${problem.detail}: ${problem.hint}` : problem.detail);
    this.detail = problem.detail;
    this.hint = problem.hint ?? "";
    // As in `tag:neurallens,2026:field-changed`.
    this.kind = problem.kind ?? problem.type?.split(":").at(-1) ?? "";
    this.status = problem.status ?? 0;
  }

  get isUnreachable() { return this.kind === "unreachable"; }
}

/** `/v1/…` with every part encoded, so that a name may hold any character. */
export const path = (...parts) => "/v1/" + parts.map((part) => encodeURIComponent(part)).join("/");

/**
 * @param {string} method
 * @param {string} url
 * @param {{body?: object, signal?: AbortSignal}} [more]
 * @returns {Promise<Response>} with a status below 300.
 */
export async function exchange(method, url, { body, signal } = {}) {
  let response;
  try {
    response = await fetch(url, {
      method, signal, cache: "no-store", credentials: "same-origin",
      // Every request that is no GET says it is JSON: a form of another site cannot.
      headers: method === "GET" ? {} : { "Content-Type": "application/json" },
      body: method === "GET" ? undefined : JSON.stringify(body ?? {}),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ProblemError({ kind: "unreachable", detail: "the daemon does not answer", hint: "it may be restarting" });
  }
  if (response.ok) return response;
  let problem;
  try { problem = await response.json(); } catch { problem = {}; }
  throw new ProblemError({ detail: `the daemon answered with status ${response.status}`, ...problem, status: response.status });
}

async function json(method, url, more) {
  const response = await exchange(method, url, more);
  return response.status === 204 ? null : response.json();
}

export const get = (url, signal) => json("GET", url, { signal });
export const post = (url, body) => json("POST", url, { body });
export const put = (url, body) => json("PUT", url, { body });
export const remove = (url, body) => json("DELETE", url, { body });
export const patch = (url, body) => json("PATCH", url, { body });
