// Asking who holds a certificate: one question at a time, good for a minute and for one answer, remembered by this page alone.

import { kernel, now } from "./kernel.js";
import { at } from "./notice.js";
import { fill, say } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

/** The open question. @type {string | null} */
let question = null;
/** Which look answered it first, and when: the same look again, in another language, is no second answer. @type {{ look: number, now: number } | null} */
let answer = null;
/** How many times something was offered. */
let look = 0;

/** 60 seconds, as the kernel has it: how long a question stands. */
const MINUTE_MS = 60 * 1000;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let ending;

/** A question whose minute is over is not left standing, and whoever does not see it go hears it. */
function over() {
  const question = at("question");
  if (question.hidden) return;
  if (question.contains(document.activeElement)) at("ask-button").focus({ preventScroll: true });
  question.hidden = true;
  at("status").textContent = say("page.ask.over");
}

/** Asks anew, and shows the question as a code and a link. */
export async function ask() {
  const one = await kernel();
  const asked = one.call("ask", { audience: location.origin, kinds: [], now: now() }, crypto.getRandomValues(new Uint8Array(16)));
  [question, answer] = [asked.text, null];
  const { path, size } = one.call("qr", { text: asked.text });
  const code = document.createElementNS(SVG, "svg");
  const dark = document.createElementNS(SVG, "path");
  for (const [name, value] of [["viewBox", `0 0 ${size} ${size}`], ["role", "img"], ["aria-label", say("page.ask.code")], ["class", "question-code"]]) code.setAttribute(name, value);
  dark.setAttribute("d", path);
  dark.setAttribute("stroke-width", "1");
  code.append(dark);
  at("question-code").replaceChildren(code);
  at("question-link").value = asked.text;
  at("question").hidden = false;
  at("question-title").focus({ preventScroll: true });
  clearTimeout(ending);
  ending = setTimeout(over, MINUTE_MS);
}

/** What the kernel is told of one's own asking. @param {boolean} again whether the same is judged again */
export function asked(again) {
  if (!again) look += 1;
  const first = answer !== null && answer.look === look;
  return { ...(question ? { ask: question, answered: answer !== null && !first } : {}), now: first ? answer.now : now() };
}

/** Remembers the first answer. @param {boolean} proven @param {number} when */
export function heard(proven, when) {
  if (proven) answer ??= { look, now: when };
}

/** Forgets the question: the next person is asked anew. */
export function silent() {
  [question, answer] = [null, null];
  at("question").hidden = true;
  at("holder").hidden = true;
}

/** Shows what may be said of whoever shows it. A plain certificate, when nobody was asked, says enough by itself. @param {any} said */
export function holder(said) {
  const plain = said.reason === "copy" && !question;
  at("holder").hidden = plain || !said.state;
  if (plain || !said.state) return;
  at("holder").dataset.state = said.state;
  at("holder-title").textContent = said.title;
  const lacking = (said.lacking ?? []).map((/** @type {string} */ kind) => `${say("page.ask.lacking")} ${kind}.`);
  at("holder-text").textContent = [said.text, ...(said.notes ?? []), ...lacking, said.next].join(" ");
  at("question").hidden = true;
  fill(at("holder"));
}
