// An age file for a passphrase (age-encryption.org/v1, "scrypt" recipient), as the age and rage programs write and open it. The format is the
// lines below; the primitives are the browser's own, and those it lacks come from web/vendor.

import { chacha20poly1305 } from "../vendor/ciphers/chacha.js";
import { scryptAsync } from "../vendor/hashes/scrypt.js";

const INTRO = "age-encryption.org/v1";
/** 2¹⁶ × 1 KiB = 64 MiB for each guess at a passphrase: what a cheap phone bears (threats.md K1). */
const WORK = 16;
/** 2¹⁸, as the age program makes them: a header that asks for more would only exhaust memory (threats.md K2). */
const WORK_MOST = 18;
/** 64 KiB: a chunk of the payload. */
const CHUNK = 64 * 1024;
const TAG = 16;
/** 4,096 bytes: a header of one recipient has some 200. */
const HEADER_MOST = 4096;

/** Why a file does not open: `not-a-backup`, `passphrase`, `work`, `damaged`. */
export class AgeError extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

const utf8 = new TextEncoder();
/** @param {...Uint8Array} parts */
const join = (...parts) => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};
/** Standard base64 without padding. @param {Uint8Array} bytes */
const to64 = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/=+$/, "");
/** Refuses a second spelling of the same bytes. @param {string} text */
function from64(text) {
  if (!/^[A-Za-z0-9+/]*$/.test(text) || text.length % 4 === 1) throw new AgeError("not-a-backup");
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  if (to64(bytes) !== text) throw new AgeError("not-a-backup");
  return bytes;
}
const random = (/** @type {number} */ count) => crypto.getRandomValues(new Uint8Array(count));

/** HKDF-SHA-256 to 32 bytes (RFC 5869). @param {Uint8Array} key @param {Uint8Array} salt @param {string} info */
async function derive(key, salt, info) {
  const base = await crypto.subtle.importKey("raw", /** @type {any} */ (key), "HKDF", false, ["deriveBits"]);
  const how = /** @type {any} */ ({ name: "HKDF", hash: "SHA-256", salt, info: utf8.encode(info) });
  return new Uint8Array(await crypto.subtle.deriveBits(how, base, 256));
}

/** The header's MAC, up to and with `---`. @param {Uint8Array} fileKey @param {string} header */
async function macOf(fileKey, header) {
  const bytes = await derive(fileKey, new Uint8Array(0), "header");
  const key = await crypto.subtle.importKey("raw", /** @type {any} */ (bytes), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, utf8.encode(header)));
}

/** @param {string} passphrase @param {Uint8Array} salt @param {number} work */
const stretch = (passphrase, salt, work) =>
  scryptAsync(utf8.encode(passphrase), join(utf8.encode(`${INTRO}/scrypt`), salt), { N: 2 ** work, r: 8, p: 1, dkLen: 32, maxmem: 2 ** (work + 11) });

/** The nonce of a chunk: an 11-byte counter, and whether it is the last. @param {number} place @param {boolean} last */
function nonceOf(place, last) {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(7, place);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** Seals. @param {Uint8Array} plain @param {string} passphrase @param {number=} work log₂ of the work @returns {Promise<Uint8Array>} */
export async function seal(plain, passphrase, work = WORK) {
  const [fileKey, salt, nonce] = [random(16), random(16), random(16)];
  const wrapped = chacha20poly1305(await stretch(passphrase, salt, work), new Uint8Array(12)).encrypt(fileKey);
  const header = `${INTRO}\n-> scrypt ${to64(salt)} ${work}\n${to64(wrapped)}\n---`;
  const parts = [utf8.encode(`${header} ${to64(await macOf(fileKey, header))}\n`), nonce];
  const key = await derive(fileKey, nonce, "payload");
  // An empty last chunk is written for an empty payload alone.
  for (let at = 0, place = 0; at < plain.length || place === 0; at += CHUNK, place += 1) {
    const last = at + CHUNK >= plain.length;
    parts.push(chacha20poly1305(key, nonceOf(place, last)).encrypt(plain.subarray(at, at + CHUNK)));
  }
  return join(...parts);
}

/** Opens. @param {Uint8Array} sealed @param {string} passphrase @returns {Promise<Uint8Array>} what was sealed, all of it and unaltered */
export async function open(sealed, passphrase) {
  const text = Array.from(sealed.subarray(0, HEADER_MOST), (byte) => String.fromCharCode(byte)).join("");
  const found = /^age-encryption\.org\/v1\n-> scrypt ([A-Za-z0-9+/]+) ([1-9][0-9]?)\n([A-Za-z0-9+/]+)\n--- ([A-Za-z0-9+/]+)\n/.exec(text);
  if (!found) throw new AgeError("not-a-backup");
  const [whole, saltText, work, wrappedText, macText] = found;
  const [salt, wrapped, mac] = [from64(saltText), from64(wrappedText), from64(macText)];
  if (salt.length !== 16 || wrapped.length !== 16 + TAG || mac.length !== 32) throw new AgeError("not-a-backup");
  if (Number(work) > WORK_MOST) throw new AgeError("work");
  const fileKey = opened(await stretch(passphrase, salt, Number(work)), new Uint8Array(12), wrapped, "passphrase");
  const expected = await macOf(fileKey, whole.slice(0, whole.lastIndexOf(" ")));
  if (expected.reduce((sum, byte, at) => sum | (byte ^ mac[at]), 0) !== 0) throw new AgeError("damaged");
  const payload = sealed.subarray(whole.length);
  // Without its nonce there is no payload at all.
  if (payload.length < 16) throw new AgeError("not-a-backup");
  if (payload.length < 16 + TAG) throw new AgeError("damaged");
  const key = await derive(fileKey, payload.slice(0, 16), "payload");
  const parts = [];
  for (let at = 16, place = 0; at < payload.length; at += CHUNK + TAG, place += 1) {
    const last = at + CHUNK + TAG >= payload.length;
    const part = opened(key, nonceOf(place, last), payload.subarray(at, at + CHUNK + TAG), "damaged");
    // Only the payload that is empty ends in an empty chunk.
    if (last && !part.length && place > 0) throw new AgeError("damaged");
    parts.push(part);
  }
  return join(...parts);
}

/** @param {Uint8Array} key @param {Uint8Array} nonce @param {Uint8Array} box @param {string} code */
function opened(key, nonce, box, code) {
  try {
    return chacha20poly1305(key, nonce).decrypt(box);
  } catch {
    throw new AgeError(code);
  }
}
