// What is open in this page. Nothing while locked; gone when the page is left.

import { KernelError } from "../kernel.js";
import { judge } from "./judge.js";
import { keep, unread } from "./vault.js";

/** @typedef {{ id: string, name: string, passkey: import("./passkey.js").Passkey | null }} Person */

export const held = {
  /** Whose it is. @type {Person | null} */
  person: null,
  /** @type {import("./vault.js").Kept | null} */
  kept: null,
  /** @type {string | null} */
  passphrase: null,
  /** @type {any[]} */
  verdicts: [],
  /** What the catalogue has: names in every language, and what makes up a package. @type {import("./pathways.js").Achievement[]} */
  catalogue: [],
};

/** What is under way: one act at a time, the next begins with what the one before has left. @type {Promise<any>} */
let before = Promise.resolve();

/** @param {() => Promise<void>} act */
function alone(act) {
  const mine = before.then(act);
  before = mine.catch(() => {});
  return mine;
}

/** Neither what was locked meanwhile nor another person's is changed or drawn. @param {Person | null} whose */
export function stillOpen(whose) {
  if (held.person?.id !== whose?.id) throw new KernelError("wallet.closed");
}

/**
 * Keeps what comes in the place of what is here: it is sealed and stored, then judged, and only then certificates and verdicts change, together. Where
 * it cannot be stored, nothing does.
 * @param {Person | null} whose who had it open when this was asked for
 * @param {(kept: any) => import("./vault.js").Kept | Promise<import("./vault.js").Kept>} change from what is here to what comes; the same is no change
 * @param {{ person?: Person, passphrase?: string | null }} also what changes with it
 */
export const renew = (whose, change, also = {}) =>
  alone(async () => {
    stillOpen(whose);
    const { kept: old } = held;
    const { person, passphrase } = Object.assign({}, held, also);
    if (!person) throw new KernelError("wallet.closed");
    const kept = await change(old);
    if (kept === old) return;
    await keep(person, kept, passphrase);
    const verdicts = old && old.certificates === kept.certificates ? held.verdicts : await judge(kept.certificates);
    if (held.kept !== old) throw new KernelError("wallet.closed");
    Object.assign(held, { kept, passphrase, person, verdicts });
  });

/** The verdicts anew, in another language. */
export const rejudge = () =>
  alone(async () => {
    const { kept } = held;
    const verdicts = kept ? await judge(kept.certificates) : [];
    if (held.kept === kept) held.verdicts = verdicts;
  });

/** Nothing of it stays in the memory of this page. */
export function drop() {
  [held.person, held.kept, held.passphrase, held.verdicts] = [null, null, null, []];
  unread();
}
