// Keeping the page on this device, and saying when a newer one waits.

import { language } from "./words.js";
import { scriptUrl } from "./trusted.js";

/** 24 hours: no older version stays longer while there is a network. */
const ASK_AGAIN = 24 * 60 * 60 * 1000;

/** Lets the worker keep the page. @param {() => void} newer is called when a newer version is ready @param {() => boolean=} isIdle whether nobody would miss what is on the screen */
export async function keep(newer, isIdle = () => false) {
  const workers = navigator.serviceWorker;
  // Without a secure address, or in a private window, there is none: the page works as long as the server is there.
  if (!workers) return;
  // Another window has let a newer version in: parts of it do not fit what is open here.
  let had = workers.controller;
  workers.addEventListener("controllerchange", () => {
    if (had && isIdle()) location.reload();
    had = workers.controller;
  });
  try {
    const registration = await workers.register(scriptUrl("/sw.js"), { updateViaCache: "none" });
    const watch = () => {
      if (registration.waiting && workers.controller) newer();
    };
    watch();
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", watch));
    setInterval(() => registration.update().catch(() => {}), ASK_AGAIN);
    await keepLanguage();
  } catch {
    // Storage is switched off, or full.
  }
}

/** Keeps what the page needs in its language. */
export async function keepLanguage() {
  const active = (await navigator.serviceWorker?.ready)?.active;
  active?.postMessage([`/?lang=${language()}`, `/i18n/${language()}.json`, `/i18n/verdict/${language()}.json`]);
}

/**
 * Keeps everything on this device, the scanner and its strongest decoder too.
 * @param {(done: number, count: number) => void} tell
 * @returns {Promise<boolean>} whether all of it is here now
 */
export async function keepAll(tell) {
  // Where none could be registered, none is ever ready.
  if (!(await navigator.serviceWorker?.getRegistration())) return false;
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  return new Promise((ready) => {
    port1.onmessage = ({ data: { done, count, failed } }) => {
      if (!failed) tell(done, count);
      if (failed || done === count) {
        port1.close();
        ready(!failed);
      }
    };
    active?.postMessage("keep all", [port2]);
  });
}
