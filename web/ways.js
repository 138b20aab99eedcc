// The ways in which a certificate comes: the camera, a photograph, a PDF, a file, another app. What looks at pictures is loaded when it is
// first needed, and kept then.

import { KernelError } from "./kernel.js";

/** 64 MiB: no photograph of a telephone, no certificate and no list is larger. */
export const LARGEST = 64 * 1024 * 1024;

/** 1,024 bytes, within which a PDF says that it is one (ISO 32000-2 annex I). */
const PDF_HEAD = 1024;

/** The scanner's own words, for what could not be loaded. */
const NOT_HERE = "scan.error.not-here";

/** @param {Promise<any>} loading @returns {Promise<any>} */
const loaded = (loading) =>
  loading.catch(() => {
    throw new KernelError(NOT_HERE);
  });

/** @param {string} text */
const bytesOf = (text) => new TextEncoder().encode(text);

/** The address of a code where a message has one in it, else the text: a file's own text stays as it is. @param {string} text */
export function codeIn(text) {
  const whole = text.trim();
  return /^[[{<]/.test(whole) ? whole : /https:\/\/[^\s#]+#\d{60,}/i.exec(whole)?.[0] ?? whole;
}

/**
 * What a file has in it for the kernel. `attached` says how many of the items, from the first, were files of their own; the others
 * are codes.
 * @param {Blob} file
 * @returns {Promise<{ items: Uint8Array[], attached: number }>}
 * @throws {KernelError} whose code is the identifier of a sentence
 */
export async function inside(file) {
  if (file.size > LARGEST) throw new KernelError("notread.file-too-large");
  const bytes = new Uint8Array(await file.arrayBuffer());
  const head = latin(bytes.subarray(0, PDF_HEAD));
  if (head.includes("%PDF-")) return ofPdf(bytes);
  const isPicture = /^(\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP)/s.test(head) || file.type.startsWith("image/");
  // A drawing is text, and a badge may have been baked into it or into a PNG: that is read, not looked at.
  if (!isPicture || head.trimStart().startsWith("<") || isBadge(bytes)) return { items: [bytes], attached: 1 };
  return ofPicture(file);
}

/** @param {Uint8Array} bytes */
const latin = (bytes) => String.fromCharCode(...bytes);

/** Whether a PNG has a chunk named so (Open Badges 3.0 §5.3). @param {Uint8Array} bytes */
function isBadge(bytes) {
  const name = bytesOf("openbadge");
  const at = (/** @type {number} */ from) => name.every((byte, place) => bytes[from + place] === byte);
  for (let from = bytes.indexOf(name[0]); from >= 0; from = bytes.indexOf(name[0], from + 1)) if (at(from)) return bytes[0] === 0x89;
  return false;
}

/** @param {Uint8Array} bytes */
async function ofPdf(bytes) {
  const { PdfError, insideOf } = await loaded(import("./scan/pdf.js"));
  try {
    const { attachments, codes, unread } = await insideOf(bytes);
    // Where a part of it was not looked at, nobody knows that there is none.
    if (!attachments.length && !codes.length) throw new KernelError(unread ? "scan.pdf.unread" : "scan.pdf.none");
    return { items: [...attachments, ...codes.map(bytesOf)], attached: attachments.length };
  } catch (error) {
    if (error instanceof PdfError) throw new KernelError(error.code === "absent" ? NOT_HERE : `scan.pdf.${error.code}`);
    throw error;
  }
}

/** @param {Blob} file */
async function ofPicture(file) {
  const { PictureError, textsIn } = await loaded(import("./scan/picture.js"));
  try {
    const texts = await textsIn(file);
    if (!texts.length) throw new KernelError("scan.photo.none");
    return { items: texts.map(bytesOf), attached: 0 };
  } catch (error) {
    if (error instanceof PictureError) throw new KernelError(error.code === "absent" ? NOT_HERE : `scan.photo.${error.code}`);
    throw error;
  }
}

/** The camera's panel in a place of the page. @param {HTMLElement} place @param {{ say: (id: string) => string, onText: (text: string) => void, onClose: () => void }} page */
export async function camera(place, page) {
  const { panel } = await loaded(import("./scan/panel.js"));
  await styled("/scan/panel.css");
  const made = panel(page);
  place.append(made.element);
  return made;
}

/** Loads a style, once. @param {string} href */
export function styled(href) {
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  const done = new Promise((ready) => {
    link.onload = ready;
    link.onerror = ready; // It works without, and looks plain.
  });
  document.head.append(link);
  return done;
}

/** What another app handed over: it waits in the worker, and was sent to nobody. @returns {Promise<{ files: File[], text: string } | null>} */
export function shared() {
  const controller = navigator.serviceWorker?.controller;
  if (!controller) return Promise.resolve(null);
  const { port1, port2 } = new MessageChannel();
  return new Promise((done) => {
    port1.onmessage = ({ data }) => done(data);
    setTimeout(() => done(null), SHARED_MS);
    controller.postMessage("shared", [port2]);
  });
}

/** 5 seconds: what the worker has is in its memory. */
const SHARED_MS = 5_000;
