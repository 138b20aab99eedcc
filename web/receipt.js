// A receipt: that this device asked about a certificate, when, by which lists, and what the answers were. It names no person. A key of this device signs
// it, made when somebody asks for the first receipt and kept until somebody has it forgotten: it belongs to the counter, and to no holder.

import { offer } from "./file.js";
import { again } from "./judge.js";
import { kernel } from "./kernel.js";
import { at } from "./notice.js";
import { language, say } from "./words.js";

/** Where the key's document is kept. */
const PLACE = "receipt-key";

/** The key's document where this browser keeps nothing: it lives as long as the page. @type {string | null} */
let unkept = null;

/** The key's document, if there is one. */
function kept() {
  try {
    return localStorage.getItem(PLACE) ?? unkept;
  } catch {
    return unkept; // Storage is switched off.
  }
}

/** @param {string} document */
function keep(document) {
  try {
    localStorage.setItem(PLACE, document);
    unkept = null;
  } catch {
    unkept = document;
  }
}

function forget() {
  unkept = null;
  try {
    localStorage.removeItem(PLACE);
  } catch {
    // Then nothing was kept.
  }
}

/** The key of this device: its name, and its document. @param {boolean} make whether one is made where there is none */
async function key(make) {
  const document = kept();
  if (!document && !make) return null;
  const one = await kernel();
  const read = (/** @type {Uint8Array} */ bytes) => one.call("holder-key", {}, bytes);
  try {
    if (document) return read(new TextEncoder().encode(document));
  } catch {
    // What is kept there is no key: another is made.
  }
  if (!make) return null;
  const made = read(crypto.getRandomValues(new Uint8Array(32)));
  keep(new TextDecoder().decode(made.blobs[0]));
  return made;
}

/** @param {string} name @param {string} text @param {string=} kind */
function line(name, text, kind) {
  const element = document.createElement(name);
  element.textContent = text;
  if (kind) element.className = kind;
  return element;
}

/** @param {string} text @param {() => void} act */
function button(text, act) {
  const element = /** @type {HTMLButtonElement} */ (line("button", text, "quiet"));
  element.type = "button";
  element.addEventListener("click", act);
  return element;
}

/** Which key the receipts of this device carry, in the foot of the page, with the way to forget it. */
export async function device() {
  const own = await key(false).catch(() => null);
  const place = at("device");
  place.hidden = !own;
  if (!own) return;
  const end = button(say("page.receipt.forget"), () => {
    forget();
    for (const said of document.querySelectorAll(".receipt-said")) said.remove();
    const done = line("p", say("page.receipt.forgotten"));
    done.tabIndex = -1;
    place.replaceChildren(done);
    done.focus();
  });
  end.classList.add("forget-key");
  const name = line("p", `${say("page.receipt.key")} `);
  name.append(line("bdi", own.did, "key"));
  place.replaceChildren(name, ...(unkept ? [line("p", say("page.receipt.unkept"))] : []), end);
}

/** Makes a receipt of a check that is made again at this moment, saves it, and says so beside the button. @param {any} verdict @param {HTMLElement} pressed */
export async function receipt(verdict, pressed) {
  const own = await key(true);
  const made = await again("receipt", verdict, { digest: verdict.digest, host: location.host }, own.blobs[0]);
  const actions = /** @type {HTMLElement} */ (pressed.closest(".actions"));
  const said = document.createElement("div");
  said.className = "receipt-said";
  said.setAttribute("role", "status");
  if (actions.nextElementSibling?.classList.contains("receipt-said")) actions.nextElementSibling.remove();
  actions.after(said);
  // Since then the lists may be others, or the day: no receipt says what nobody has seen on the screen.
  const [bytes] = made.blobs;
  const { answers, outcome } = JSON.parse(new TextDecoder().decode(bytes));
  const same = outcome === verdict.outcome && verdict.answers.every((/** @type {any} */ { question, answer }) => answers[question] === answer);
  if (!same) return void said.append(line("p", say("page.receipt.changed")));
  offer("skillpass-receipt.json", "application/json", bytes);
  await device();
  const name = line("p", `${say("page.receipt.key")} `);
  name.append(line("bdi", own.did, "key"));
  const text = button(say("page.receipt.text"), () => offer(`skillpass-receipt-${language()}.txt`, "text/plain", `${made.text}\r\n`));
  said.append(line("p", say("page.receipt.saved")), line("p", say("page.receipt.means"), "small"), name, text);
}
