// From what was offered to verdicts: the kernel decides, here it is fetched, given its lists, and asked.

import { KernelError, kernel, now, reader } from "./kernel.js";
import { bring, renew } from "./packs.js";
import { inside } from "./ways.js";
import { language } from "./words.js";

/** The kernel with its lists: brought once, and again when that failed. @type {Promise<any> | null} */
let ready = null;

/** With newer lists where those that are here are old. @param {import("./packs.js").Show} show */
export async function prepare(show = () => {}) {
  ready ??= bring(kernel(), show);
  ready.catch(() => (ready = null));
  const one = await ready;
  await renew(one, show);
  return one;
}

/** The reader with the same lists as the kernel. @param {any} one */
async function rarer(one) {
  const other = await reader();
  for (const told of one.told.values()) if (told[0] === "trust") other.call(told[0], told[1], ...told[2]);
  return other;
}

/** The report, from the kernel, or from the reader where that is needed. @param {Uint8Array} bytes @param {string} country @param {Uint8Array[]} beside @param {object=} own of one's own asking */
async function report(bytes, country, beside, own) {
  const ask = async (/** @type {any} */ one) => {
    await one.speak(language());
    // Where somebody may be asked, it is also said who shows it; what is refused for that has no verdicts.
    const op = own ? "check-presentation" : "verify";
    const said = { notRead: [], verdicts: [], ...one.call(op, { language: language(), country, now: now(), ...own }, bytes, ...beside) };
    for (const verdict of said.verdicts) offered.set(verdict, { item: bytes, country, beside, rare: one === other });
    return said;
  };
  /** @type {any} */
  let other = null;
  const one = await prepare();
  let said = null;
  try {
    said = await ask(one);
    const unchecked = (/** @type {any} */ verdict) => verdict.proofs.some((/** @type {any} */ proof) => proof.state === "not-checked");
    if (!said.verdicts.some(unchecked)) return said;
  } catch (error) {
    // A drawing, or a picture that a badge was baked into. Others are no matter of reading.
    const first = bytes[0];
    if (!(error instanceof KernelError) || error.code !== "look" || (first !== 0x3c && first !== 0x89)) throw error;
  }
  // Without the reader the answer stays what it is: a signature was not checked, so nobody can tell.
  other = await rarer(one).catch(() => null);
  if (!other && said) return said;
  if (!other) throw new KernelError("look");
  return ask(other);
}

/** What may be said of whoever shows it, the least first. */
const STATES = ["refused", "not-proven", "held", "proven"];

/** What a verdict is about, and how it was asked for; it lives as long as the verdict. @type {WeakMap<object, { item: Uint8Array, country: string, beside: Uint8Array[], rare: boolean }>} */
const offered = new WeakMap();

/**
 * Verdicts on all that is in a text or a file, each certificate once; and what could not be read. `differs`: a file of a PDF and the
 * code on its page are different certificates (threats.md H9).
 * @param {string | Blob} what @param {string} country @param {object=} own what the kernel is told of one's own asking: then `holder` says of whoever shows it, and
 * `proven` that one of them answered
 * @returns {Promise<{ verdicts: any[], notRead: any[], differs: boolean, holder: any, proven: boolean }>}
 * @throws {KernelError}
 */
export async function judged(what, country, own) {
  const alone = typeof what === "string" ? { items: [new TextEncoder().encode(what)], attached: 1 } : await inside(what);
  const read = [];
  const refused = [];
  for (const [place, item] of alone.items.entries()) {
    try {
      read.push({ place, item, said: await report(item, country, [], own) });
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      refused.push(error);
    }
  }
  if (!read.length) throw refused[0];
  // What came together is judged together: a decision finds the certificate that it speaks about.
  if (read.length > 1) {
    const items = read.map(({ item }) => item);
    for (const one of read) one.said = await report(one.item, country, items.filter((item) => item !== one.item), own);
  }
  /** @type {Map<string, any>} */
  const verdicts = new Map();
  const notRead = [];
  for (const { said } of read) {
    notRead.push(...said.notRead);
    for (const verdict of said.verdicts) {
      if (verdicts.has(verdict.digest)) continue;
      verdicts.set(verdict.digest, verdict);
    }
  }
  const isOther = ({ code }) => code === "notread.not-our-code"; // Papers carry all sorts of codes.
  for (const { code, params } of refused.filter((error) => !isOther(error))) {
    notRead.push({ ...params, code, place: notRead.length + verdicts.size + 1 });
  }
  const digests = (/** @type {(place: number) => boolean} */ of) =>
    new Set(read.filter(({ place }) => of(place)).flatMap(({ said }) => said.verdicts.map(({ digest }) => digest)));
  const [files, codes] = [digests((place) => place < alone.attached), digests((place) => place >= alone.attached)];
  const differs = files.size > 0 && [...codes].some((digest) => !files.has(digest));
  // What stands over all of them is true of each: somebody's answer beside another's certificate proves nothing about the other.
  const rank = (/** @type {any} */ { state, reason }) => 2 * STATES.indexOf(state) + (reason === "copy" ? 1 : 0);
  const states = read.map(({ said }) => said).sort((one, other) => rank(one) - rank(other));
  return { verdicts: [...verdicts.values()], notRead, differs, holder: states[0], proven: states.some(({ state }) => state === "proven") };
}

/** What a verdict is about, as it was offered. @param {any} verdict */
export const offeredAs = (verdict) => offered.get(verdict)?.item;

/** Asks about the certificate of a verdict once more, for more than a verdict: the same module, with the lists of now. @param {string} op @param {any} verdict @param {object} args @param {...Uint8Array} before @returns {Promise<any>} */
export async function again(op, verdict, args, ...before) {
  const asked = offered.get(verdict);
  if (!asked) throw new KernelError("argument");
  const one = asked.rare ? await rarer(await prepare()) : await prepare();
  await one.speak(language());
  return one.call(op, { country: asked.country, language: language(), now: now(), ...args }, ...before, asked.item, ...asked.beside);
}

/** The file of a certificate: as it was offered, or unpacked from its code. @param {any} verdict @returns {Promise<Uint8Array | null>} */
export async function fileOf(verdict) {
  const bytes = offeredAs(verdict);
  if (!bytes) return null;
  try {
    return (await prepare()).call("unpack", {}, bytes).blobs[0];
  } catch (error) {
    if (error instanceof KernelError) return bytes; // It was no code, so it is a file.
    throw error;
  }
}
