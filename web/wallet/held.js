// What is open in this page. Nothing while locked; gone when the page is left.

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

/** Keeps what there is now. @param {boolean} unsaved */
export async function renew(unsaved) {
  const { kept, passphrase, person } = held;
  if (!kept || !person) return;
  kept.unsaved = unsaved;
  await keep(person, kept, passphrase);
  held.verdicts = await judge(kept.certificates);
}

/** Nothing of it stays in the memory of this page. */
export function drop() {
  [held.person, held.kept, held.passphrase, held.verdicts] = [null, null, null, []];
  unread();
}
