// The check: choose, press, read. It is done in this page; nothing is sent unless a second button, which says so, is pressed.

import { ask, asked, heard, holder, silent } from "./asking.js";
import { hush } from "./aloud.js";
import { fileOf, judged, prepare } from "./judge.js";
import { KernelError, runs } from "./kernel.js";
import { keep, keepAll } from "./offline.js";
import { take } from "./packs.js";
import { show } from "./verdict.js";
import { camera, codeIn, shared, styled } from "./ways.js";
import { beginning, fill, language, remember, remembered, say, speak } from "./words.js";

/* global arrival */

/** 8 MiB, as the server reads at most. */
const LARGEST = 8 * 1024 * 1024;

/** 3,000 pixels along the longer side: 10 a millimetre of A4, six for each module of our densest code. */
const LONGEST = 3000;

/** 1 MiB: a picture below this is sent as it is, if it is of a format that the server reads. */
const LIGHT = 1024 * 1024;

/** 2 minutes that nobody touches a verdict: with several people in a row it goes by itself. */
const LEFT_ALONE = 2 * 60 * 1000;

/** @param {string} id @returns {any} */
const at = (id) => document.getElementById(id);

/** What is to be checked: the text of a code, or files. @type {{ bytes: string | Blob | File[], name: string } | null} */
let chosen = null;
/** What the verdict on the screen is about, so that another language or country can be asked for. @type {string | Blob | null} */
let checked = null;

function choose(bytes, name) {
  chosen = { bytes, name };
  at("chosen-name").textContent = name;
  at("chosen").hidden = false;
  quiet();
}

/** Nothing of a person stays; the country was chosen for all of them. */
function forget() {
  const [country, row] = [at("country").value, at("row").checked];
  chosen = null;
  checked = null;
  hush();
  clearTimeout(leaving);
  scanner?.close();
  at("table").replaceChildren();
  at("differs").hidden = true;
  at("chosen").hidden = true;
  at("form").insertBefore(at("where"), at("check"));
  at("form").insertBefore(at("ways"), at("where"));
  at("form").reset();
  at("country").value = country;
  at("row").checked = row;
  at("verdicts").replaceChildren();
  silent();
  at("found").hidden = true;
  at("verdicts").hidden = true;
  at("not-read").hidden = true;
  document.documentElement.classList.remove("answered");
  at("ask").hidden = false;
  at("demo").hidden = !at("examples").children.length;
  quiet();
}

function quiet() {
  at("status").textContent = "";
  at("error").hidden = true;
  at("send").hidden = true;
}

/** @param {string} title @param {string=} next */
function complain(title, next) {
  at("status").textContent = "";
  at("error-title").textContent = title;
  at("error-next").textContent = next ?? "";
  at("error").hidden = false;
  at("error").focus();
}

/** Takes a code that stands in the address, and checks it. @param {string} code */
function arrive(code) {
  if (!code) return;
  choose(code, `QR · ${code.length}`);
  // If that fails, there is but one thing to do; the other ways stand below.
  at("form").append(at("ways"));
  check(code);
}

/** A photograph, made small enough for a slow line; anything else as it is. @param {string | Blob} bytes @returns {Promise<string | Blob>} */
async function lighter(bytes) {
  const read = ["image/jpeg", "image/png", "image/webp"];
  if (!(bytes instanceof Blob) || !bytes.type.startsWith("image/")) return bytes;
  if (bytes.size <= LIGHT && read.includes(bytes.type)) return bytes;
  try {
    const picture = await createImageBitmap(bytes);
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return await new Promise((done) => canvas.toBlob((blob) => done(blob ?? bytes), "image/jpeg", 0.92));
  } catch {
    return bytes; // A format that this browser cannot open either: the server says so.
  }
}

/** @param {string | Blob} offered @param {boolean=} again whether it is on the screen already */
async function check(offered, again = false) {
  quiet();
  if (!runs()) return offerToSend(offered, "page.send.old");
  at("status").textContent = say("page.check.working");
  at("check").disabled = true;
  try {
    await prepare(showLists);
    const own = asked(again);
    const said = await judged(offered, at("country").value, own);
    heard(said.proven, own.now);
    holder(said.holder);
    checked = offered;
    present(said.verdicts, said.notRead, said.differs);
  } catch (error) {
    const { code, params } = error instanceof KernelError ? error : new KernelError("page");
    if (code === "look") offerToSend(offered, "page.send.look");
    else if (params?.title) complain(params.title, params.next);
    else if (say(code) !== code) complain(...sentences(code));
    else complain(say("page.check.failed"));
    // Where this page finds nothing, the server's eyes are better; the person decides.
    if (code === "scan.photo.none" || code === "scan.pdf.none") mayBeSent(offered);
  } finally {
    at("check").disabled = false;
  }
}

/** What is wrong and what to do, by their identifier. @param {string} id @returns {[string, string]} */
const sentences = (id) => [say(id), say(`${id}.next`) === `${id}.next` ? "" : say(`${id}.next`)];

/** What this page cannot do by itself the server can; the person decides. @param {string | Blob} offered @param {string} why */
function offerToSend(offered, why) {
  complain(say(why));
  mayBeSent(offered);
}

/** @param {string | Blob} offered */
function mayBeSent(offered) {
  at("send").hidden = false;
  at("send-button").onclick = () => send(offered);
}

/** Sends it to the computer of this address. @param {string | Blob} offered */
async function send(offered) {
  quiet();
  at("status").textContent = say("page.check.working");
  const bytes = await lighter(offered);
  if (bytes instanceof Blob && bytes.size > LARGEST) {
    return complain(say("notread.file-too-large"), say("notread.file-too-large.next"));
  }
  try {
    const asked = new URLSearchParams({ lang: language(), country: at("country").value });
    const answer = await fetch(`/api/verify?${asked}`, {
      method: "POST",
      body: bytes,
      headers: { "content-type": "application/octet-stream" },
      cache: "no-store",
    });
    const said = await answer.json();
    if (!answer.ok) return complain(said.title, said.detail);
    checked = null; // Another language or country must not send it again.
    present(said.verdicts, said.notRead ?? [], false);
    for (const sent of document.querySelectorAll(".here")) sent.remove();
  } catch {
    complain(say("page.send.server"));
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

/** @param {any[]} verdicts @param {any[]} rest what could not be read @param {boolean} differs whether a PDF has two minds */
function present(verdicts, rest, differs) {
  at("status").textContent = "";
  const where = at("where");
  // It may stand in a verdict that goes now.
  at("form").insertBefore(where, at("check"));
  at("verdicts").replaceChildren(...verdicts.map((verdict) => show(verdict, checked === null ? undefined : () => fileOf(verdict))));
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
  stay();
  // A reader of the screen hears the headline first, and nobody has to scroll to it.
  const headline = at("verdicts").querySelector("h2");
  headline?.focus({ preventScroll: true });
  scrollTo({ top: 0 });
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

/** With several people in a row: a verdict that nobody touches is not there for the next one. */
function stay() {
  clearTimeout(leaving);
  if (at("row").checked && !at("verdicts").hidden) leaving = setTimeout(forget, LEFT_ALONE);
}

/** The camera's panel, once it was asked for. @type {any} */
let scanner = null;
/** Whether the certificate on the screen came by it. */
let byCamera = false;
/** One code at a time. */
let looking = false;

async function scan() {
  quiet();
  try {
    scanner ??= await camera(at("camera"), { say, onText: seen, onClose: () => (at("scan").hidden = false) });
    at("scan").hidden = true;
    await scanner.open();
  } catch (error) {
    complain(...sentences(error instanceof KernelError ? error.code : "scan.error.failed"));
  }
}

/** A text that the camera or a photograph of the panel gave. Nothing is opened, whatever its scheme (threats.md H2). @param {string} text */
async function seen(text) {
  if (looking || !at("verdicts").hidden) return;
  looking = true;
  await check(text);
  byCamera = !at("verdicts").hidden;
  looking = false;
}

/** Several files are a table. @param {File[]} files */
async function checkMany(files) {
  const { MOST, many } = await import("./many.js");
  if (files.length > MOST) return complain(say("page.many.most").replace("{most}", String(MOST)));
  await styled("/many.css");
  quiet();
  scanner?.close();
  at("ask").hidden = true;
  at("demo").hidden = true;
  await prepare(showLists);
  await many(at("table"), files, () => at("country").value, forget);
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

/** What another app handed over. */
async function receive() {
  history.replaceState(null, "", "/");
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

async function start() {
  const parameters = new URLSearchParams(location.search);
  const asked = parameters.get("lang");
  const known = [...document.querySelectorAll("a[data-language]")].map((link) => link.getAttribute("data-language"));
  const tag = [asked, remembered(), language()].find((tag) => known.includes(tag)) ?? "es";
  await speak(tag);
  countries();
  at("host").textContent = location.host;
  arrive(arrival.code);
  arrival.code = "";
  if (parameters.has("shared")) receive();
  document.documentElement.classList.replace("no-js", "ready");
  about();
  if (runs()) prepare(showLists).catch(() => {});
  keep(() => (at("update").hidden = false));
}

/** Whose lists this device has, and of when. @param {any[]} lists @param {string=} refused why the server's were not taken in */
function showLists(lists, refused) {
  at("lists").replaceChildren(
    ...lists.map((list) => {
      const item = document.createElement("li");
      item.textContent = `${list.authority} · ${say(`country.${list.country}`)} · ${list.asOf}${list.pilot ? ` · ${say("pilot")}` : ""}`;
      return item;
    }),
  );
  at("no-lists").hidden = lists.length > 0;
  at("lists-refused").textContent = refused ? [say("page.lists.refused"), ...sentences(`pack.${refused}`).slice(1)].join(" ") : "";
  at("lists-refused").hidden = !refused;
}

/** Takes in a list that somebody brought; of an authority that is not known here, once its fingerprint was compared. @param {Blob} file @param {string[]=} accepted */
async function takeIn(file, accepted = []) {
  quiet();
  at("stranger").hidden = true;
  try {
    const one = await prepare(showLists);
    showLists(take(one, new Uint8Array(await file.arrayBuffer()), { accepted }).packs);
    at("status").textContent = say("page.lists.taken");
  } catch (error) {
    const { code, params } = error instanceof KernelError ? error : new KernelError("not-a-pack");
    const strangers = (params?.packs ?? []).filter((/** @type {any} */ pack) => pack.code === "unknown-root" && pack.fingerprint);
    if (!strangers.length || accepted.length) return complain(...sentences(`pack.${code}`));
    at("stranger-list").replaceChildren(...strangers.flatMap(stranger));
    at("stranger-accept").onclick = () => takeIn(file, strangers.map((/** @type {any} */ pack) => pack.fingerprint));
    at("stranger").hidden = false;
    at("stranger").focus();
  }
}

/** @param {{ authority: string, country: string, asOf: string, fingerprint: string }} pack */
function stranger({ authority, country, asOf, fingerprint }) {
  const [term, mark] = [document.createElement("dt"), document.createElement("dd")];
  const name = document.createElement("bdi");
  name.textContent = authority;
  term.append(name, ` · ${say(`country.${country}`)} · ${asOf}`);
  mark.textContent = fingerprint;
  return [term, mark];
}

/** What there is to try out. */
async function about() {
  const answer = await fetch("/about").catch(() => null);
  if (!answer?.ok) return;
  const { demo } = await answer.json();
  at("examples").replaceChildren(...demo.map(example));
  at("demo").hidden = !demo.length || !at("verdicts").hidden;
}

/** @param {{ code: string, label: string, page?: string }} example */
function example({ code, label, page }) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", () => {
    choose(code, label);
    at("check").focus();
  });
  item.append(button);
  if (page) {
    const link = document.createElement("a");
    link.href = page;
    link.dataset.say = "page.print";
    item.append(link);
    fill(item);
  }
  return item;
}

at("form").addEventListener("submit", (event) => {
  event.preventDefault();
  go();
});
at("scan").addEventListener("click", scan);
at("file").addEventListener("change", () => chooseFiles([...at("file").files]));
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
  if (file) takeIn(file);
  at("list-file").value = "";
});
at("text").addEventListener("input", quiet);
at("ask-button").addEventListener("click", () => ask().catch(() => complain(say("page.check.failed"))));
document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault();
  (at("ask").hidden ? at("verdicts").querySelector("h2") : at("file")).focus();
});
for (const link of document.querySelectorAll("a[data-language]")) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const tag = link.getAttribute("data-language") ?? "es";
    remember(tag);
    quiet();
    await speak(tag);
    countries();
    scanner?.speak();
    if (checked && !at("verdicts").hidden) await check(checked, true);
  });
}
at("country").addEventListener("change", () => {
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
start();
