// Reads codes away from the page, so that the page stays awake. One picture at a time; nothing is kept between two.

import { decodeQRBatch } from "../vendor/qr/decode.js";
import { WAYS, grey, painted } from "./prepare.js";

/** The strongest decoder, once it was asked for. @type {Promise<any> | null} */
let strongest = null;

/** Loads it: 410 KB compressed, which is why it is not here from the start. */
async function strong() {
  strongest ??= import("../vendor/zxing-wasm/dist/es/reader/index.js").then(async (zxing) => {
    const locateFile = (/** @type {string} */ file) => new URL(`../vendor/zxing-wasm/dist/reader/${file}`, import.meta.url).href;
    await zxing.prepareZXingModule({ overrides: { locateFile }, fireImmediately: true });
    return zxing;
  });
  try {
    return await strongest;
  } catch (error) {
    strongest = null; // No network at this moment; the next call tries again.
    throw error;
  }
}

/** Every decoder: a picture to the texts on it, and whether a code was seen that could not be read. */
const DECODERS = {
  /** @param {ImageData} picture */
  small: async (picture) => {
    let seen = false;
    const pointsOnDetect = (/** @type {any} */ _, /** @type {string | Error} */ result) => {
      seen ||= result instanceof Error;
    };
    const [results] = await decodeQRBatch([picture], { maxSize: picture, effort: EFFORT, timeLimit: EFFORT_MS, pointsOnDetect });
    return { texts: results.filter((result) => typeof result === "string"), seen };
  },
  /** @param {ImageData} picture */
  strong: async (picture) => {
    const options = { formats: ["QRCode"], tryHarder: true, tryDenoise: true, returnErrors: true, maxNumberOfSymbols: CODES };
    const results = await (await strong()).readBarcodes(picture, options);
    const read = results.filter((/** @type {any} */ result) => result.isValid && !result.error);
    return { texts: read.map((/** @type {any} */ result) => result.text), seen: read.length < results.length };
  },
};

/** The pixels of a bitmap at a size. @param {ImageBitmap} bitmap */
function drawn(bitmap, width, height) {
  const brush = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (!brush) throw new Error("no canvas");
  brush.fillStyle = "white"; // A screenshot may be transparent.
  brush.fillRect(0, 0, width, height);
  brush.imageSmoothingQuality = "high";
  brush.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return brush.getImageData(0, 0, width, height);
}

/** @param {{ picture: any, width: number, height: number, way: string, decoder: "small" | "strong" }} asked */
async function read({ picture, width, height, way, decoder }) {
  const pixels = "data" in picture ? picture : drawn(picture, width, height);
  const prepared = painted(WAYS[way](grey(pixels)));
  return DECODERS[decoder](/** @type {any} */ (prepared));
}

addEventListener("message", async ({ data }) => {
  try {
    postMessage({ ask: data.ask, ...(data.warm ? (await strong(), {}) : await read(data)) });
  } catch {
    // Whatever went wrong: from this look there is no text, and that is all that can be said.
    postMessage({ ask: data.ask, failed: true });
  }
});

/** 64 codes in one picture: a sheet of certificates has a dozen. */
const CODES = 64;

/** 8 attempts at one code, for no longer than 100 milliseconds. */
const EFFORT = 8;
const EFFORT_MS = 100;
