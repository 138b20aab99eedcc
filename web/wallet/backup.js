// What a wallet saves: an age file for a passphrase, in it a zip with a manifest and plain JSON. `src/holder/backup.rs` reads the same, and both are
// held to tests/vectors/backup.

import { strFromU8, strToU8, unzipSync, zipSync } from "../vendor/fflate/esm/browser.js";
import { AgeError, open as unseal, seal } from "./age.js";

const TYPE = "skillpass-wallet-1";
const MANIFEST = "manifest.json";
const KEY = "key.json";
/** 33,554,432 bytes: a whole file. A certificate has 3 KB, and 64 KB with a photograph. */
export const MOST = 32 * 1024 * 1024;
/** 262,144 bytes: a certificate, as the kernel reads at most. */
const ONE_MOST = 256 * 1024;
/** 1,024 files: a record of a working life has some dozens. */
const FILES_MOST = 1024;

/** @typedef {{ made: string, key: Uint8Array | null, certificates: Uint8Array[] }} Wallet */

/** `uEi…` of the SHA-256. @param {Uint8Array} bytes */
export async function digestOf(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", /** @type {any} */ (bytes)));
  return `u${btoa(String.fromCharCode(0x12, 0x20, ...hash)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")}`;
}

/** Saves. @param {Wallet} wallet @param {string} passphrase @param {number=} work @returns {Promise<Uint8Array>} */
export async function save({ made, key, certificates }, passphrase, work) {
  /** @type {Record<string, Uint8Array>} */
  const files = {};
  if (key) files[KEY] = key;
  certificates.forEach((bytes, at) => (files[`certificates/${String(at + 1).padStart(4, "0")}.json`] = bytes));
  const listed = await Promise.all(Object.entries(files).map(async ([name, bytes]) => ({ digest: await digestOf(bytes), name })));
  const manifest = strToU8(JSON.stringify({ files: listed, made, type: TYPE }));
  return seal(zipSync({ [MANIFEST]: manifest, ...files }), passphrase, work);
}

/** Opens. @param {Uint8Array} bytes @param {string} passphrase @param {any} kernel @returns {Promise<Wallet>} @throws {AgeError} with its code */
export async function open(bytes, passphrase, kernel) {
  if (bytes.length > MOST) throw new AgeError("too-large");
  const wallet = await read(await unseal(bytes, passphrase));
  try {
    // A key whose halves do not belong together is nobody's.
    if (wallet.key) kernel.call("holder-key", {}, wallet.key);
  } catch {
    throw new AgeError("contents");
  }
  return wallet;
}

/** @param {Uint8Array} zip @returns {Promise<Wallet>} */
async function read(zip) {
  const names = new Set();
  let total = 0;
  let files;
  try {
    files = unzipSync(zip, {
      // Before anything is unpacked.
      filter: ({ name, originalSize }) => {
        total += originalSize;
        if (names.has(name)) throw new AgeError("contents");
        if (originalSize > ONE_MOST || total > MOST || names.size > FILES_MOST) throw new AgeError("too-large");
        return Boolean(names.add(name));
      },
    });
  } catch (error) {
    throw error instanceof AgeError ? error : new AgeError("contents");
  }
  let manifest;
  try {
    manifest = JSON.parse(strFromU8(files[MANIFEST]));
  } catch {
    throw new AgeError("contents");
  }
  if (/^skillpass-wallet-[0-9]+$/.test(manifest?.type) && manifest.type !== TYPE) throw new AgeError("version");
  if (manifest?.type !== TYPE || typeof manifest.made !== "string" || !Array.isArray(manifest.files)) throw new AgeError("contents");
  if (manifest.files.length !== names.size - 1) throw new AgeError("contents");
  const seen = new Set();
  /** @type {Wallet} */
  const wallet = { made: manifest.made, key: null, certificates: [] };
  for (const { name, digest } of manifest.files) {
    const fits = name === KEY || /^certificates\/[0-9]{4}\.json$/.test(name);
    if (!fits || seen.has(name) || !Object.prototype.hasOwnProperty.call(files, name)) throw new AgeError("contents");
    seen.add(name);
    if ((await digestOf(files[name])) !== digest) throw new AgeError("contents");
    if (name === KEY) wallet.key = files[name];
    else wallet.certificates.push(files[name]);
  }
  return wallet;
}
