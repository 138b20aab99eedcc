// The camera: opens it, reads frame after frame, each prepared differently, until somebody closes it. No frame is kept.

import { LOOKS, STRENGTHENED } from "./looks.js";
import { native } from "./native.js";
import { look, strengthen } from "./reader.js";

/** Why there is no camera. `code` is one of `busy`, `failed`, `insecure`, `no-camera`, `refused`, `unsupported`. */
export class CameraError extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/**
 * Opens the camera into `video` and calls `onText` with each text that comes into view; again with the same text only after it
 * was out of view for a while. `onState` hears `starting`, `looking`, `seen` (a code that cannot be read yet), `stronger` (the
 * strongest decoder comes), `found`, `stopped` (hidden or closed), `lost` (somebody took the camera away), `absent` (the decoder is not
 * on this device and cannot be fetched).
 * @param {HTMLVideoElement} video
 * @param {(text: string) => void} onText
 * @param {{ onState?: (state: string) => void }} [ears]
 * @throws {CameraError}
 */
export async function open(video, onText, { onState = () => {} } = {}) {
  onState("starting");
  const stream = await streamOf();
  const [track] = stream.getVideoTracks();
  const can = /** @type {any} */ (track.getCapabilities?.() ?? {});
  let isOpen = true;

  /** @param {string} state */
  const end = (state) => {
    if (!isOpen) return;
    isOpen = false;
    for (const one of stream.getTracks()) one.stop();
    video.srcObject = null;
    removeEventListener("pagehide", leave);
    document.removeEventListener("visibilitychange", hide);
    onState(state);
  };
  // Nobody films what nobody sees.
  const leave = () => end("stopped");
  const hide = () => document.hidden && leave();
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", hide);
  track.addEventListener("ended", () => end("lost"));
  await adjust(track, can.focusMode?.includes("continuous") ? { focusMode: "continuous" } : {});

  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  try {
    await video.play();
  } catch {
    end("stopped");
    throw new CameraError("failed");
  }
  watch(video, () => isOpen, onText, onState, () => end("absent"));

  return {
    close: () => end("stopped"),
    /** Whether this camera has a lamp, and how far it zooms. */
    can: { torch: Boolean(can.torch), zoom: can.zoom?.max > can.zoom?.min ? can.zoom : null },
    /** @param {boolean} on */
    torch: (on) => adjust(track, { torch: on }),
    /** @param {number} by */
    zoom: (by) => adjust(track, { zoom: by }),
  };
}

async function streamOf() {
  if (!globalThis.isSecureContext) throw new CameraError("insecure");
  if (!navigator.mediaDevices?.getUserMedia) throw new CameraError("unsupported");
  const wanted = { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1080 } };
  try {
    return await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
  } catch (error) {
    throw new CameraError(REASONS[/** @type {any} */ (error)?.name] ?? "failed");
  }
}

/** What a camera lacks is not missed. @param {MediaStreamTrack} track @param {any} wish */
async function adjust(track, wish) {
  if (!Object.keys(wish).length) return true;
  try {
    await track.applyConstraints({ advanced: [wish] });
    return true;
  } catch {
    return false;
  }
}

/** Looks again and again. @param {HTMLVideoElement} video @param {() => boolean} isOpen */
async function watch(video, isOpen, onText, onState, giveUp) {
  /** When each text was last in view. @type {Map<string, number>} */
  const views = new Map();
  let looks = 0;
  let inVain = 0;
  let almost = 0;
  let failures = 0;
  let lastSeen = -Infinity;
  let since = performance.now();
  let strongest = "absent";
  let state = "";
  const become = (/** @type {string} */ next) => {
    if (next !== state && isOpen()) onState((state = next));
  };

  for (; isOpen(); looks += 1) {
    become(state || "looking");
    await frame(video);
    if (!isOpen()) return;
    const { texts, seen, failed } = await oneLook(video, looks, inVain, strongest === "here");
    if (!isOpen()) return;
    failures = failed ? failures + 1 : 0;
    if (failures >= FAILURES) return giveUp();
    const now = performance.now();
    for (const text of texts) {
      const before = views.get(text);
      views.set(text, now);
      if (before !== undefined && now - before < AWAY_MS) continue;
      become("found");
      onText(text);
      if (!isOpen()) return;
    }
    if (texts.length) {
      [inVain, almost, since] = [0, 0, now];
      continue;
    }
    inVain += 1;
    almost += seen ? 1 : 0;
    if (seen) lastSeen = looks;
    if (strongest !== "comes" && inVain > 1) become(looks - lastSeen < LOOKS.length ? "seen" : "looking");
    // It costs 410 KB, so it is fetched for a code that is there and resists, or for a long search.
    const long = inVain >= LONG_LOOKS && now - since > LONG_MS && !(/** @type {any} */ (navigator).connection?.saveData);
    if (strongest === "absent" && (almost >= ALMOST || long)) {
      strongest = "comes";
      become("stronger");
      strengthen().then((came) => {
        strongest = came ? "here" : "away"; // With no network the small one goes on alone.
        become("looking");
      });
    }
  }
}

/** One frame through the browser's own decoder, and through ours if that is not there or finds nothing for a while. */
async function oneLook(video, looks, inVain, strengthened) {
  const own = await native();
  const texts = own ? await own(video) : [];
  if (texts.length || (own && inVain < NATIVE_ALONE)) return { texts, seen: false };
  /** @type {[any, string, string]} */
  const [decoder, part, way] = strengthened ? STRENGTHENED[looks % STRENGTHENED.length] : ["small", ...LOOKS[looks % LOOKS.length]];
  try {
    return await look(video, { area: areaOf(video, part), longest: LONGEST[part], way, decoder });
  } catch {
    return { texts: [], seen: false }; // The picture went away under the look.
  }
}

/** @param {HTMLVideoElement} video @param {string} part */
function areaOf({ videoWidth: width, videoHeight: height }, part) {
  if (part === "whole") return { left: 0, top: 0, width, height };
  const side = Math.min(width, height);
  return { left: (width - side) >> 1, top: (height - side) >> 1, width: side, height: side };
}

/** The next frame of the video; a camera that delivers none does not hold the loop for ever. @param {any} video */
function frame(video) {
  return new Promise((done) => {
    setTimeout(done, FRAME_MS);
    video.requestVideoFrameCallback?.(done);
  });
}

/** The names of DOMException that getUserMedia answers with (W3C Media Capture and Streams §10). @type {Record<string, string>} */
const REASONS = {
  AbortError: "busy",
  NotAllowedError: "refused",
  NotFoundError: "no-camera",
  NotReadableError: "busy",
  OverconstrainedError: "no-camera",
  SecurityError: "refused",
};

/** Pixels of the longer side: the middle of a frame of 1080 lines nearly as it is, the whole of it smaller. @type {Record<string, number>} */
const LONGEST = { centre: 960, whole: 1280 };

/** 3 looks one after the other that no decoder took: it could not be loaded. */
const FAILURES = 3;

/** 10 looks that the browser's own decoder has for itself. */
const NATIVE_ALONE = 10;

/** 4 looks at a code that is there and is not read. */
const ALMOST = 4;

/** 24 looks and 6 seconds without any code. */
const LONG_LOOKS = 24;
const LONG_MS = 6_000;

/** 3 seconds out of view, and the same code counts as shown again. */
const AWAY_MS = 3_000;

/** 250 milliseconds: the longest wait for a frame. */
const FRAME_MS = 250;
