import { get, path, post } from "./api.js";
import { byId, setText } from "./dom.js";
import { plural } from "./format.js";
import { shortcut } from "./keys.js";
import { attempt, note, say, speak } from "./messages.js";
import { block } from "./permission.js";
import { current, listen, publish } from "./state.js";

/** Triggers captures from the live view and follows them. */

/** The job that this page began last, or heard of last. */
let followed = null;

export function startTrigger(isVisible) {
  const form = byId("capture-form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    capture();
  });
  byId("capture-stop").addEventListener("click", stop);
  listen("job", update);
  listen("slide", offer);
  listen("status", offer);
  offer();
  shortcut("Live", ["t"], "capture as the form says", () => form.requestSubmit(), { isActive: () => isVisible() && !byId("capture-button").disabled });
}

/** Asks how the job went on while the connection was lost; a page that has just come takes up the oldest open one. */
export async function refreshJob() {
  const job = followed ? await get(path("jobs", followed)).catch(() => null) : (await get("/v1/jobs").catch(() => []))[0];
  if (job || followed) publish("job", job ?? null);
}

function offer() {
  const slide = current("slide");
  const isAway = current("status")?.camera.state === "unavailable";
  const button = byId("capture-button");
  setText(byId("capture-slide"), slide ? `onto ${slide}` : "no slide yet");
  block(button, !slide ? "make or choose a slide first" : isAway ? "the camera is away" : "");
}

function capture() {
  const form = byId("capture-form");
  attempt(form.querySelector(".message"), async () => {
    const request = { slide: current("slide"), count: byId("capture-count").valueAsNumber, interval_seconds: byId("capture-interval").valueAsNumber };
    const job = await post("/v1/captures", request);
    followed = job.id;
    publish("job", job);
    return "";
  }, byId("capture-button"));
}

function stop() {
  const job = followed;
  if (!job) return;
  attempt(byId("capture-form").querySelector(".message"), async () => {
    publish("job", await post(path("jobs", job, "stop")));
    return "stopped; the fields taken are kept";
  }, byId("capture-stop"));
}

function update(job) {
  const form = byId("capture-form");
  const bar = byId("capture-progress");
  if (!job) {
    bar.hidden = true;
    return;
  }
  const isFinal = ["done", "failed", "stopped", "parked"].includes(job.state);
  // Another client's captures are shown too, unless this page has its own under way.
  if (followed && followed !== job.id && !isFinal) return;
  if (!isFinal) followed = job.id;
  bar.hidden = isFinal;
  bar.querySelector("progress").value = job.progress.fraction;
  setText(bar.querySelector("span"), job.progress.message);
  if (!isFinal) return;
  if (job.id === followed) followed = null;
  const message = form.querySelector(".message");
  if (job.state === "done") {
    note(message, `${plural(job.requested, "field")} of ${job.slide} captured`, "good");
    speak(`${plural(job.requested, "field")} captured`);
  } else if (job.state === "parked") {
    note(message, "the daemon is stopping; it goes on with the captures when it starts again", "");
  } else if (job.state === "stopped") {
    note(message, "stopped; the fields taken are kept", "");
  } else {
    const reason = job.problem ? `${job.problem.detail}: ${job.problem.hint}` : job.progress.message;
    note(message, reason, "bad");
    say(`Captures of ${job.slide} failed: ${reason}`, "bad");
  }
}
