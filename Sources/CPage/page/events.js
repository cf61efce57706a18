import { exchange } from "./api.js";

/** Splits a stream of server-sent events into its parts; a comment is an event without data. */
class EventParser {
  #text = "";
  #event = { type: "message", data: [], id: null };

  /** @returns {{type: string, data: string, id: ?string}[]} what the text completed. */
  push(text) {
    const complete = [];
    this.#text += text;
    const lines = this.#text.split(/\r\n|\n|\r(?!$)/);
    this.#text = lines.pop();
    for (const line of lines) {
      if (line === "") {
        const { type, data, id } = this.#event;
        if (data.length > 0) complete.push({ type, data: data.join("\n"), id });
        this.#event = { type: "message", data: [], id: null };
        continue;
      }
      const colon = line.indexOf(":");
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "event") this.#event.type = value;
      else if (field === "data") this.#event.data.push(value);
      else if (field === "id" && !value.includes("\0")) this.#event.id = value;
    }
    return complete;
  }
}

/**
 * Follows `/v1/events` for as long as the page is open. Read with fetch and not with EventSource, which hides the
 * comments that tell a silent daemon from a lost one, and gives up for good at the first refusal.
 */
export class EventStream {
  /** Without a byte for so long the connection counts as lost; the daemon says something every 10 s. */
  static silence = 25_000;

  #lastId = null;
  #handlers;

  /** @param {{event: function(string, object): void, state: function("open"|"lost"|"refused", ?Error): void}} handlers */
  constructor(handlers) { this.#handlers = handlers; }

  async run() {
    for (let failures = 0; ; failures += 1) {
      const abort = new AbortController();
      try {
        await this.#follow(abort, () => { failures = 0; });
        this.#handlers.state("lost", null);
      } catch (error) {
        const isRefusal = error.status === 401 || error.status === 403;
        this.#handlers.state(isRefusal ? "refused" : "lost", error);
      }
      abort.abort();
      await new Promise((resolve) => setTimeout(resolve, Math.min(5000, 500 * 2 ** Math.min(failures, 4))));
    }
  }

  async #follow(abort, opened) {
    const query = this.#lastId === null ? "" : `?after=${encodeURIComponent(this.#lastId)}`;
    let watch = setTimeout(() => abort.abort(), EventStream.silence);
    try {
      const response = await exchange("GET", `/v1/events${query}`, { signal: abort.signal });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const parser = new EventParser();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(watch);
        watch = setTimeout(() => abort.abort(), EventStream.silence);
        for (const { type, data, id } of parser.push(value)) {
          if (id !== null) this.#lastId = id;
          if (type === "hello") {
            opened();
            this.#handlers.state("open", null);
          }
          this.#handlers.event(type, JSON.parse(data));
        }
      }
    } finally {
      clearTimeout(watch);
    }
  }
}
