import { get } from "./api.js";
import { refreshCamera, startCamera } from "./camera.js";
import { captureChanged, refreshCaptures, showCaptures, startCaptures } from "./captures.js";
import { byId, setText } from "./dom.js";
import { EventStream } from "./events.js";
import { refreshGrains, showGrains, startGrains } from "./grains.js";
import { showGroups, startGroups } from "./groups.js";
import { logged, refreshLog, showHealth, startHealth } from "./health.js";
import { shortcut, startKeys } from "./keys.js";
import { refreshLabels, showLabel, startLabel } from "./label.js";
import { lensActivated, refreshLenses, showLenses, startLenses } from "./lenses.js";
import { refreshLive, showLive, startLive } from "./live.js";
import { banner, clearBanner, say } from "./messages.js";
import { askSession } from "./permission.js";
import { planChanged, refreshPlans, startPlans } from "./plans.js";
import { refreshReadings, showReading, startReading } from "./reading.js";
import { showSeason, startSeason } from "./season.js";
import { countsChanged, refreshSlides, showSlides, slideChanged, startSlides } from "./slides.js";
import { current, listen, publish } from "./state.js";
import { refreshTeachings, showTeach, startTeach, teachingChanged } from "./teach.js";
import { startTheme, toggleTheme } from "./theme.js";
import { refreshJob, startTrigger } from "./trigger.js";

/** Puts the parts together: pages, events, and what is said of the instrument as a whole. */

const nothing = () => {};
const pages = {
  live: { title: "Live", key: "l", show: showLive }, slides: { title: "Slides", key: "s", show: showSlides },
  grains: { title: "Grains", key: "g", show: showGrains }, label: { title: "Label", key: "e", show: showLabel },
  groups: { title: "Unknown", key: "U", show: showGroups },
  reading: { title: "Second reader", key: "R", show: showReading },
  season: { title: "Season", key: "Y", show: showSeason },
  captures: { title: "Captures", key: "c", show: showCaptures },
  plans: { title: "Plans", key: "p", show: nothing }, teach: { title: "Teach", key: "q", show: showTeach },
  lenses: { title: "Lenses", key: "w", show: showLenses }, health: { title: "Health", key: "h", show: showHealth },
};
let page = null;
let isSignedOut = false;

function open(name, movesFocus) {
  if (name === page) return;
  page = name;
  for (const section of document.querySelectorAll(".page")) section.hidden = section.id !== `page-${isSignedOut ? "signed-out" : name}`;
  for (const link of document.querySelectorAll("#pages a")) {
    if (link.dataset.page === name) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
  }
  document.title = `${pages[name].title} – NeuralLens`;
  for (const [each, { show }] of Object.entries(pages)) if (each !== name) show(false);
  pages[name].show(!isSignedOut);
  if (movesFocus) byId("main").focus({ preventScroll: true });
}

const route = (movesFocus) => {
  const name = location.hash.slice(1);
  open(Object.hasOwn(pages, name) ? name : "live", movesFocus);
};

/** Everything again: at the start, after a reset, and when another daemon answers. */
async function refresh() {
  await Promise.all([
    get("/v1/status").then((status) => publish("status", status)),
    refreshLive(), refreshSlides(), refreshCaptures(), refreshPlans(), refreshLog(), refreshCamera(), refreshJob(), refreshTeachings(),
    refreshLenses(),
  ]);
  refreshGrains();
  refreshLabels();
  refreshReadings();
}

function refreshSafely() {
  refresh().catch((error) => { if (!error.isUnreachable) say(error.message, "bad"); });
}

const onEvent = {
  async hello({ run, version }) {
    const before = current("daemon");
    if (before && before.version !== version) {
      banner("version", `The daemon is now version ${version}, this page is from ${before.version}.`, "warn", { label: "Load the page again", run: () => location.reload() });
    }
    try {
      await askSession();
    } catch (error) {
      signedOut(error.status === 401);
      return;
    }
    signedOut(false);
    publish("daemon", { run, version });
    if (before?.run === run) return;
    publish("run", run);
    refreshSafely();
  },
  reset: refreshSafely,
  live: (live) => publish("live", live),
  status: (status) => publish("status", status),
  job: (job) => publish("job", job),
  capture: captureChanged,
  counts: ({ slide }) => countsChanged(slide),
  review: (review) => publish("review", review),
  reanalysis(job) {
    publish("reanalysis", job);
    if (job.state === "done") countsChanged(job.slide);
  },
  plan: planChanged,
  teaching: teachingChanged,
  lens: lensActivated,
  slide: slideChanged,
  log: logged,
};

function onState(state, error) {
  if (state === "refused") {
    signedOut(true);
    return;
  }
  const wasLost = current("connection") === "lost";
  publish("connection", state);
  const chip = byId("connection");
  chip.dataset.level = state === "open" ? "good" : "bad";
  setText(chip, state === "open" ? "connected" : "lost");
  if (state === "lost") {
    banner("connection", "Connection lost, trying again. What is shown may be old; captures under way go on in the daemon.", "bad");
  } else {
    clearBanner("connection");
    if (wasLost) say("Connected again.");
  }
}

function signedOut(is) {
  if (is === isSignedOut) return;
  isSignedOut = is;
  const name = page;
  page = null;
  open(name, false);
  if (is) {
    clearBanner("connection");
    setText(byId("connection"), "not signed in");
    byId("connection").dataset.level = "bad";
  }
}

/** Says what happened to camera, lens and store, and that it is well again. */
function watch(status, before) {
  const { camera, lens } = status;
  const lastLens = before?.lens;
  if (camera.state === "unavailable") {
    banner("camera", `Camera unavailable: ${camera.reason ?? "no reason given"}. Pictures go on by themselves when it is back.`, "bad");
  } else if (clearBanner("camera")) {
    say("The camera is back.");
  }
  if (lens.state === "refused") {
    banner("lens", `Lens refused: ${lens.reason ?? "no reason given"}. The camera's picture goes on; nothing is counted.`, "bad");
  } else {
    if (lens.reason) banner("lens", lens.reason, "warn");
    else if (clearBanner("lens")) say("The lens is ready again.");
    else if (lastLens && lastLens.digest !== lens.digest) say(`Lens replaced: ${lastLens.name ?? "none"} → ${lens.name ?? "none"}`, "warn");
  }
}

startTheme();
startKeys();
for (const [name, { title, key }] of Object.entries(pages)) {
  shortcut("Pages", [key], title.toLowerCase(), () => { location.hash = name; });
}
shortcut("Everywhere", ["d"], "dark, light, or as the system says", toggleTheme);
listen("status", watch);
startLive();
startTrigger(() => page === "live");
startCamera();
startSlides();
startGrains();
startGroups();
startLabel();
startReading();
startSeason();
startCaptures();
startPlans();
startTeach();
startLenses();
startHealth();
window.addEventListener("hashchange", () => route(true));
route(false);
new EventStream({ event: (type, data) => onEvent[type]?.(data), state: onState }).run();
