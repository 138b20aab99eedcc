// Codes in a photograph or a screenshot: all of them, as far as they can be read. The picture leaves neither the page nor a trace.

import { native } from "./native.js";
import { look, strengthen } from "./reader.js";
import { sizeOf } from "./size.js";

/** Why a picture was not looked at. `code` is `absent` (no decoder is on this device), `damaged` or `too-large`. */
export class PictureError extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/**
 * The texts of the QR codes in a picture, in the order found and without repeats; none if no code was read.
 * @param {Blob} blob
 * @returns {Promise<string[]>}
 * @throws {PictureError}
 */
export async function textsIn(blob) {
  const declared = sizeOf(new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer()));
  if (declared && declared.width * declared.height > MOST_PIXELS) throw new PictureError("too-large");
  const picture = await opened(blob);
  try {
    if (picture.width * picture.height > MOST_PIXELS) throw new PictureError("too-large");
    return await textsOn(picture);
  } finally {
    picture.close();
  }
}

/** @param {Blob} blob @returns {Promise<ImageBitmap>} */
async function opened(blob) {
  try {
    return await createImageBitmap(blob, { imageOrientation: "from-image" });
  } catch (error) {
    // Older browsers know no such option, and turn the picture by themselves or not at all: a turned code is read too.
    if (error instanceof TypeError) return createImageBitmap(blob).catch(refuse);
    return refuse();
  }
}

/** @returns {never} */
function refuse() {
  throw new PictureError("damaged");
}

/** @param {ImageBitmap} picture */
async function textsOn(picture) {
  /** @type {Set<string>} */
  const texts = new Set();
  const whole = { left: 0, top: 0, width: picture.width, height: picture.height };
  let unread = false;
  let looked = false;
  const read = async (area, longest, way, decoder) => {
    const result = await look(picture, { area, longest, way, decoder });
    unread ||= result.seen;
    looked ||= !result.failed;
    for (const text of result.texts) texts.add(text);
  };

  const own = await native();
  for (const text of own ? await own(picture) : []) texts.add(text);
  for (const way of ["plain", "sharp"]) await read(whole, REDUCED, way, "small");
  if (texts.size && !unread) return [...texts];
  if (!texts.size && !looked) throw new PictureError("absent");

  // Something resists or nothing was found: a photograph is worth the strongest decoder, if the network gives it.
  const decoder = (await strengthen()) ? "strong" : "small";
  for (const way of ["sharp", "soft", "plain"]) await read(whole, REDUCED, way, decoder);
  if (texts.size) return [...texts];
  for (const area of tiles(picture)) {
    await read(area, TILE, "plain", decoder);
    if (!texts.size) await read(area, TILE, "sharp", decoder);
  }
  const last = Math.max(picture.width, picture.height) < SMALL ? "grown" : "halved";
  for (const way of [last, "stretched", "inverted"]) if (!texts.size) await read(whole, REDUCED, way, decoder);
  return [...texts];
}

/** Overlapping parts of a picture that is larger than one look; none of one that is not. @param {ImageBitmap} picture */
export function tiles({ width, height }) {
  if (Math.max(width, height) <= REDUCED) return [];
  // Of a very large picture the tiles are larger than a look and drawn smaller, so that there are never many.
  const side = Math.max(TILE, Math.ceil(Math.max(width, height) / MOST_TILES_A_SIDE));
  const step = Math.floor(side * (1 - OVERLAP));
  const starts = (/** @type {number} */ length) => {
    const count = Math.max(1, Math.ceil((length - side) / step) + 1);
    return Array.from({ length: count }, (_, at) => Math.max(0, Math.min(at * step, length - side)));
  };
  return starts(height).flatMap((top) =>
    starts(width).map((left) => ({ left, top, width: Math.min(side, width - left), height: Math.min(side, height - top) })),
  );
}

/** 64 KiB, within which a picture says how large it is; cameras put a small picture and places before that. */
const HEAD_BYTES = 64 * 1024;

/** 64 million pixels, as the command line takes: a telephone's 12 to 50 million, a 600 dpi A4 scan's 35 million. */
const MOST_PIXELS = 64_000_000;

/** 1,600 pixels: at this side a photograph of half an A4 page still gives a 35 mm version 10 symbol 4 pixels a module. */
const REDUCED = 1_600;

/** 1,200 pixels a tile, and a third of it seen twice, so that a code up to 400 pixels is whole in one of them. */
const TILE = 1_200;
const OVERLAP = 1 / 3;
const MOST_TILES_A_SIDE = 3;

/** 800 pixels: a thumbnail that somebody forwarded. */
const SMALL = 800;
