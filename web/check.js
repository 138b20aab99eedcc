// The check: choose, press, read. It is done in this page; nothing is sent unless a second button, which says so, is pressed.

import { ask, asked, heard, holder, silent } from "./asking.js";
import { hush } from "./aloud.js";
import { about } from "./demo.js";
import { fileOf, judged, prepare } from "./judge.js";
import { KernelError, words } from "./kernel.js";
import { showLists, takeIn } from "./lists.js";
import { at, complain, quiet, sentences } from "./notice.js";
import { keep, keepAll, keepLanguage } from "./offline.js";
import { show } from "./verdict.js";
import { camera, codeIn, shared, styled } from "./ways.js";
import { beginning, language, remember, remembered, say, speak } from "./words.js";

/* global arrival */

/** 2 minutes that nobody touches a verdict: with several people in a row it goes by itself. */
const LEFT_ALONE = 2 * 60 * 1000;
/** 1 hour: so often a page that stays open asks whether its lists are old, though nobody checks anything. */
const LISTS_AGAIN = 60 * 60 * 1000;

/** What is to be checked: the text of a code, or files. @type {{ bytes: string | Blob | File[], name: string } | null} */
let chosen = null;
/** What the verdict on the screen is about, so that another language or country can be asked for. @type {string | Blob | null} */
let checked = null;
/** Raised by each look, and when everything is forgotten: what an older look still finds is nobody's any more. */
let turn = 0;

/** Something else is to be checked, or nothing: a look that is under way is over. @param {typeof chosen} next */
function change(next) {
  if (isOver()) forget();
  turn += 1;
  chosen = next;
  inView = null;
  at("chosen").hidden = !next;
  at("chosen-name").textContent = next ? next.name : "";
  at("check").disabled = false;
  quiet();
  stay();
}

function choose(bytes, name) {
  at("text").value = "";
  change({ bytes, name });
}

/** A new look. @param {boolean=} again whether the same is looked at again: then what stands there stays until the answer comes */
function begin(again = false) {
  quiet();
  if (!again) for (const id of BESIDE) at(id).hidden = true;
  at("check").disabled = true;
  stay();
  return (turn += 1);
}

/** The look is over, if it is still the newest. @param {number} mine */
function end(mine) {
  if (mine !== turn) return;
  at("check").disabled = false;
  stay();
}

/** Nothing of a person stays; the country was chosen for all of them. */
function forget() {
  stays();
  const [country, row] = [at("country").value, at("row").checked];
  change(null);
  checked = null;
  hush();
  stays();
  scanner?.close();
  at("table").replaceChildren();
  for (const id of BESIDE) at(id).hidden = true;
  at("form").insertBefore(at("where"), at("check"));
  at("form").insertBefore(at("ways"), at("where"));
  at("form").reset();
  at("country").value = country;
  at("row").checked = row;
  at("verdicts").replaceChildren();
  silent();
  at("found").hidden = true;
  at("verdicts").hidden = true;
  document.documentElement.classList.remove("answered");
  at("ask").hidden = false;
  at("demo").hidden = !at("examples").children.length;
}

/** Takes a code that stands in the address, and checks it. @param {string} code */
function arrive(code) {
  if (!code) return;
  choose(code, `QR · ${code.length}`);
  // If that fails, there is but one thing to do; the other ways stand below.
  at("form").append(at("ways"));
  check(code);
}

/** What is on the screen, asked once more: in another language, or by other lists. */
async function anew() {
  if (checked && !at("verdicts").hidden) await check(checked, true);
  if (at("table").firstChild) (await import("./many.js")).again();
}

/** @param {string | Blob} offered @param {boolean=} again whether it is on the screen already */
async function check(offered, again = false) {
  const mine = begin(again);
  at("status").textContent = say("page.check.working");
  try {
    await prepare(showLists);
    if (mine !== turn) return;
    const own = asked(again);
    const said = await judged(offered, at("country").value, own);
    if (mine !== turn) return;
    heard(said.proven, own.now);
    holder(said.holder);
    checked = offered;
    present(said.verdicts, said.notRead, said.differs, again);
  } catch (error) {
    if (mine !== turn) return;
    const { code, params } = error instanceof KernelError ? error : new KernelError("page");
    if (code === "look") offerToSend(offered, "page.send.look");
    else if (code === "no-wasm") offerToSend(offered, "page.send.old");
    else if (params?.title) complain(params.title, params.next);
    else if (say(code) !== code) complain(...sentences(code));
    else complain(say("page.check.failed"));
    // Where this page finds nothing, the server's eyes are better; the person decides.
    if (["scan.photo.none", "scan.pdf.none", "scan.pdf.unread"].includes(code)) mayBeSent(offered);
  } finally {
    end(mine);
  }
}

/** What this page cannot do by itself the server can; the person decides. @param {string | Blob} offered @param {string} why */
function offerToSend(offered, why) {
  complain(say(why));
  mayBeSent(offered);
}

/** @param {string | Blob} offered */
function mayBeSent(offered) {
  at("send").hidden = false;
  at("send-button").onclick = () => sendIt(offered);
}

/** Sends it to the computer of this address. @param {string | Blob} offered */
async function sendIt(offered) {
  const mine = begin();
  at("status").textContent = say("page.check.working");
  try {
    const { send } = await import("./sending.js");
    if (mine !== turn) return;
    const said = await send(offered, at("country").value);
    if (mine !== turn) return;
    checked = null; // Another language or country must not send it again.
    present(said.verdicts, said.notRead ?? [], false);
    for (const sent of document.querySelectorAll(".here")) sent.remove();
  } catch (error) {
    if (mine !== turn) return;
    const { title, next } = /** @type {any} */ (error);
    complain(title ?? say("page.send.server"), next);
  } finally {
    end(mine);
  }
}

/** Says what stood beside the verdicts and has none. @param {{ place: number, title: string, next?: string }[]} rest */
function unread(rest) {
  at("not-read-title").textContent = say("page.notread.heading").replace("{count}", String(rest.length));
  at("not-read-list").replaceChildren(
    ...rest.map(({ place, title, next }) => {
      const item = document.createElement("li");
      item.textContent = `${say("page.notread.place").replace("{place}", String(place))}: ${title} ${next ?? ""}`;
      return item;
    }),
  );
  at("not-read").hidden = !rest.length;
}

/** @param {any[]} verdicts @param {any[]} rest what could not be read @param {boolean} differs whether a PDF has two minds @param {boolean=} again */
function present(verdicts, rest, differs, again = false) {
  const chosenWith = document.activeElement;
  at("status").textContent = "";
  const where = at("where");
  // It may stand in a verdict that goes now.
  at("form").insertBefore(where, at("check"));
  // What another computer checked this one has no file of, and no receipt.
  const ways = (/** @type {any} */ verdict) => (checked === null ? [] : [() => fileOf(verdict), (/** @type {any} */ button) => receipt(verdict, button)]);
  at("verdicts").replaceChildren(...verdicts.map((verdict) => show(verdict, ...ways(verdict))));
  // The fourth answer depends on the country, so that is where it is asked for.
  at("verdicts").querySelector(".answers")?.append(where);
  at("verdicts").hidden = !verdicts.length;
  at("found").textContent = say("page.results.heading").replace("{count}", String(verdicts.length));
  at("found").hidden = verdicts.length < 2;
  at("differs").hidden = !differs;
  unread(rest);
  document.documentElement.classList.add("answered");
  // What was refused has no verdict; then another is offered at once.
  at("ask").hidden = verdicts.length > 0;
  at("demo").hidden = true;
  for (const button of document.querySelectorAll(".again")) {
    if (at("row").checked) button.textContent = say("page.row.next");
    button.addEventListener("click", next);
  }
  scanner?.close();
  const headline = at("verdicts").querySelector("h2");
  // Whose it is goes with what it is.
  if (!at("holder").hidden) headline?.setAttribute("aria-describedby", "holder");
  // Another language or country is chosen by the keyboard too: it stays where it is (WCAG 2.2, 3.2.2).
  if (again) return chosenWith?.focus({ preventScroll: true });
  // A reader of the screen hears the headline first, and nobody has to scroll to it.
  (headline ?? at("holder")).focus({ preventScroll: true });
  scrollTo({ top: 0 });
}

/** Says which key signs receipts here, once there is one. */
function showKey() {
  try {
    if (localStorage.getItem("receipt-key")) import("./receipt.js").then(({ device }) => device()).catch(() => {});
  } catch {
    // Storage is switched off.
  }
}

/** A receipt of a verdict on the screen. @param {any} verdict @param {any} button */
async function receipt(verdict, button) {
  button.disabled = true;
  try {
    await (await import("./receipt.js")).receipt(verdict, button);
  } catch {
    complain(say("page.receipt.failed"));
  }
  button.disabled = false;
}

/** Ready for another certificate; with several people in a row, by the camera again if the last came by it. */
function next() {
  const again = at("row").checked && byCamera;
  forget();
  at(again ? "scan" : "file").focus();
  if (again) scan();
}

/** When a verdict goes by itself. @type {ReturnType<typeof setTimeout> | undefined} */
let leaving;
/** Since when nobody touches it: a device that was put to sleep has no clock that rings. */
let since = 0;
/** Nothing goes by itself. */
function stays() {
  clearTimeout(leaving);
  leaving = undefined;
}
/** Whether it should have gone while the device slept. */
const isOver = () => leaving !== undefined && Math.abs(Date.now() - since) >= LEFT_ALONE;

/** What can stand beside the verdicts, and where there is none. */
const BESIDE = ["not-read", "differs", "holder"];

/** With several people in a row: what nobody touches is not there for the next one, whatever came of it. A look that takes long is not disturbed. */
function stay() {
  if (isOver()) return forget();
  stays();
  const some = chosen || at("text").value || at("ask").hidden || [...BESIDE, "question"].some((id) => !at(id).hidden);
  if (some && at("row").checked && !at("check").disabled) [leaving, since] = [setTimeout(forget, LEFT_ALONE), Date.now()];
}

/** The camera's panel, once it was asked for. @type {any} */
let scanner = null;
/** Whether the certificate on the screen came by it. */
let byCamera = false;
/** The codes in view: one is looked at after the other. @type {string[] | null} */
let inView = null;

async function scan() {
  // A second tap would open a second panel.
  if (at("scan").hidden) return;
  const mine = turn;
  quiet();
  at("scan").hidden = true;
  at("status").textContent = say("scan.state.starting");
  const onClose = () => {
    at("scan").hidden = false;
    if (scanner.element.hidden) at("scan").focus();
  };
  try {
    scanner ??= await camera(at("camera"), { say, onText: seen, onClose });
    if (mine !== turn) return void (at("scan").hidden = false);
    at("status").textContent = "";
    await scanner.open();
  } catch (error) {
    at("scan").hidden = false;
    complain(...sentences(error instanceof KernelError ? error.code : "scan.error.failed"));
  }
}

/** A text that the camera or a photograph of the panel gave. Nothing is opened, whatever its scheme (threats.md H2). @param {string} text */
async function seen(text) {
  if (!at("verdicts").hidden) return;
  if (inView) return void inView.push(text);
  const texts = (inView = [text]);
  for (const one of texts) {
    await check(one);
    if (texts !== inView) return;
    byCamera = !at("verdicts").hidden;
    if (byCamera) break;
  }
  inView = null;
}

/** Several files are a table. @param {File[]} files */
async function checkMany(files) {
  const mine = begin();
  try {
    const [{ MOST, many }] = await Promise.all([import("./many.js"), prepare(showLists), styled("/many.css")]);
    if (mine !== turn) return;
    if (files.length > MOST) return complain(say("page.many.most").replace("{most}", String(MOST)));
    scanner?.close();
    at("ask").hidden = true;
    at("demo").hidden = true;
    await many(at("table"), files, () => at("country").value, forget);
  } catch {
    if (mine !== turn) return;
    // No empty page; what was chosen can be tried again.
    if (at("ask").hidden) forget();
    complain(say("page.check.failed"));
  } finally {
    end(mine);
  }
}

/** Files that were chosen, dropped or handed over. @param {File[]} files */
function chooseFiles(files) {
  if (files.length === 1) choose(files[0], files[0].name);
  else if (files.length) choose(files, say("page.many.count").replace("{count}", String(files.length)));
}

/** Whatever is chosen. */
function go() {
  const text = codeIn(at("text").value);
  byCamera = false;
  if (text) check(text);
  else if (Array.isArray(chosen?.bytes)) checkMany(chosen.bytes);
  else if (chosen) check(chosen.bytes);
  else complain(say("page.check.nothing"));
}

/** What another app handed over. @param {string | null} how `first`: before the page was on this device, so it has to be handed over again */
async function receive(how) {
  history.replaceState(null, "", "/");
  if (how === "first") return complain(...sentences("page.shared.first"));
  const handed = await shared();
  if (!handed || (!handed.files.length && !handed.text)) return complain(say("page.shared.nothing"));
  if (handed.files.length) chooseFiles(handed.files);
  else choose(codeIn(handed.text), "…");
  go();
}

/** Countries by their names in the language. */
function countries() {
  const select = at("country");
  const value = select.value;
  const names = beginning("country.").map((id) => [id.slice("country.".length), say(id)]);
  names.sort((one, other) => one[1].localeCompare(other[1], language()));
  select.replaceChildren(select.options[0], ...names.map(([code, name]) => new Option(name, code)));
  select.value = value;
}

/** The page in a language: what was asked for first. One that is not here now is no reason to be without any. @param {string | null} asked */
async function greet(asked) {
  const known = [...document.querySelectorAll("a[data-language]")].map((link) => link.getAttribute("data-language"));
  for (const tag of [asked, remembered(), language(), ...known]) if (known.includes(tag) && (await speak(tag))) break;
}

async function start() {
  const parameters = new URLSearchParams(location.search);
  const greeted = greet(parameters.get("lang"));
  // The kernel and its lists come while the page gets its words.
  const lists = () => prepare((...those) => greeted.then(() => showLists(...those)).catch(() => {})).catch(() => {});
  lists();
  words(language()).catch(() => {});
  await greeted;
  countries();
  // It is chosen once: each code that a phone's own camera opens is a new page. One that no list has is none.
  at("country").value = remembered("country") || "";
  if (at("country").selectedIndex < 0) at("country").value = "";
  at("host").textContent = location.host;
  arrive(arrival.code);
  arrival.code = "";
  if (parameters.has("shared")) receive(parameters.get("shared"));
  document.documentElement.classList.replace("no-js", "ready");
  about(choose);
  setInterval(lists, LISTS_AGAIN);
  showKey();
  const isIdle = () => !chosen && !at("text").value && !at("ask").hidden && !at("scan").hidden && at("question").hidden && !at("check").disabled;
  keep(() => (at("update").hidden = false), isIdle);
}

at("form").addEventListener("submit", (event) => {
  event.preventDefault();
  go();
});
at("scan").addEventListener("click", scan);
at("file").addEventListener("change", () => {
  const files = [...at("file").files];
  at("file").value = ""; // The same one can be chosen again.
  chooseFiles(files);
});
at("folder").addEventListener("change", async () => {
  const { ofFolder } = await import("./many.js");
  const files = ofFolder(at("folder").files);
  if (files.length) choose(files, say("page.many.count").replace("{count}", String(files.length)));
  else complain(say("page.many.empty"));
});
// A browser that knows no folders is not asked for one.
at("folder-way").hidden = !("webkitdirectory" in at("folder"));
// Anywhere on the page a file may be dropped; the browser would open it else.
for (const kind of ["dragover", "dragleave", "drop"]) {
  addEventListener(kind, (event) => {
    const files = /** @type {any} */ (event).dataTransfer;
    if (![...(files?.types ?? [])].includes("Files")) return;
    event.preventDefault();
    document.documentElement.classList.toggle("dropping", kind === "dragover");
    if (kind !== "drop" || !files.files.length) return;
    forget();
    chooseFiles([...files.files]);
    go();
  });
}
for (const kind of ["pointerdown", "keydown", "scroll"]) addEventListener(kind, stay, { passive: true });
document.addEventListener("visibilitychange", () => isOver() && forget());
at("stranger-refuse").addEventListener("click", () => (at("stranger").hidden = true));
at("keep-all").addEventListener("click", async () => {
  at("keep-all").disabled = true;
  const tell = (done, count) =>
    (at("keep-all-said").textContent = say("page.keepall.working").replace("{done}", String(done)).replace("{count}", String(count)));
  const kept = await keepAll(tell).catch(() => false);
  at("keep-all-said").textContent = say(kept ? "page.keepall.done" : "page.keepall.failed");
  at("keep-all").disabled = false;
});
at("list-file").addEventListener("change", () => {
  const file = at("list-file").files[0];
  if (file) takeIn(file, anew);
  at("list-file").value = "";
});
at("text").addEventListener("input", () => change(null));
at("ask-button").addEventListener("click", () => {
  quiet();
  ask().then(stay, () => complain(say("page.check.failed")));
});
document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault();
  (at("ask").hidden ? at("verdicts").querySelector("h2") : at("file")).focus();
});
for (const link of document.querySelectorAll("a[data-language]")) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const tag = link.getAttribute("data-language") ?? "es";
    quiet();
    if (!(await speak(tag))) return complain(...sentences("page.language.failed"));
    remember(tag);
    keepLanguage();
    countries();
    showLists();
    showKey();
    scanner?.speak();
    await anew();
  });
}
at("country").addEventListener("change", () => {
  remember(at("country").value, "country");
  if (checked && !at("verdicts").hidden) check(checked, true);
});
// Another code in the same tab: the address is cleared again, and the old verdict goes.
addEventListener("hashchange", () => {
  const code = location.hash.slice(1);
  history.replaceState(null, "", location.pathname + location.search);
  if (code) {
    forget();
    arrive(code);
  }
});
// A page that the browser kept in memory must not show somebody's certificate to the next person (threats.md I19).
addEventListener("pagehide", forget);
arrival.began = true;
start();
