// The same verdicts that a checker gives, for what is in the wallet (threats.md K10), and taking in what is offered.

import { KernelError, kernel, now, reader } from "../kernel.js";
import { bring } from "../packs.js";
import { language } from "../words.js";

/** @type {Promise<any> | null} */
let ready = null;

/** The kernel with its lists. */
export function prepared() {
  ready ??= kernel().then(async (one) => {
    await bring(one);
    return one;
  });
  ready.catch(() => (ready = null));
  return ready;
}

/** The reader with the same lists: for suites that the kernel does not check. @param {any} one */
async function rarer(one) {
  const other = await reader();
  for (const told of one.told.values()) if (told[0] === "trust") other.call(told[0], told[1], ...told[2]);
  await other.speak(language());
  return other;
}

/** One verdict for each certificate, all of them presented together. @param {string[]} certificates @returns {Promise<any[]>} */
export async function judge(certificates) {
  const one = await prepared();
  await one.speak(language());
  const blobs = certificates.map((text) => new TextEncoder().encode(text));
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

/** 8 MiB: as the checker reads at most. */
const LARGEST = 8 * 1024 * 1024;

/** The certificates in what was offered, byte for byte. @param {string | Blob} offered @returns {Promise<string[]>} */
export async function certificatesIn(offered) {
  if (offered instanceof Blob && offered.size > LARGEST) throw new KernelError("notread.file-too-large");
  const bytes = typeof offered === "string" ? new TextEncoder().encode(offered) : new Uint8Array(await offered.arrayBuffer());
  const one = await prepared();
  await one.speak(language());
  try {
    return texts(one.call("receive", { language: language() }, bytes));
  } catch (error) {
    if (!(error instanceof KernelError) || error.code !== "look") throw error;
  }
  return texts(one.call("receive", { language: language() }, await lookedInto(bytes)));
}

/** @param {any} answer @returns {string[]} */
const texts = (answer) => (answer.blobs ?? []).map((/** @type {Uint8Array} */ blob) => new TextDecoder().decode(blob));

/** What a PDF carries or a picture shows: the one door for whoever reads those in a page. @param {Uint8Array} bytes @returns {Promise<Uint8Array>} */
async function lookedInto(bytes) {
  // Their files are loaded by whoever offers such a file, and by nobody else.
  if (bytes[0] === 0x25) {
    const { insideOf } = await import("../scan/pdf.js").catch(unseen);
    const { attachments, codes } = await insideOf(bytes);
    if (attachments.length) return attachments[0];
    if (codes.length) return new TextEncoder().encode(codes[0]);
  } else {
    const { textsIn } = await import("../scan/picture.js").catch(unseen);
    const [text] = await textsIn(new Blob([/** @type {any} */ (bytes)]));
    if (text) return new TextEncoder().encode(text);
  }
  throw new KernelError("notread.no-code-in-image");
}

/** @returns {never} */
function unseen() {
  throw new KernelError("notread.no-code-in-image");
}
