// How often the decoders of the page read simulated photographs: rates.mjs FRAMES NODE_MODULES
// A scan is six frames of one code; each frame is prepared as the camera would prepare it (LOOKS of web/scan/looks.js), so
// "6 frames" is the whole of what a person sees in the first second or two.

import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

import { LOOKS, STRENGTHENED } from "../../../web/scan/looks.js";
import { WAYS, grey, painted } from "../../../web/scan/prepare.js";
import { decodeQRBatch } from "../../../web/vendor/qr/decode.js";
import { prepareZXingModule, readBarcodes } from "../../../web/vendor/zxing-wasm/dist/es/reader/index.js";

const [frames, modules] = process.argv.slice(2);
const jpeg = createRequire(`${modules}/`)("jpeg-js");
const wasm = fileURLToPath(new URL("../../../web/vendor/zxing-wasm/dist/reader/zxing_reader.wasm", import.meta.url));
prepareZXingModule({ overrides: { wasmBinary: readFileSync(wasm) } });

/** As web/scan/worker.js calls them. */
const DECODERS = {
  small: async (picture) => {
    const [results] = await decodeQRBatch([picture], { maxSize: picture, effort: 8, timeLimit: 100 });
    return results.filter((result) => typeof result === "string");
  },
  strong: async (picture) => {
    const results = await readBarcodes(picture, { formats: ["QRCode"], tryHarder: true, tryDenoise: true });
    return results.filter((result) => result.isValid).map((result) => result.text);
  },
};

/** What reads frame number so and so, under each plan: the small decoder as it is, rotating, the strongest alone, rotating, and the page's own plan. */
const PLANS = {
  "qr 0.7, plain": () => ["small", "plain"],
  "qr 0.7, rotating": (frame) => ["small", LOOKS[frame % LOOKS.length][1]],
  "zxing-wasm 3.1.6, plain": () => ["strong", "plain"],
  "zxing-wasm 3.1.6, rotating": (frame) => ["strong", STRENGTHENED[frame % STRENGTHENED.length][2]],
  "the page once strengthened": (frame) => {
    const [decoder, , way] = STRENGTHENED[frame % STRENGTHENED.length];
    return [decoder, way];
  },
};

const scans = readdirSync(frames)
  .filter((name) => name.endsWith(".txt"))
  .map((name) => name.slice(0, -4))
  .sort();
/** cell → plan → { hits per scan, ms per frame } */
const table = new Map();
let wrong = 0;
for (const scan of scans) {
  const text = readFileSync(`${frames}/${scan}.txt`, "utf8");
  const cell = scan.replace(/-s\d+$/, "");
  if (!table.has(cell)) table.set(cell, new Map(Object.keys(PLANS).map((plan) => [plan, { hits: [], ms: [] }])));
  const firsts = Object.fromEntries(Object.keys(PLANS).map((plan) => [plan, Infinity]));
  for (let frame = 0; frame < 6; frame += 1) {
    const { data, width, height } = jpeg.decode(readFileSync(`${frames}/${scan}-f${frame}.jpg`), { useTArray: true });
    const picture = grey({ data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.length), width, height });
    /** The same look under two plans is taken once. */
    const looked = new Map();
    for (const [plan, choose] of Object.entries(PLANS)) {
      const [decoder, way] = choose(frame);
      const key = `${decoder} ${way}`;
      if (!looked.has(key)) {
        const begun = process.cpuUsage().user;
        const texts = await DECODERS[decoder](painted(WAYS[way](picture)));
        looked.set(key, { texts, ms: (process.cpuUsage().user - begun) / 1000 });
        wrong += texts.filter((one) => one !== text).length;
      }
      const { texts, ms } = looked.get(key);
      table.get(cell).get(plan).ms.push(ms);
      if (texts.includes(text)) firsts[plan] = Math.min(firsts[plan], frame + 1);
    }
  }
  for (const [plan, first] of Object.entries(firsts)) table.get(cell).get(plan).hits.push(first);
}

console.log("| scene | decoder | scans | 1 frame % | 3 frames % | 6 frames % | CPU ms, median | 95th |\n|---|---|---|---|---|---|---|---|");
for (const [cell, plans] of table) {
  for (const [plan, { hits, ms }] of plans) {
    const within = (count) => Math.round((100 * hits.filter((first) => first <= count).length) / hits.length);
    ms.sort((one, other) => one - other);
    const at = (part) => Math.round(ms[Math.floor(((ms.length - 1) * part) / 100)]);
    console.log(`| ${cell} | ${plan} | ${hits.length} | ${within(1)} | ${within(3)} | ${within(6)} | ${at(50)} | ${at(95)} |`);
  }
}
console.log(`texts that were not the printed one: ${wrong}`);
