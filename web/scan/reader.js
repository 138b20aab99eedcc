// The worker that reads codes, as the page speaks to it. It starts with the first picture and ends when it is idle.

import { scriptUrl } from "../trusted.js";

/** What one look gave. @typedef {{ texts: string[], seen: boolean, failed?: boolean }} Look */

/** @type {Worker | null} */
let worker = null;
let asked = 0;
/** What is not answered yet. @type {Map<number, (answer: any) => void>} */
const waiting = new Map();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let idle;

/**
 * The codes in a part of a picture, drawn so large, prepared in a way and read with a decoder.
 * @param {HTMLVideoElement | ImageBitmap} source
 * @param {{ area: Area, longest: number, way: string, decoder: "small" | "strong" }} how
 * @returns {Promise<Look>}
 */
export async function look(source, { area, longest, way, decoder }) {
  const scale = Math.min(1, longest / Math.max(area.width, area.height));
  const width = Math.max(1, Math.round(area.width * scale));
  const height = Math.max(1, Math.round(area.height * scale));
  const picture = await taken(source, area, width, height);
  const moved = "data" in picture ? picture.data.buffer : picture;
  const answer = await ask({ picture, width, height, way, decoder }, [moved]);
  return { texts: answer.texts ?? [], seen: answer.seen ?? false, failed: answer.failed ?? false };
}

/** A part of a picture, in its pixels. @typedef {{ left: number, top: number, width: number, height: number }} Area */

/** Loads the strongest decoder. @returns {Promise<boolean>} whether it is here */
export async function strengthen() {
  return !(await ask({ warm: true }, [])).failed;
}

/** What the worker can take: a bitmap where it can draw, else pixels that are drawn here (iOS before 16.4). */
async function taken(source, area, width, height) {
  const { left, top } = area;
  if (typeof OffscreenCanvas === "function") return createImageBitmap(source, left, top, area.width, area.height);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  if (!brush) throw new Error("no canvas");
  brush.fillStyle = "white";
  brush.fillRect(0, 0, width, height);
  brush.drawImage(source, left, top, area.width, area.height, 0, 0, width, height);
  return brush.getImageData(0, 0, width, height);
}

/** @param {object} question @param {Transferable[]} moved @returns {Promise<any>} */
function ask(question, moved) {
  clearTimeout(idle);
  worker ??= start();
  const number = (asked += 1);
  return new Promise((done) => {
    // A decoder that never comes back must not hold up the next picture.
    const late = setTimeout(end, "warm" in question ? LOAD_MS : LOOK_MS);
    waiting.set(number, (answer) => {
      clearTimeout(late);
      waiting.delete(number);
      if (!waiting.size) idle = setTimeout(end, IDLE_MS);
      done(answer);
    });
    worker?.postMessage({ ask: number, ...question }, moved);
  });
}

function start() {
  const started = new Worker(scriptUrl("/scan/worker.js"), { type: "module" });
  started.addEventListener("message", ({ data }) => waiting.get(data.ask)?.(data));
  started.addEventListener("error", end);
  return started;
}

/** Ends the worker; who still waits for it gets nothing. */
function end() {
  clearTimeout(idle);
  worker?.terminate();
  worker = null;
  for (const done of [...waiting.values()]) done({ failed: true });
}

/** 20 seconds for one picture; a weak telephone takes half a second for a photograph. */
const LOOK_MS = 20_000;

/** 90 seconds: 410 KB on a line of 40 kbit/s. */
const LOAD_MS = 90_000;

/** 60 seconds without a picture, and the memory is given back. */
const IDLE_MS = 60_000;
