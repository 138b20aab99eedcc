// What this device keeps: one record in IndexedDB, plain or sealed with a passphrase. No server has a copy.
//
// The lock is the same age file as a saved wallet: scrypt with 64 MiB for each guess. Argon2id would need a module of its own beside the one that
// opens saved files, and is no harder to guess against at that memory.

import { open as unseal, seal } from "./age.js";

const BASE = "folder";
const STORE = "kept";
const RECORD = "all";

/** @typedef {{ key: string, certificates: string[], unsaved: boolean }} Kept */

/** @returns {Promise<IDBDatabase>} */
const base = () =>
  new Promise((done, fail) => {
    const asked = indexedDB.open(BASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });

/** @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest} act @returns {Promise<any>} */
async function within(mode, act) {
  const open = await base();
  try {
    return await new Promise((done, fail) => {
      const turn = open.transaction(STORE, mode);
      const asked = act(turn.objectStore(STORE));
      turn.oncomplete = () => done(asked.result);
      turn.onerror = turn.onabort = () => fail(turn.error);
    });
  } finally {
    open.close();
  }
}

/** What is here: nothing, a locked record, or an open one. @returns {Promise<{ locked: boolean, bytes: Uint8Array } | undefined>} */
export const found = () => within("readonly", (store) => store.get(RECORD));

/** Opens the record. @param {string | null} passphrase @returns {Promise<Kept | null>} */
export async function load(passphrase) {
  const record = await found();
  if (!record) return null;
  const bytes = record.locked ? await unseal(record.bytes, passphrase ?? "") : record.bytes;
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** Keeps, in the place of what was kept. @param {Kept} kept @param {string | null} passphrase */
export async function keep(kept, passphrase) {
  const plain = new TextEncoder().encode(JSON.stringify(kept));
  const bytes = passphrase ? await seal(plain, passphrase) : plain;
  await within("readwrite", (store) => store.put({ locked: Boolean(passphrase), bytes }, RECORD));
  // Asks the browser not to throw it away; it may do so all the same, which is why a file is insisted upon (threats.md K5).
  await navigator.storage?.persist?.().catch(() => false);
}

/** Forgets everything. */
export const forget = () => within("readwrite", (store) => store.delete(RECORD));
