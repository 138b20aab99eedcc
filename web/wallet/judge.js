// The same verdicts that a checker gives, for what is in the wallet (threats.md K10), and taking in what is offered.

import { KernelError, kernel, now, reader } from "../kernel.js";
import { bring } from "../packs.js";
import { codeIn, inside } from "../ways.js";
import { language } from "../words.js";

/** @type {Promise<any> | null} */
let ready = null;

/** @param {string} text */
const bytesOf = (text) => new TextEncoder().encode(text);

/** The kernel with its lists. */
export function prepared() {
  ready ??= kernel().then(async (one) => {
    await bring(one);
    return one;
  });
  ready.catch(() => (ready = null));
  return ready;
}

/** The reader with the same lists: for suites that the kernel does not check, and for files of rarer kinds. @param {any} one */
async function rarer(one) {
  const other = await reader();
  for (const told of one.told.values()) if (told[0] === "trust") other.call(told[0], told[1], ...told[2]);
  await other.speak(language());
  return other;
}

/** The reader with the words for vacancies besides. */
export async function forWork() {
  const other = await rarer(await prepared());
  const files = [`/i18n/verdict/${language()}.json`, `/wallet/i18n/${language()}.json`];
  const parts = await Promise.all(files.map(async (path) => (await fetch(path)).json()));
  other.call("words", { language: language() }, bytesOf(JSON.stringify(Object.assign({}, ...parts))));
  return other;
}

/** One verdict for each certificate, all of them presented together. @param {string[]} certificates @returns {Promise<any[]>} */
export async function judge(certificates) {
  const one = await prepared();
  await one.speak(language());
  const blobs = certificates.map(bytesOf);
  let other = null;
  const verdicts = [];
  for (const [place, blob] of blobs.entries()) {
    const beside = blobs.filter((_, at) => at !== place);
    const asked = { language: language(), now: now() };
    let [verdict] = one.call("verify", asked, blob, ...beside).verdicts;
    if (verdict.proofs.some((/** @type {any} */ proof) => proof.state === "not-checked")) {
      other ??= await rarer(one).catch(() => null);
      if (other) [verdict] = other.call("verify", asked, blob, ...beside).verdicts;
    }
    verdicts.push(verdict);
  }
  return verdicts;
}

/** The certificates in what was offered, byte for byte; by the same ways as at a checker's. @param {string | Blob} offered @returns {Promise<string[]>} */
export async function certificatesIn(offered) {
  const { items, attached } = typeof offered === "string" ? { items: [bytesOf(codeIn(offered))], attached: 0 } : await inside(offered);
  const one = await prepared();
  await one.speak(language());
  const receive = async (/** @type {Uint8Array} */ item) => {
    const ask = (/** @type {any} */ of) => of.call("receive", { language: language() }, item).blobs ?? [];
    try {
      return ask(one);
    } catch (error) {
      if (!(error instanceof KernelError) || error.code !== "look") throw error;
      return ask(await rarer(one));
    }
  };
  const found = new Set();
  let refused = null;
  // The code beside a file is the same certificate with less in it.
  for (const item of attached ? items.slice(0, attached) : items) {
    try {
      for (const blob of await receive(item)) found.add(new TextDecoder().decode(blob));
    } catch (error) {
      refused ??= error;
    }
  }
  if (!found.size && refused) throw refused;
  return [...found];
}
