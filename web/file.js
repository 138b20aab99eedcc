// A file for the person to keep: made in this page, saved where the browser saves.

/** 60 seconds: until then a browser has read what it saves. */
const READ = 60 * 1000;

/** @param {string} name says nothing about a person @param {string} type @param {BlobPart} bytes */
export function offer(name, type, bytes) {
  const link = document.createElement("a");
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), READ);
}
