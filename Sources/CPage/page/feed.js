import { exchange } from "./api.js";
import { isSynthesisedKind, pictureName } from "./picture.js";

/**
 * The newest live picture of one kind, again and again, never more than one on its way: whoever is slow sees fewer
 * pictures, not older ones.
 */
export class Feed {
  #abort = null;
  #view = null;
  #after = 0;

  /**
   * @param {{width: function(): number, picture: function(import("./picture.js").Picture), problem: function(?Error)}} handlers
   *   `problem` hears null when pictures come again.
   */
  constructor(handlers) { this.handlers = handlers; }

  get view() { return this.#view; }

  /** @param {?string} view null stops. */
  show(view) {
    if (view === this.#view) return;
    this.#view = view;
    this.restart();
  }

  /** Numbers begin again with another run of the daemon. */
  restart() {
    this.#abort?.abort();
    this.#abort = null;
    this.#after = 0;
    if (this.#view === null) return;
    this.#abort = new AbortController();
    this.#run(this.#view, this.#abort.signal);
  }

  async #run(view, signal) {
    while (!signal.aborted) {
      try {
        // Few sizes: the daemon scales a picture once for all who want the same.
        const width = Math.min(4096, Math.max(64, Math.ceil(this.handlers.width() / 128) * 128));
        const response = await exchange("GET", `/v1/live/frame?view=${encodeURIComponent(view)}&after=${this.#after}&width=${width}`, { signal });
        if (response.status === 204) continue;
        const picture = await read(response, view);
        if (signal.aborted) {
          picture.bitmap.close();
          return;
        }
        this.#after = picture.sequence;
        this.handlers.problem(null);
        this.handlers.picture(picture);
      } catch (error) {
        if (signal.aborted) return;
        this.handlers.problem(error);
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  }
}

async function read(response, view) {
  const number = (name) => {
    const text = response.headers.get(`NeuralLens-${name}`);
    return text === null ? null : Number(text);
  };
  const [ageMs, receivedAt] = [number("Age-Ms"), performance.now()];
  const bitmap = await createImageBitmap(await response.blob());
  const covers = response.headers.get("NeuralLens-Covers")?.split(",").map(Number);
  return {
    bitmap, view, label: pictureName(view),
    age: ageMs === null ? null : () => (ageMs + performance.now() - receivedAt) / 1000,
    // A header that went missing must not turn a drawn picture into an observed one.
    isSynthesised: response.headers.get("NeuralLens-Synthesised") === "true" || isSynthesisedKind(view),
    nmPerPixel: number("Nm-Per-Pixel"), covers: covers?.length === 4 ? covers : [0, 0, 1, 1],
    sequence: number("Sequence") ?? 0,
  };
}
