// What this device keeps: one record a person in IndexedDB, plain or sealed with a passphrase. No server has a copy.
//
// The lock is the same age file as a saved wallet: scrypt with 64 MiB for each guess. Argon2id would need a module of its own beside the one that
// opens saved files, and is no harder to guess against at that memory.

import { KernelError } from "../kernel.js";
import { open as unseal, seal } from "./age.js";

const BASE = "folder";
const STORE = "kept";
/** The record of a device's first person. */
export const FIRST = "all";

/** @typedef {{ key: string, certificates: string[], unsaved: boolean }} Kept */
/** @typedef {import("./held.js").Person} Person */

/** The version of each record that this page has read: another window may have written since. @type {Map<string, string | undefined>} */
const known = new Map();

/** @param {any} record @returns {string | undefined} none where there is no record */
const versionOf = (record) => (record ? record.version ?? "" : undefined);

/** @returns {Promise<IDBDatabase>} */
const base = () =>
  new Promise((done, fail) => {
    const asked = indexedDB.open(BASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });

/** What is done to a record if it is still the one that this page has read. @param {IDBObjectStore} store @param {string} id @param {() => any} act @param {string=} read its version then */
function ours(store, id, act, read = known.get(id)) {
  const there = store.get(id);
  there.onsuccess = () => {
    if (versionOf(there.result) === read) act();
    else store.transaction.abort();
  };
  return there;
}

/** @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest} act @returns {Promise<any>} */
async function within(mode, act) {
  const open = await base();
  try {
    return await new Promise((done, fail) => {
      const turn = open.transaction(STORE, mode);
      const asked = act(turn.objectStore(STORE));
      turn.oncomplete = () => done(asked.result);
      turn.onerror = () => fail(turn.error);
      // Without an error of its own it was given up by `ours`.
      turn.onabort = () => fail(turn.error ?? new KernelError("wallet.elsewhere"));
    });
  } finally {
    open.close();
  }
}

/** A person's record: locked or open. @param {string} id @returns {Promise<{ locked: boolean, bytes: Uint8Array, name?: string, passkey?: any } | undefined>} */
export const found = (id = FIRST) => within("readonly", (store) => store.get(id));

/** Who has something here. @returns {Promise<(Person & { locked: boolean })[]>} */
export async function people() {
  const ids = await within("readonly", (store) => store.getAllKeys());
  const records = await Promise.all(ids.map(found));
  return ids.map((/** @type {string} */ id, /** @type {number} */ at) => {
    const { locked, name, passkey } = /** @type {any} */ (records[at]);
    return { id, locked, name: name ?? "", passkey: passkey ?? null };
  });
}

/** Opens a record. @param {string} id @param {string | null} passphrase @returns {Promise<Kept | null>} */
export async function load(id, passphrase) {
  const record = await found(id);
  known.set(id, versionOf(record));
  if (!record) return null;
  const bytes = record.locked ? await unseal(record.bytes, passphrase ?? "") : record.bytes;
  return JSON.parse(new TextDecoder().decode(bytes));
}

/**
 * Keeps, in the place of what this page has read, and of nothing else.
 * @param {Person} person @param {Kept} kept @param {string | null} passphrase @throws {KernelError} when another window has written since
 */
export async function keep({ id, name, passkey }, kept, passphrase) {
  // A lock that comes meanwhile forgets what was read.
  const read = known.get(id);
  const plain = new TextEncoder().encode(JSON.stringify(kept));
  const bytes = passphrase ? await seal(plain, passphrase) : plain;
  const version = Array.from(crypto.getRandomValues(new Uint8Array(8)), String).join(".");
  const put = (/** @type {IDBObjectStore} */ store) => store.put({ locked: Boolean(passphrase), bytes, name, passkey, version }, id);
  await within("readwrite", (store) => ours(store, id, () => put(store), read));
  known.set(id, version);
  // Asks the browser not to throw it away; it may do so all the same, which is why a file is insisted upon (threats.md K5).
  await navigator.storage?.persist?.().catch(() => false);
}

/** Whether another window has written since. @param {string} id */
export const changed = async (id) => versionOf(await found(id)) !== known.get(id);

/** Whatever comes next is read anew. */
export const unread = () => known.clear();

/** Tells the other windows of this device that something was forgotten; where a browser has no such way, they see it when they are turned to. */
const others = typeof BroadcastChannel === "function" ? new BroadcastChannel(BASE) : null;

/** @param {() => void} hear is called when another window has forgotten somebody */
export const whenForgotten = (hear) => others?.addEventListener("message", hear);

/**
 * Forgets everything of a person, as this page has read it, and nothing that it has not.
 * @param {string} id @throws {KernelError} when another window has written since
 */
export async function forget(id) {
  await within("readwrite", (store) => ours(store, id, () => store.delete(id)));
  known.delete(id);
  others?.postMessage(id);
}
