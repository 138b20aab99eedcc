// The check: choose, press, read. It is done in this page; nothing is sent unless a second button, which says so, is pressed.

import { ask, asked, heard, holder, silent } from "./asking.js";
import { KernelError, kernel, reader, runs } from "./kernel.js";
import { keep } from "./offline.js";
import { bring, take } from "./packs.js";
import { show } from "./verdict.js";
import { beginning, fill, language, remember, remembered, say, speak } from "./words.js";

/* global arrival */

/** 8 MiB, as the server reads at most. */
const LARGEST = 8 * 1024 * 1024;

/** 3,000 pixels along the longer side: 10 a millimetre of A4, six for each module of our densest code. */
const LONGEST = 3000;

/** 1 MiB: a picture below this is sent as it is, if it is of a format that the server reads. */
const LIGHT = 1024 * 1024;

/** @param {string} id @returns {any} */
const at = (id) => document.getElementById(id);

/** What is to be checked: the text of a code, or a file. @type {{ bytes: string | Blob, name: string } | null} */
let chosen = null;
/** What the verdict on the screen is about, so that another language or country can be asked for. @type {string | Blob | null} */
let checked = null;

function choose(bytes, name) {
  chosen = { bytes, name };
  at("chosen-name").textContent = name;
  at("chosen").hidden = false;
  quiet();
}

function forget() {
  chosen = null;
  checked = null;
  at("chosen").hidden = true;
  at("form").insertBefore(at("where"), at("check"));
  at("form").insertBefore(at("ways"), at("where"));
  at("form").reset();
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

/** The kernel with its lists: brought once, and again when that failed. @type {Promise<any> | null} */
let ready = null;

function prepare() {
  ready ??= (async () => {
    const one = await kernel();
    showLists(await bring(one));
    return one;
  })();
  ready.catch(() => (ready = null));
  return ready;
}

/** The reader with the same lists as the kernel. @param {any} one */
async function rarer(one) {
  const other = await reader();
  for (const told of one.told.values()) if (told[0] === "trust") other.call(told[0], told[1], ...told[2]);
  return other;
}

/** Asks one module: about the certificates, and about whoever shows them. @param {any} one @param {Uint8Array} bytes @param {object} own */
async function judge(one, bytes, own) {
  await one.speak(language());
  const said = one.call("check-presentation", { language: language(), country: at("country").value, ...own }, bytes);
  return { notRead: [], verdicts: [], ...said };
}

/** The report, from the kernel, or from the reader where that is needed. @param {Uint8Array} bytes @param {object} own of one's own asking */
async function report(bytes, own) {
  const one = await prepare();
  let said = null;
  try {
    said = await judge(one, bytes, own);
    const unchecked = (/** @type {any} */ verdict) => verdict.proofs.some((/** @type {any} */ proof) => proof.state === "not-checked");
    if (!said.verdicts.some(unchecked)) return said;
  } catch (error) {
    // A drawing, or a picture that a badge may have been baked into. Others are no matter of reading.
    const first = bytes[0];
    if (!(error instanceof KernelError) || error.code !== "look" || (first !== 0x3c && first !== 0x89)) throw error;
  }
  // Without the reader the answer stays what it is: a signature was not checked, so nobody can tell.
  const other = await rarer(one).catch(() => null);
  if (!other && said) return said;
  if (!other) throw new KernelError("look");
  return judge(other, bytes, own);
}

/** @param {string | Blob} offered @param {boolean=} again whether it is on the screen already */
async function check(offered, again = false) {
  quiet();
  if (!runs()) return offerToSend(offered, "page.send.old");
  at("status").textContent = say("page.check.working");
  at("check").disabled = true;
  try {
    const bytes = typeof offered === "string" ? new TextEncoder().encode(offered) : new Uint8Array(await offered.arrayBuffer());
    const own = asked(again);
    const said = await report(bytes, own);
    heard(said, own.now);
    holder(said);
    checked = offered;
    present(said.verdicts, said.notRead);
  } catch (error) {
    const { code, params } = error instanceof KernelError ? error : new KernelError("page");
    if (code === "look") offerToSend(offered, "page.send.look");
    else if (params?.title) complain(params.title, params.next);
    else complain(say("page.check.failed"));
  } finally {
    at("check").disabled = false;
  }
}

/** What this page cannot do by itself the server can; the person decides. @param {string | Blob} offered @param {string} why */
function offerToSend(offered, why) {
  complain(say(why));
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
    present(said.verdicts, said.notRead ?? []);
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

/** @param {any[]} verdicts @param {any[]} rest what could not be read */
function present(verdicts, rest) {
  at("status").textContent = "";
  const where = at("where");
  at("verdicts").replaceChildren(...verdicts.map(show));
  // The fourth answer depends on the country, so that is where it is asked for.
  at("verdicts").querySelector(".answers")?.append(where);
  at("verdicts").hidden = false;
  at("found").textContent = say("page.results.heading").replace("{count}", String(verdicts.length));
  at("found").hidden = verdicts.length < 2;
  unread(rest);
  document.documentElement.classList.add("answered");
  // What was refused has no verdict; then another is offered at once.
  at("ask").hidden = verdicts.length > 0;
  at("demo").hidden = true;
  for (const button of document.querySelectorAll(".again")) {
    button.addEventListener("click", () => {
      forget();
      at("file").focus();
    });
  }
  // A reader of the screen hears the headline first, and nobody has to scroll to it.
  const headline = at("verdicts").querySelector("h2");
  headline?.focus({ preventScroll: true });
  scrollTo({ top: 0 });
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
  const asked = new URLSearchParams(location.search).get("lang");
  const known = [...document.querySelectorAll("a[data-language]")].map((link) => link.getAttribute("data-language"));
  const tag = [asked, remembered(), language()].find((tag) => known.includes(tag)) ?? "es";
  await speak(tag);
  countries();
  at("host").textContent = location.host;
  arrive(arrival.code);
  arrival.code = "";
  document.documentElement.classList.replace("no-js", "ready");
  about();
  if (runs()) prepare().catch(() => {});
  keep(() => (at("update").hidden = false));
}

/** Whose lists this device has, and of when. @param {any[]} lists */
function showLists(lists) {
  at("lists").replaceChildren(
    ...lists.map((list) => {
      const item = document.createElement("li");
      item.textContent = `${list.authority} · ${say(`country.${list.country}`)} · ${list.asOf}${list.pilot ? ` · ${say("pilot")}` : ""}`;
      return item;
    }),
  );
  at("no-lists").hidden = lists.length > 0;
}

/** Takes in a list that somebody brought. @param {Blob} file */
async function takeIn(file) {
  quiet();
  try {
    const one = await prepare();
    showLists(take(one, new Uint8Array(await file.arrayBuffer())).packs);
    at("status").textContent = say("page.lists.taken");
  } catch (error) {
    complain(say(`pack.${error instanceof KernelError ? error.code : "not-a-pack"}`));
  }
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
  const text = at("text").value.trim();
  if (text) check(text);
  else if (chosen) check(chosen.bytes);
  else complain(say("page.check.nothing"));
});
at("file").addEventListener("change", () => {
  const file = at("file").files[0];
  if (file) choose(file, file.name);
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
