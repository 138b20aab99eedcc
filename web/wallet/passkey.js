// A passkey beside the passphrase (WebAuthn Level 3 §10.1.4, prf): its secret seals the passphrase, so that a finger or a face unlocks too. It is
// never the only way: who loses it types the passphrase.

import { KernelError } from "../kernel.js";
import { say } from "../words.js";

/** @typedef {{ id: Uint8Array, salt: Uint8Array, nonce: Uint8Array, box: Uint8Array }} Passkey */

/** 120 seconds to find the right finger. */
const PATIENCE = 120 * 1000;
const INFO = "skillpass wallet passphrase";

const random = (/** @type {number} */ count) => crypto.getRandomValues(new Uint8Array(count));

/** Whether this browser may have such a key at all. */
export const possible = () => Boolean(globalThis.PublicKeyCredential && navigator.credentials?.create);

/** Asks whoever keeps passkeys here; a person who says no has said no to this alone. @param {() => Promise<any>} ask */
async function asking(ask) {
  try {
    return await ask();
  } catch {
    throw new KernelError("wallet.passkey.refused");
  }
}

/** @param {BufferSource} secret */
async function keyOf(secret) {
  const from = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: new TextEncoder().encode(INFO) };
  return crypto.subtle.deriveKey(how, from, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** @param {any} id @param {any} salt @returns {Promise<BufferSource>} */
async function secretOf(id, salt) {
  const wanted = { challenge: random(32), allowCredentials: [{ type: "public-key", id }], userVerification: "required", timeout: PATIENCE, extensions: { prf: { eval: { first: salt } } } };
  const had = await asking(() => navigator.credentials.get(/** @type {any} */ ({ publicKey: wanted })));
  const secret = had.getClientExtensionResults().prf?.results?.first;
  if (!secret) throw new KernelError("wallet.passkey.without");
  return secret;
}

/** Makes one, and seals the passphrase with it. @param {string} name @param {string} passphrase @returns {Promise<Passkey>} */
export async function make(name, passphrase) {
  const salt = random(32);
  // What whoever keeps it shows says no more than the page does.
  const shown = name || say("wallet.title");
  const wanted = {
    challenge: random(32),
    rp: { name: say("wallet.title") },
    user: { id: random(16), name: shown, displayName: shown },
    pubKeyCredParams: [-7, -257].map((alg) => ({ type: "public-key", alg })),
    authenticatorSelection: { userVerification: "required", residentKey: "discouraged" },
    timeout: PATIENCE,
    extensions: { prf: { eval: { first: salt } } },
  };
  const made = await asking(() => navigator.credentials.create(/** @type {any} */ ({ publicKey: wanted })));
  const { prf } = made.getClientExtensionResults();
  if (!prf?.enabled) throw new KernelError("wallet.passkey.without");
  const id = new Uint8Array(made.rawId);
  const key = await keyOf(prf.results?.first ?? (await secretOf(id, salt)));
  const nonce = random(12);
  const box = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, new TextEncoder().encode(passphrase));
  return { id, salt, nonce, box: new Uint8Array(box) };
}

/** The passphrase, by the passkey. @param {Passkey} passkey @returns {Promise<string>} */
export async function passphraseBy({ id, salt, nonce, box }) {
  const key = await keyOf(await secretOf(id, salt));
  try {
    const plain = await crypto.subtle.decrypt(/** @type {any} */ ({ name: "AES-GCM", iv: nonce }), key, /** @type {any} */ (box));
    return new TextDecoder().decode(plain);
  } catch {
    throw new KernelError("wallet.passkey.without");
  }
}
