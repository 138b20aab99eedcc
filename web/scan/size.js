// How large a picture says it is, from its first bytes: a file of a few kilobytes can unfold to more than a telephone has.

/** Width and height of a PNG, JPEG or WebP; `null` of anything else, and where the bytes do not say. @param {Uint8Array} head */
export function sizeOf(head) {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  try {
    if (view.getUint32(0) === 0x89504e47) return { width: view.getUint32(16), height: view.getUint32(20) };
    if (view.getUint16(0) === 0xffd8) return ofJpeg(view);
    if (view.getUint32(0) === 0x52494646 && view.getUint32(8) === 0x57454250) return ofWebp(view);
  } catch {
    // The bytes end too early: the browser will say what it thinks of the file.
  }
  return null;
}

/** The frame header among the segments (ITU-T T.81 annex B). @param {DataView} view */
function ofJpeg(view) {
  for (let at = 2; ; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    if (view.getUint8(at) !== 0xff || marker === 0xda) return null;
  }
}

/** The three forms of WebP (RFC 9649 §2). @param {DataView} view */
function ofWebp(view) {
  const three = (/** @type {number} */ at) => view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
  const chunk = view.getUint32(12);
  if (chunk === 0x56503858) return { width: 1 + three(24), height: 1 + three(27) };
  if (chunk === 0x56503820) return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  const bits = view.getUint32(21, true);
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}
