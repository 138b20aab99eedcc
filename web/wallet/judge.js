// The same verdicts that a checker gives, for what is in the wallet (threats.md K10), and taking in what is offered.

import { KernelError, kernel, now, reader } from "../kernel.js";
import { bring, renew } from "../packs.js";
import { codeIn, inside } from "../ways.js";
import { language, remembered, say } from "../words.js";
import { delegated, isDelegation } from "./delegation.js";

/** @type {Promise<any> | null} */
let ready = null;

/** @param {string} text */
const bytesOf = (text) => new TextEncoder().encode(text);

/** Why the server's lists were not taken in, if they were not. */
export let refused = "";

const hears = (/** @type {any[]} */ _, /** @type {string=} */ code) => (refused = code ?? "");

/** The kernel with its lists, and with newer ones where they are old. */
export async function prepared() {
  ready ??= bring(kernel(), hears);
  ready.catch(() => (ready = null));
  const one = await ready;
  await renew(one, hears);
  return one;
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

/** 2,097,152 characters of certificates in one list, 6 MiB at the most: the kernel reads 8. */
const AT_ONCE = 2 * 1024 * 1024;
/** 256 certificates in one list, as the kernel has it. */
const LISTED_MOST = 256;

/** What has others in it, of which there may be several verdicts. */
const WHOLE = /"(verifiableCredential|verifiablePresentation|VerifiablePresentation|Enveloped)/;

/** Where there is no verdict: one row says so, and the others are judged all the same. @param {any} error */
const unjudged = (error) => ({
  outcome: "undecided",
  title: say(error?.params?.title ? "wallet.unnamed" : "wallet.unchecked"),
  headline: error?.params?.title ?? say("wallet.unjudged"),
  next: error?.params?.next ?? say("wallet.unjudged.next"),
  answers: [],
  findings: [],
  proofs: [],
});

/** Certificates that are sent together. @param {string[]} certificates @param {number[]} places @returns {number[][]} */
function groupsOf(certificates, places) {
  /** @type {number[][]} */
  const groups = [];
  let [group, size] = [/** @type {number[]} */ ([]), 0];
  for (const of of places) {
    const text = certificates[of];
    if (WHOLE.test(JSON.stringify(JSON.parse(text)))) {
      groups.push([of]);
      continue;
    }
    if (!groups.includes(group) || size + text.length > AT_ONCE || group.length === LISTED_MOST) groups.push((group = []));
    size = group.length ? size + text.length : text.length;
    group.push(of);
  }
  return groups;
}

/** The country that was chosen here or on the checker's page; one that no list has is none. */
export function chosenCountry() {
  const code = remembered("country") ?? "";
  return say(`country.${code}`) === `country.${code}` ? "" : code;
}

/** One certificate, or a list of several. @param {string[]} certificates @param {number[]} places */
const listed = (certificates, places) => {
  const texts = places.map((of) => certificates[of]);
  return bytesOf(texts.length === 1 ? texts[0] : `[${texts.join(",")}]`);
};

/** @param {any} one @param {string[]} certificates @param {number[]} places @param {Uint8Array[]} beside @returns {any[]} one verdict for each */
function together(one, certificates, places, beside) {
  try {
    const { verdicts, notRead } = one.call("verify", { language: language(), country: chosenCountry(), now: now() }, listed(certificates, places), ...beside);
    if (places.length === 1) return verdicts.slice(0, 1);
    if (verdicts.length === places.length && !notRead.length) return verdicts;
  } catch (error) {
    if (places.length === 1) return [unjudged(error)];
  }
  // The same one twice, written differently, or one that stops the kernel: each by itself.
  return places.map((of) => together(one, certificates, [of], [...beside, listed(certificates, places.filter((place) => place !== of))])[0]);
}

/** One verdict for each certificate, all of them presented together; also where none can be had. @param {string[]} certificates @returns {Promise<any[]>} */
export async function judge(certificates) {
  /** @type {any[]} */
  const verdicts = certificates.map(() => null);
  try {
    const one = await prepared();
    await one.speak(language());
    for (const [of, text] of certificates.entries()) {
      try {
        one.call("receive", { language: language() }, bytesOf(text));
      } catch (error) {
        verdicts[of] = unjudged(error);
      }
    }
    const left = [...certificates.keys()].filter((of) => !verdicts[of]);
    const groups = groupsOf(certificates, left.filter((of) => !isDelegation(certificates[of])));
    const lists = groups.map((places) => listed(certificates, places));
    let other = null;
    for (const [at, places] of groups.entries()) {
      const beside = lists.filter((_, place) => place !== at);
      let said = together(one, certificates, places, beside);
      if (said.some(({ proofs }) => proofs.some((/** @type {any} */ proof) => proof.state === "not-checked"))) {
        other ??= await rarer(one).catch(() => null);
        if (other) said = together(other, certificates, places, beside);
      }
      places.forEach((of, place) => (verdicts[of] = said[place]));
    }
    // What they speak of has its verdict now.
    for (const of of left.filter((of) => isDelegation(certificates[of]))) {
      verdicts[of] = delegated(one, certificates, verdicts, of) ?? together(one, certificates, [of], [])[0];
    }
  } catch (error) {
    // Without the kernel or its words what is here can still be seen and saved.
    return verdicts.map((verdict) => verdict ?? unjudged(error));
  }
  return verdicts;
}

/** The digests of the certificates in something. @param {any} one @param {Uint8Array} item @returns {string[]} */
function digestsOf(one, item) {
  try {
    return one.call("verify", { language: language(), now: now() }, item).verdicts.map((/** @type {any} */ { digest }) => digest);
  } catch {
    return []; // What is not read differs from nothing.
  }
}

/**
 * The certificates in what was offered, byte for byte; by the same ways as at a checker's.
 * @param {string | Blob} offered @param {() => void=} differs is called where the code on a PDF's page is another certificate than the file in it (threats.md H9)
 * @returns {Promise<string[]>} of such a PDF those of the file
 */
export async function certificatesIn(offered, differs = () => {}) {
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
  for (const [at, item] of items.entries()) {
    // The code beside a file is the same certificate with less in it; beside a file of another kind it is what counts.
    if (at === attached && found.size) {
      const files = items.slice(0, attached).flatMap((file) => digestsOf(one, file));
      const codes = items.slice(attached).flatMap((code) => digestsOf(one, code));
      if (files.length && codes.some((digest) => !files.includes(digest))) differs();
      break;
    }
    try {
      for (const blob of await receive(item)) found.add(new TextDecoder().decode(blob));
    } catch (error) {
      refused ??= error;
    }
  }
  if (!found.size && refused) throw refused;
  return [...found];
}
