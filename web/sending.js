// What a page cannot do by itself its server can: this sends it there. It is loaded when a person has pressed the button that says so.

import { language, say } from "./words.js";

/** 8 MiB, as the server reads at most. */
const LARGEST = 8 * 1024 * 1024;

/** 3,000 pixels along the longer side: 10 a millimetre of A4, six for each module of our densest code. */
const LONGEST = 3000;

/** 1 MiB: a picture below this is sent as it is, if it is of a format that the server reads. */
const LIGHT = 1024 * 1024;

/** Why there is no answer, in words. */
export class Unanswered extends Error {
  /** @param {string} title @param {string=} next */
  constructor(title, next) {
    super(title);
    this.title = title;
    this.next = next;
  }
}

/** A photograph, made small enough for a slow line; anything else as it is. @param {string | Blob} bytes @returns {Promise<string | Blob>} */
async function lighter(bytes) {
  const read = ["image/jpeg", "image/png", "image/webp"];
  if (!(bytes instanceof Blob) || !bytes.type.startsWith("image/")) return bytes;
  if (bytes.size <= LIGHT && read.includes(bytes.type)) return bytes;
  try {
    const picture = await createImageBitmap(bytes);
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return await new Promise((done) => canvas.toBlob((blob) => done(blob ?? bytes), "image/jpeg", 0.92));
  } catch {
    return bytes; // A format that this browser cannot open either: the server says so.
  }
}

/**
 * Sends it to the computer of this address, and gives what that says.
 * @param {string | Blob} offered @param {string} country @returns {Promise<{ verdicts: any[], notRead?: any[] }>}
 * @throws {Unanswered}
 */
export async function send(offered, country) {
  const bytes = await lighter(offered);
  if (bytes instanceof Blob && bytes.size > LARGEST) {
    throw new Unanswered(say("notread.file-too-large"), say("notread.file-too-large.next"));
  }
  const asked = new URLSearchParams({ lang: language(), country });
  const answer = await fetch(`/api/verify?${asked}`, {
    method: "POST",
    body: bytes,
    headers: { "content-type": "application/octet-stream" },
    cache: "no-store",
  });
  const said = await answer.json();
  if (!answer.ok) throw new Unanswered(said.title, said.detail);
  return said;
}
