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

/** @typedef {{ about: any, blob: Uint8Array, path: string }} Row */

/** Each that is kept, with what is known of it; what is none of ours is left out. @param {Cache} cache @param {readonly Request[]} requests @returns {Promise<Row[]>} */
async function rows(cache, requests) {
  const read = async (/** @type {Request} */ request) => {
    try {
      const answer = /** @type {Response} */ (await cache.match(request));
      const about = JSON.parse(decodeURIComponent(answer.headers.get("x-about") ?? ""));
      return { about, blob: new Uint8Array(await answer.arrayBuffer()), path: new URL(request.url).pathname };
    } catch {
      return null;
    }
  };
  return /** @type {Row[]} */ ((await Promise.all(requests.map(read))).filter(Boolean));
}

/** @returns {Promise<{ blobs: Uint8Array[], asked: number, args: object }>} with what the kernel is told of them */
async function kept() {
  try {
    const cache = await caches.open(KEPT);
    const there = await rows(cache, await cache.keys());
    const abouts = there.map(({ about }) => about);
    // Whoever counts on another's word alone does so after a reload too; and a clock behind what was seen is wrong.
    const recognised = abouts.filter(({ standing }) => standing === "recognised").map(({ id }) => id);
    const seen = abouts.length ? Math.max(...abouts.map(({ newest }) => newest)) : 0;
    return { blobs: there.map(({ blob }) => blob), asked: Math.min(...abouts.map(({ asked }) => asked)), args: { recognised, seen } };
  } catch {
    return { blobs: [], asked: 0, args: {} };
  }
}

/** One window at a time, where a browser can say so. @param {() => Promise<void>} act */
const alone = (act) => (navigator.locks ? navigator.locks.request(KEPT, act) : act());

/** @param {string} fingerprint */
const pathOf = (fingerprint) => `/packs/kept/${fingerprint.replaceAll(" ", "")}`;

/**
 * Keeps what is here. What other windows have kept meanwhile is taken in first, by the rules for any list: so nothing older is written over it, and
 * nothing goes that another window has accepted.
 * @param {any} kernel @param {number} asked when the server said so: seconds, 0 where it was not the server
 */
async function keepAll(kernel, asked) {
  const cache = await caches.open(KEPT);
  const before = await cache.keys();
  const there = await rows(cache, before);
  // What was kept was accepted here, but for what stands on another's word.
  const accepted = there.filter(({ about }) => about.standing !== "recognised").map(({ path }) => path.slice(pathOf("").length));
  const { packs, blobs = [], problems } = kernel.call("trust-take", { accepted, now: now() }, ...there.map(({ blob }) => blob));
  here = packs;
  // By this device's clock they lie ahead: the clock is wrong, not they.
  const ahead = problems.filter((/** @type {any} */ { code }) => code === "from-the-future").map((/** @type {any} */ { fingerprint }) => pathOf(fingerprint));
  const put = async ({ fingerprint, id, newest, standing }, /** @type {number} */ place) => {
    const path = pathOf(fingerprint);
    if (ahead.includes(path)) return;
    const old = there.find((row) => row.path === path)?.about.asked;
    const about = encodeURIComponent(JSON.stringify({ asked: asked || old || renewed(), id, newest, standing }));
    const headers = { "content-type": "application/json", "x-about": about };
    await cache.put(path, new Response(blobs[place], { headers }));
  };
  await Promise.all(packs.map(put));
  // Whose word is taken back goes, and what cannot be read.
  const stays = [...packs.map(({ fingerprint }) => pathOf(fingerprint)), ...there.filter(({ about }) => about.standing !== "recognised").map(({ path }) => path)];
  await Promise.all(before.filter(({ url }) => !stays.includes(new URL(url).pathname)).map((request) => cache.delete(request)));
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
/** When the server last gave what is here, or said that it is the newest: seconds, 0 for never. */
export const renewed = () => (given > 0 && given < Infinity ? given : 0);
addEventListener("online", () => (tried = -Infinity));

/** @typedef {(lists: any[], refused?: string) => void} Show hears whose lists there are, and why the server's were not taken in */

/** Brings what is kept to the kernel, and gives it. @template T @param {Promise<T>} coming the kernel @param {Show} show @returns {Promise<T>} */
export async function bring(coming, show) {
  const { blobs, asked, args } = await kept();
  // Whoever has none waits for the server's: they come together with the kernel.
  const early = blobs.length ? undefined : served();
  const kernel = /** @type {any} */ (await coming);
  [here, given] = [kernel.call("trust", args, ...blobs).packs, asked];
  let told = false;
  await renew(kernel, (lists, refused) => {
    told = true;
    show(lists, refused);
  }, early?.then((bytes) => bytes ?? served()));
  if (!told) show(here);
  return kernel;
}

/**
 * Asks the server when what is here is old or nothing is: also in a page that stays open for days. A list of the server's that is refused takes nothing
 * away.
 * @param {any} kernel @param {Show} show @param {ReturnType<typeof served>=} first what was asked for already
 */
export async function renew(kernel, show, first) {
  const age = now() - given;
  // Asked at a time that is yet to come: the clock was ahead, so nobody knows when.
  const isOld = !here.length || age < 0 || age >= OLD;
  if (!isOld || Math.abs(now() - tried) < PAUSE) return;
  tried = now();
  const coming = newer(kernel, show, first ?? served());
  await (here.length ? Promise.race([coming, new Promise((done) => setTimeout(done, SOON_MS))]) : coming);
}

/** @param {any} kernel @param {Show} show @param {ReturnType<typeof served>} coming */
async function newer(kernel, show, coming) {
  const bytes = await coming;
  if (!bytes) return;
  try {
    // Whoever gave this page, gave these: they are believed as far as the page is.
    const { packs, problems } = await take(kernel, bytes, { vouched: true }, now());
    show(packs, problems[0]?.code);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    show(here, error.code);
  }
}

/**
 * Takes in what a file has, in the place of older ones.
 * @param {any} kernel @param {Uint8Array} bytes @param {{ accepted?: string[], vouched?: boolean }=} word @param {number=} asked when the server gave it: seconds
 * @returns {Promise<{ packs: any[], problems: any[] }>} what is here now, and what of the file was not taken in
 * @throws {KernelError} where nothing of it was, with what is known of the packs as its `packs`
 */
export async function take(kernel, bytes, word = {}, asked = 0) {
  const { packs, problems, taken } = kernel.call("trust-take", { now: now(), ...word }, bytes);
  if (!taken.length && problems.length) throw new KernelError(problems[0].code, { packs: problems });
  here = packs;
  if (asked) given = asked;
  try {
    await alone(() => keepAll(kernel, asked));
  } catch {
    // Then they are good for this visit.
  }
  return { packs: here, problems };
}
