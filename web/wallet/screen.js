// The wallet's screen: one page at a time, what it tells, what went wrong, and saving a file.

import { h } from "../desk/dom.js";
import { now } from "../kernel.js";
import { camera } from "../ways.js";
import { say } from "../words.js";

/** 60 seconds: until then a browser has read what it saves; and so long a locked wallet may be out of sight (threats.md K6). */
export const UNSEEN = 60 * 1000;

/** @param {string} id @returns {any} */
export const at = (id) => document.getElementById(id);

/** @param {string} text @param {(event: any) => any} press @param {string=} kind */
export const button = (text, press, kind = "quiet") => h("button", { type: "button", class: kind, on: { click: press } }, text);

/** @param {string} label @param {Record<string, any>} attributes */
export const field = (label, attributes) => h("label", { class: "field" }, h("span", {}, label), h("input", { autocomplete: "off", ...attributes }));

/** A file to choose, as a button. @param {string} label @param {Record<string, any>} attributes */
export const way = (label, attributes) => h("label", { class: "way" }, h("span", {}, label), h("input", { type: "file", ...attributes }));

export function quiet() {
  at("status").textContent = "";
  at("error").hidden = true;
}

/** @param {string} text */
export function tell(text) {
  quiet();
  at("status").textContent = text;
}

/** @param {unknown} error */
export function complain(error) {
  quiet();
  const { code, params } = /** @type {any} */ (error);
  const ids = [code, `backup.${code}`, `wallet.${code}`].filter((id) => id && say(id) !== id);
  at("error-title").textContent = params?.title ?? say(ids[0] ?? "wallet.failed");
  const next = `${ids[0] ?? "wallet.failed"}.next`;
  at("error-next").textContent = params?.next ?? (say(next) === next ? "" : say(next));
  at("error").hidden = false;
  at("error").focus();
}

/** Runs what may fail, and says so. @param {(event?: any) => any} act */
export const trying = (act) => async (/** @type {any} */ event) => {
  event?.preventDefault?.();
  quiet();
  const pressed = event?.submitter ?? event?.currentTarget;
  const stopped = pressed instanceof HTMLButtonElement;
  if (stopped) pressed.disabled = true;
  try {
    await act(event);
  } catch (error) {
    complain(error);
  } finally {
    if (stopped) pressed.disabled = false;
  }
};

/** What is on the screen: drawn again in another language. @type {() => any} */
let drawn = () => {};
/** What goes when another page comes, such as the camera. @type {() => any} */
let leaving = () => {};

/** Draws what is on the screen again. */
export const again = () => drawn();

/** @param {() => any} leave is called once, when another page comes */
export const whenLeft = (leave) => (leaving = leave);

/** A page of its own. @param {() => any} draw @param {...any} children */
export function place(draw, ...children) {
  drawn = draw;
  const left = leaving;
  leaving = () => {};
  left();
  quiet();
  at("main").replaceChildren(...children.flat().filter(Boolean));
  at("main").focus({ preventScroll: true });
  scrollTo({ top: 0 });
}

/**
 * What a button for the checker's own scanner does: it is loaded when it is asked for, one at a time, and not opened on a page that was left meanwhile. It
 * looks on until a text is taken: beside ours may stand any code.
 * @param {HTMLElement} film where it stands @param {(text: string) => Promise<boolean>} onText says whether it takes a text
 */
export function scanning(film, onText) {
  /** @type {any} */
  let scanner = null;
  /** The codes in view: one is looked at after the other. @type {string[] | null} */
  let inView = null;
  return async (/** @type {any} */ { currentTarget: pressed }) => {
    const seen = async (/** @type {string} */ text) => {
      if (inView) return void inView.push(text);
      const texts = (inView = [text]);
      for (const one of texts) {
        const isTaken = await onText(one);
        if (texts !== inView) return;
        if (isTaken) return scanner.close();
      }
      inView = null;
    };
    const onClose = () => {
      inView = null;
      pressed.hidden = false;
      if (scanner.element.hidden) pressed.focus();
    };
    scanner ??= await camera(film, { say, onText: seen, onClose });
    if (!film.isConnected) return;
    whenLeft(scanner.close);
    pressed.hidden = true;
    await scanner.open();
  };
}

/** @param {Uint8Array} bytes @param {string} ending */
export function download(bytes, ending) {
  const address = URL.createObjectURL(new Blob([/** @type {any} */ (bytes)], { type: "application/octet-stream" }));
  // The name says nothing about the person, nor what it is.
  const link = h("a", { href: address, download: `${say("wallet.title").toLowerCase()}-${new Date(now() * 1000).toISOString().slice(0, 10)}.${ending}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), UNSEEN);
}
