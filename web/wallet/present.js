// Showing certificates: in answer to a checker's question, or as a live code that is new every minute.

import { draw, h } from "../desk/dom.js";
import { KernelError, kernel, now } from "../kernel.js";
import { say } from "../words.js";
import { isDelegation } from "./delegation.js";
import { complain, scanning } from "./screen.js";

/** 60 seconds, as the kernel has it: a live code is good for no longer. */
const MINUTE = 60;

/** 5 places for a code: over the whole width, and in each corner. */
const PLACES = 5;

/** Where codes stand on this screen, until the page is left. */
let corner = 0;

/**
 * A code as a drawing, on glass that may be cracked: a tap moves it to the next corner (qr.md §4 iv).
 * @param {any} one @param {string} text
 */
export function codeOf(one, text) {
  const { path, size } = one.call("qr", { text });
  const code = draw("svg", { class: "code", viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": say("wallet.code") }, draw("path", { d: path, "stroke-width": 1 }));
  const glass = h("div", { class: "glass", "data-corner": String(corner) }, code);
  const move = () => {
    corner = (corner + 1) % PLACES;
    glass.dataset.corner = String(corner);
  };
  code.addEventListener("click", move);
  return h("div", {}, glass, h("button", { type: "button", class: "quiet move", on: { click: move } }, say("wallet.code.move")));
}

/**
 * The page on which certificates are shown.
 * @param {{ key: string, certificates: string[], titles: string[], besides: string[], button: Function, trying: Function, back: () => any }} wallet
 * @returns {any[]}
 */
export function answering({ key, certificates, titles, besides, button, trying, back }) {
  const chosen = certificates.map(() => h("input", { type: "checkbox" }));
  if (chosen.length === 1) chosen[0].checked = true;
  // What binds a certificate to this key goes along by itself; the kernel leaves out what speaks of nothing that is shown.
  for (const [at, box] of chosen.entries()) if (isDelegation(certificates[at])) box.checked = box.disabled = true;
  const question = h("textarea", { rows: 3, autocomplete: "off", spellcheck: "false", autocapitalize: "off" });
  const to = h("p", { class: "audience", role: "status" });
  const shown = h("div", { class: "shown", "aria-live": "polite" });
  const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);
  const present = (/** @type {any} */ one, /** @type {string | null} */ ask) => {
    const some = certificates.filter((_, at) => chosen[at].checked).map(bytes);
    const host = location.protocol === "https:" && !location.port ? { host: location.hostname } : {};
    return one.call("present", { now: now(), ...host, ...(ask ? { ask } : {}) }, bytes(key), ...some);
  };
  const read = async (/** @type {string} */ text) => (await kernel()).call("ask-read", { now: now() }, bytes(text));
  const asked = () => read(question.value);
  // The holder sees who asks before anything is signed (threats.md G8).
  question.addEventListener("input", async () => {
    to.textContent = "";
    if (!question.value.trim()) return;
    const found = await asked().catch(() => null);
    to.textContent = found ? say("wallet.to").replace("{audience}", found.audience) : say("ask.other");
  });
  const answer = trying(async () => {
    stop();
    const ask = await asked();
    if (ask.over) throw new KernelError("present.expired");
    const one = await kernel();
    const { text, blobs } = present(one, ask.text);
    const copied = h("textarea", { rows: 4, readonly: true, class: "answer", "aria-label": say("wallet.answer.text") });
    copied.value = text ?? new TextDecoder().decode(blobs[0]);
    shown.replaceChildren(
      h("p", { class: "audience" }, say("wallet.to").replace("{audience}", ask.audience)),
      ...(text ? [codeOf(one, text)] : []),
      h("p", { class: "small" }, say("wallet.answer.text")),
      copied,
    );
  });
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let clock;
  const stop = () => {
    clearInterval(clock);
    shown.replaceChildren();
  };
  const live = trying(async () => {
    stop();
    const one = await kernel();
    const left = h("p", { class: "small left" });
    let until = 0;
    const draws = () => {
      // Whoever left this page shows nothing any more.
      if (!shown.isConnected && until) return stop();
      if (now() >= until) {
        const { text } = present(one, null);
        if (!text) throw new KernelError("present.not-for-a-code");
        until = now() + MINUTE;
        shown.replaceChildren(codeOf(one, text), left, h("p", { class: "small" }, say("wallet.live.text")));
      }
      left.textContent = say("wallet.live.left").replace("{seconds}", String(until - now()));
    };
    draws();
    clock = setInterval(() => {
      try {
        draws();
      } catch (error) {
        // A code that is over is not left standing.
        stop();
        complain(error);
      }
    }, 1000);
  });
  // What is shown is what was chosen.
  for (const box of chosen) box.addEventListener("change", () => stop());
  const film = h("div", {});
  const seen = async (/** @type {string} */ text) => {
    const isQuestion = await read(text).then(Boolean, () => false);
    if (isQuestion) question.value = text;
    question.dispatchEvent(new Event("input"));
    if (!isQuestion) to.textContent = say("ask.other");
    return isQuestion;
  };
  const scan = trying(scanning(film, seen));
  return [
    h(
      "section",
      { class: "card" },
      h("h1", {}, say("wallet.show")),
      h("p", { class: "intro" }, say("wallet.show.text")),
      h("ul", { class: "held" }, chosen.map((box, at) => h("li", {}, h("label", {}, box, h("span", {}, h("bdi", {}, titles[at]), h("small", {}, besides[at])))))),
      h("p", { class: "actions" }, button(say("wallet.scan"), scan, "quiet scan-question")),
      film,
      h("form", { on: { submit: answer } }, h("label", { class: "paste" }, h("span", {}, say("wallet.question")), question), to, h("button", { type: "submit", class: "primary sign" }, say("wallet.answer"))),
      h("p", { class: "actions" }, button(say("wallet.live"), live, "quiet live"), button(say("wallet.back"), () => (stop(), back()), "quiet back")),
      shown,
    ),
  ];
}
