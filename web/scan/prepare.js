// A picture made easier to read. Pure: pixels in, pixels out; the worker and the measuring script run the same lines.

/** One byte a pixel, row by row. @typedef {{ luma: Uint8ClampedArray, width: number, height: number }} Grey */

/** The ways to prepare a picture, by name. @type {Record<string, (picture: Grey) => Grey>} */
export const WAYS = {
  plain: (picture) => picture,
  soft,
  sharp: (picture) => soft(sharpened(picture)),
  stretched,
  inverted: ({ luma, width, height }) => ({ luma: luma.map((value) => 255 - value), width, height }),
  halved,
  grown,
};

/** The grey of a canvas's pixels, on white where they are transparent. @param {{ data: Uint8ClampedArray, width: number, height: number }} pixels @returns {Grey} */
export function grey({ data, width, height }) {
  const luma = new Uint8ClampedArray(width * height);
  for (let at = 0, from = 0; at < luma.length; at += 1, from += 4) {
    // The weights are those of Rec. ITU-R BT.601.
    const value = (data[from] * 299 + data[from + 1] * 587 + data[from + 2] * 114) / 1000;
    luma[at] = 255 + ((value - 255) * data[from + 3]) / 255;
  }
  return { luma, width, height };
}

/** Four bytes a pixel again, as decoders take it. @param {Grey} picture */
export function painted({ luma, width, height }) {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let at = 0, to = 0; at < luma.length; at += 1, to += 4) {
    data[to] = data[to + 1] = data[to + 2] = luma[at];
    data[to + 3] = 255;
  }
  return { data, width, height };
}

/** A part of a picture. @param {Grey} picture @returns {Grey} */
export function part({ luma, width }, left, top, wide, high) {
  const cut = new Uint8ClampedArray(wide * high);
  for (let row = 0; row < high; row += 1) {
    const from = (top + row) * width + left;
    cut.set(luma.subarray(from, from + wide), row * wide);
  }
  return { luma: cut, width: wide, height: high };
}

/** Each pixel the mean of its 3 × 3 surroundings: takes noise away. @param {Grey} picture @returns {Grey} */
function soft(picture) {
  return mean(picture, 1);
}

/** Each pixel's difference from its surroundings, enlarged: undoes part of a lens out of focus. @param {Grey} picture @returns {Grey} */
function sharpened(picture) {
  const around = mean(picture, SURROUNDINGS).luma;
  const luma = picture.luma.map((value, at) => value + SHARPEN_AMOUNT * (value - around[at]));
  return { luma, width: picture.width, height: picture.height };
}

/** The mean of (2 × reach + 1)² pixels, by running sums along rows and then columns. @param {Grey} picture @param {number} reach @returns {Grey} */
function mean({ luma, width, height }, reach) {
  const across = new Float32Array(luma.length);
  const out = new Uint8ClampedArray(luma.length);
  const run = (from, to, start, step, length) => {
    const clamped = (at) => from[start + Math.min(Math.max(at, 0), length - 1) * step];
    let sum = 0;
    for (let at = -reach; at <= reach; at += 1) sum += clamped(at);
    for (let at = 0; at < length; at += 1) {
      to[start + at * step] = sum / (2 * reach + 1);
      sum += clamped(at + reach + 1) - clamped(at - reach);
    }
  };
  for (let row = 0; row < height; row += 1) run(luma, across, row * width, 1, width);
  for (let column = 0; column < width; column += 1) run(across, out, column, width, height);
  return { luma: out, width, height };
}

/** The greys between the darkest and the lightest fiftieth, spread over all of them: for faded ink. @param {Grey} picture @returns {Grey} */
function stretched({ luma, width, height }) {
  const counts = new Uint32Array(256);
  for (const value of luma) counts[value] += 1;
  const beyond = luma.length / 50;
  let low = 0;
  for (let seen = counts[0]; seen < beyond && low < 254; seen += counts[low]) low += 1;
  let high = 255;
  for (let seen = counts[255]; seen < beyond && high > low + 1; seen += counts[high]) high -= 1;
  return { luma: luma.map((value) => ((value - low) * 255) / (high - low)), width, height };
}

/** Half the width and height, each pixel the mean of four. @param {Grey} picture @returns {Grey} */
function halved({ luma, width, height }) {
  const wide = width >> 1;
  const high = height >> 1;
  const small = new Uint8ClampedArray(wide * high);
  for (let row = 0; row < high; row += 1) {
    for (let column = 0; column < wide; column += 1) {
      const from = row * 2 * width + column * 2;
      small[row * wide + column] = (luma[from] + luma[from + 1] + luma[from + width] + luma[from + width + 1]) / 4;
    }
  }
  return { luma: small, width: wide, height: high };
}

/** Half as large again, between the pixels linear: for codes of few pixels a module. @param {Grey} picture @returns {Grey} */
function grown({ luma, width, height }) {
  const wide = Math.floor(width * GROWTH);
  const high = Math.floor(height * GROWTH);
  const large = new Uint8ClampedArray(wide * high);
  for (let row = 0; row < high; row += 1) {
    const y = Math.min(row / GROWTH, height - 1.001);
    const top = Math.floor(y);
    for (let column = 0; column < wide; column += 1) {
      const x = Math.min(column / GROWTH, width - 1.001);
      const left = Math.floor(x);
      const at = top * width + left;
      const above = luma[at] + (luma[at + 1] - luma[at]) * (x - left);
      const below = luma[at + width] + (luma[at + width + 1] - luma[at + width]) * (x - left);
      large[row * wide + column] = above + (below - above) * (y - top);
    }
  }
  return { luma: large, width: wide, height: high };
}

/** 3 pixels each way: the surroundings of a pixel, about a module and a half. */
const SURROUNDINGS = 3;

/** 1.5 times the difference, as in the decoder of the command line. */
const SHARPEN_AMOUNT = 1.5;

/** Half as large again, as in the decoder of the command line. */
const GROWTH = 1.5;
