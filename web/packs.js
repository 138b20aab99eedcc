// The lists that this device verifies with: those of this page's server, kept here, and newer ones in their place. The kernel decides which may take
// a place; an older one never does.

import { KernelError, now } from "./kernel.js";

/** The one address, the same for everyone: nobody learns from it whose certificate is checked. */
const CURRENT = "/packs/current.json";

/** 1 hour: a revocation is published hourly at the most. */
const OLD = 60 * 60;

/** 60 seconds: a server that was not reached is not asked again sooner, unless the network comes back. */
const PAUSE = 60;

/** 10 seconds: whoever has lists waits no longer for newer ones. */
const SOON_MS = 10_000;

/** Where they are kept; nothing else is. */
const KEPT = "packs";

/** @returns {Promise<{ blobs: Uint8Array[], asked: number, args: object }>} with what the kernel is told of them */
async function kept() {
  try {
    const cache = await caches.open(KEPT);
    const answers = await cache.matchAll();
    const blobs = await Promise.all(answers.map(async (answer) => new Uint8Array(await answer.arrayBuffer())));
    const abouts = answers.map((answer) => JSON.parse(decodeURIComponent(answer.headers.get("x-about") ?? "")));
    // Whoever counts on another's word alone does so after a reload too; and a clock behind what was seen is wrong.
    const recognised = abouts.filter(({ standing }) => standing === "recognised").map(({ id }) => id);
    const seen = abouts.length ? Math.max(...abouts.map(({ newest }) => newest)) : 0;
    return { blobs, asked: Math.min(...abouts.map(({ asked }) => asked)), args: { recognised, seen } };
  } catch {
    return { blobs: [], asked: 0, args: {} };
  }
}

/** @param {Uint8Array[]} blobs @param {any[]} packs a row about each */
async function keepAll(blobs, packs) {
  try {
    const cache = await caches.open(KEPT);
    const paths = packs.map(({ fingerprint }) => `/packs/kept/${fingerprint.replaceAll(" ", "")}`);
    const put = (/** @type {Uint8Array} */ blob, /** @type {number} */ place) => {
      const { id, newest, standing } = packs[place];
      const about = encodeURIComponent(JSON.stringify({ asked: now(), id, newest, standing }));
      const headers = { "content-type": "application/json", "x-about": about };
      return cache.put(paths[place], new Response(/** @type {any} */ (blob), { headers }));
    };
    await Promise.all(blobs.map(put));
    const rest = (await cache.keys()).filter(({ url }) => !paths.includes(new URL(url).pathname));
    await Promise.all(rest.map((request) => cache.delete(request)));
  } catch {
    // Then they are good for this visit.
  }
}

/** Those of the server, if it has any and can be reached. @returns {Promise<Uint8Array | null>} */
async function served() {
  try {
    const answer = await fetch(CURRENT, { cache: "no-cache" });
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
  } catch {
    return null;
  }
}

/** Whose lists the kernel of this page has. @type {any[]} */
let here = [];
/** When they were asked for, and when the server was last asked, whatever came of it: seconds. */
let [given, tried] = [0, -Infinity];
/** When this device last got what is here, or heard that it is the newest: seconds, 0 for never. */
export const renewed = () => (given > 0 && given < Infinity ? given : 0);
addEventListener("online", () => (tried = -Infinity));

/** @typedef {(lists: any[], refused?: string) => void} Show hears whose lists there are, and why the server's were not taken in */

/** Brings what is kept to the kernel. @param {any} kernel @param {Show} show */
export async function bring(kernel, show) {
  const { blobs, asked, args } = await kept();
  [here, given] = [kernel.call("trust", args, ...blobs).packs, asked];
  let told = false;
  await renew(kernel, (lists, refused) => {
    told = true;
    show(lists, refused);
  });
  if (!told) show(here);
}

/**
 * Asks the server when what is here is old or nothing is: also in a page that stays open for days. A list of the server's that is refused takes nothing
 * away.
 * @param {any} kernel @param {Show} show
 */
export async function renew(kernel, show) {
  const age = now() - given;
  // Asked at a time that is yet to come: the clock was ahead, so nobody knows when.
  const isOld = !here.length || age < 0 || age >= OLD;
  if (!isOld || Math.abs(now() - tried) < PAUSE) return;
  tried = now();
  const coming = newer(kernel, show);
  await (here.length ? Promise.race([coming, new Promise((done) => setTimeout(done, SOON_MS))]) : coming);
}

/** @param {any} kernel @param {Show} show */
async function newer(kernel, show) {
  const bytes = await served();
  if (!bytes) return;
  try {
    // Whoever gave this page, gave these: they are believed as far as the page is.
    show(take(kernel, bytes, { vouched: true }).packs);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    show(here, error.code);
  }
}

/** Takes in what a file has, in the place of older ones. @param {any} kernel @param {Uint8Array} bytes @param {{ accepted?: string[], vouched?: boolean }=} word @throws {KernelError} with what is known of the packs as its `packs` */
export function take(kernel, bytes, word = {}) {
  const answer = kernel.call("trust-take", { now: now(), ...word }, bytes);
  if (!answer.taken.length && answer.problems.length) throw new KernelError(answer.problems[0].code, { packs: answer.problems });
  [here, given] = [answer.packs, now()];
  keepAll(answer.blobs ?? [], answer.packs);
  return answer;
}
