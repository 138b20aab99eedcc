// A PDF: the certificate attached to it, and the codes in its pictures. Both are given, for they may differ (threats.md H9).

import { PictureError, textsIn } from "./picture.js";

/** Why a PDF was not opened. `code` is `absent` (what reads them is not on this device), `damaged`, `locked` or `too-large`. */
export class PdfError extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/**
 * What is inside a PDF. `attachment` is the first attached file that begins like JSON, `attachments` all of them; `codes` are the
 * texts in its pictures; `unread` counts pictures in which nothing could be looked for. With neither an attachment nor a code the
 * person is asked to photograph the page (`scan.pdf.none`).
 * @param {Uint8Array} bytes
 * @param {{ call: (op: string, args: object, ...blobs: Uint8Array[]) => any }} [kernel] the module with the op `pdf`
 * @returns {Promise<{ attachment?: Uint8Array, attachments: Uint8Array[], codes: string[], unread: number }>}
 * @throws {PdfError}
 */
export async function insideOf(bytes, kernel) {
  const { attachments: count, pictures, unread: left, blobs = [] } = inside(bytes, kernel ?? (await reader()));
  const attachments = blobs.slice(0, count);
  /** @type {Set<string>} */
  const codes = new Set();
  let unread = left;
  for (const [at, { form, width, height }] of pictures.entries()) {
    const data = blobs[count + at];
    try {
      const picture = form === "jpeg" ? new Blob([data], { type: "image/jpeg" }) : await png(data, width, height);
      for (const text of await textsIn(picture)) codes.add(text);
    } catch (error) {
      if (!(error instanceof PictureError)) throw error;
      unread += 1;
    }
  }
  return { attachment: attachments[0], attachments, codes: [...codes], unread };
}

/** The module, fetched when the first PDF comes. */
async function reader() {
  try {
    return await (await import("../kernel.js")).reader();
  } catch {
    throw new PdfError("absent");
  }
}

function inside(bytes, kernel) {
  try {
    return kernel.call("pdf", {}, bytes);
  } catch (error) {
    const code = /** @type {any} */ (error)?.code;
    throw new PdfError(code === "locked" || code === "too-large" ? code : "damaged");
  }
}

/** Grey pixels as a picture that goes the way of all pictures. @param {Uint8Array} luma @returns {Promise<Blob>} */
async function png(luma, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const brush = canvas.getContext("2d");
  const pixels = new ImageData(width, height);
  for (let at = 0, to = 0; at < luma.length; at += 1, to += 4) {
    pixels.data[to] = pixels.data[to + 1] = pixels.data[to + 2] = luma[at];
    pixels.data[to + 3] = 255;
  }
  brush?.putImageData(pixels, 0, 0);
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new PictureError("too-large"))), "image/png"));
}
