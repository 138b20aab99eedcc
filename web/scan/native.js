// The browser's own decoder, where it has one that works: Chrome on Android with Play services, ChromeOS, macOS.

/** @type {Promise<((picture: ImageBitmapSource) => Promise<string[]>) | null> | null} */
let found = null;

/** A picture to the texts on it; `null` where the browser has no such decoder, or one that fails. */
export function native() {
  found ??= detector();
  return found;
}

async function detector() {
  const Detector = /** @type {any} */ (globalThis).BarcodeDetector;
  if (!Detector) return null;
  try {
    if (!(await Detector.getSupportedFormats()).includes("qr_code")) return null;
    const detector = new Detector({ formats: ["qr_code"] });
    return async (/** @type {ImageBitmapSource} */ picture) => {
      try {
        const codes = await detector.detect(picture);
        return codes.map((/** @type {any} */ code) => code.rawValue).filter(Boolean);
      } catch {
        found = Promise.resolve(null); // A telephone without Play services promises it and throws.
        return [];
      }
    };
  } catch {
    return null;
  }
}
