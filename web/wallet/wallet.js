// The wallet: certificates on this device, without an account and without a copy on any server. Each is judged by the same kernel as at a checker's.

import { h, icon } from "../desk/dom.js";
import { KernelError, kernel, now } from "../kernel.js";
import { keep as stay } from "../offline.js";
import { show as drawn } from "../verdict.js";
import { fill, language, remember, remembered, say, speak } from "../words.js";
import { open, save } from "./backup.js";
import { certificatesIn, judge } from "./judge.js";
import { answering } from "./present.js";
import { forget, found, keep, load } from "./vault.js";

/* global arrival */

/** 10 characters that are not digits alone: a number of four is tried in a blink (threats.md K1). */
const PASSPHRASE_LEAST = 10;
/** 60 seconds out of sight, and a locked wallet is locked again (threats.md K6). */
const UNSEEN = 60 * 1000;
/** 256: as many as can be shown at once. */
const CERTIFICATES_MOST = 256;
const FOLDER = "/wallet/i18n";
const ICONS = new Map([["accept", "yes"], ["reject", "no"]]);

/** @param {string} id @returns {any} */
const at = (id) => document.getElementById(id);

/** What is kept; nothing while locked. @type {import("./vault.js").Kept | null} */
let kept = null;
/** @type {string | null} */
let passphrase = null;
/** @type {any[]} */
let verdicts = [];
/** Packages of several certificates, as the catalogue has them. @type {{ id: string, names: Record<string, string>, requires: string[] }[]} */
let pathways = [];
/** Draws what is on the screen again, in another language. */
let again = home;

/** @param {string} text @param {(event: any) => any} press @param {string=} kind */
const button = (text, press, kind = "quiet") => h("button", { type: "button", class: kind, on: { click: press } }, text);

/** @param {string} label @param {Record<string, any>} attributes */
const field = (label, attributes) => h("label", { class: "field" }, h("span", {}, label), h("input", { autocomplete: "off", ...attributes }));

function quiet() {
  at("status").textContent = "";
  at("error").hidden = true;
}

/** @param {string} text */
function tell(text) {
  quiet();
  at("status").textContent = text;
}

/** @param {unknown} error */
function complain(error) {
  quiet();
  const { code, params } = /** @type {any} */ (error);
  const ids = [code, `backup.${code}`, `wallet.${code}`].filter((id) => id && say(id) !== id);
  at("error-title").textContent = params?.title ?? say(ids[0] ?? "wallet.failed");
  const next = `${ids[0] ?? "wallet.failed"}.next`;
  at("error-next").textContent = params?.next ?? (say(next) === next ? "" : say(next));
  at("error").hidden = false;
  at("error").focus();
}

/** Runs what may fail, and says so. @param {() => any} act */
const trying = (act) => async (/** @type {any} */ event) => {
  event?.preventDefault?.();
  quiet();
  const pressed = event?.submitter ?? event?.currentTarget;
  const stopped = pressed instanceof HTMLButtonElement;
  if (stopped) pressed.disabled = true;
  try {
    await act();
  } catch (error) {
    complain(error);
  } finally {
    if (stopped) pressed.disabled = false;
  }
};

/** A page of its own. @param {() => any} draw @param {...any} children */
function place(draw, ...children) {
  again = draw;
  at("unsaved").hidden = !kept?.unsaved;
  at("main").replaceChildren(...children.flat().filter(Boolean));
  at("main").focus({ preventScroll: true });
  scrollTo({ top: 0 });
}

/** Keeps what there is now. @param {boolean} unsaved */
async function renew(unsaved) {
  if (!kept) return;
  kept.unsaved = unsaved;
  await keep(kept, passphrase);
  verdicts = await judge(kept.certificates);
}

/** The first visit. */
function welcome() {
  place(
    welcome,
    h(
      "section",
      { class: "card" },
      h("h1", {}, say("wallet.welcome")),
      h("p", { class: "intro" }, say("wallet.welcome.text")),
      h("p", { class: "actions" }, button(say("wallet.begin"), trying(begin), "primary begin"), button(say("wallet.restore"), restoring, "quiet restore")),
    ),
  );
}

/** Makes the holder's key on this device. */
async function begin() {
  const one = await kernel();
  const [key] = one.call("holder-key", {}, crypto.getRandomValues(new Uint8Array(32))).blobs;
  kept = { key: new TextDecoder().decode(key), certificates: [], unsaved: true };
  await renew(true);
  await home();
}

/** A locked wallet. */
function locked() {
  const word = field(say("wallet.passphrase"), { type: "password", name: "word", autocomplete: "current-password" });
  const unlock = trying(async () => {
    tell(say("wallet.working"));
    const typed = word.querySelector("input").value;
    kept = await load(typed);
    passphrase = typed;
    verdicts = await judge(kept?.certificates ?? []);
    quiet();
    await home();
  });
  place(
    locked,
    h(
      "section",
      { class: "card" },
      h("h1", {}, say("wallet.locked")),
      h("form", { on: { submit: unlock } }, word, h("button", { type: "submit", class: "primary unlock" }, say("wallet.unlock"))),
    ),
  );
}

/** Everything that is here. */
async function home() {
  if (!kept) return welcome();
  const { certificates } = kept;
  const listed = new Set();
  const rows = (/** @type {number[]} */ places) => h("ul", { class: "held" }, places.map((of) => h("li", { "data-outcome": verdicts[of].outcome }, ...row(of))));
  const groups = pathways
    .map(({ id, names, requires }) => {
      const places = certificates.map((_, of) => of).filter((of) => [id, ...requires].includes(verdicts[of].credential?.achievementId));
      const has = requires.filter((module) => places.some((of) => counts(of) && verdicts[of].credential.achievementId === module));
      if (places.length) places.forEach((of) => listed.add(of));
      const heading = say("wallet.pathway").replace("{name}", names[language()] ?? names.es).replace("{have}", String(has.length)).replace("{all}", String(requires.length));
      return places.length ? h("section", { class: "pathway" }, h("h2", {}, heading), rows(places)) : null;
    })
    .filter(Boolean);
  const others = certificates.map((_, of) => of).filter((of) => !listed.has(of));
  place(
    home,
    h(
      "section",
      { class: "card" },
      h("h1", {}, say("wallet.mine")),
      certificates.length ? null : h("p", { class: "intro" }, say("wallet.empty")),
      groups,
      others.length ? rows(others) : null,
      h(
        "p",
        { class: "actions" },
        button(say("wallet.add"), adding, "primary add"),
        certificates.length ? button(say("wallet.show"), showing, "quiet show") : null,
        button(say("wallet.save"), saving, "quiet save"),
        button(say("wallet.more"), settings, "quiet more"),
      ),
    ),
  );
}

/** Whether a certificate counts towards a package: another word than "accepted" does not. @param {number} of */
const counts = (of) => verdicts[of].outcome === "accept";

/** A certificate in a list. @param {number} of */
function row(of) {
  const { credential, foreign, issuer, outcome, headline } = verdicts[of];
  const title = credential?.achievementTranslated ?? credential?.achievement ?? foreign?.title ?? say("wallet.unnamed");
  return [
    h("button", { type: "button", class: "open", on: { click: () => detail(of) } }, h("bdi", {}, title)),
    h("p", { class: "small" }, [credential?.kindWord, issuer?.name].filter(Boolean).join(" · ")),
    h("p", { class: "says" }, icon(ICONS.get(outcome) ?? "cannot-tell"), h("span", {}, headline)),
  ];
}

/** The whole verdict. @param {number} of */
function detail(of) {
  if (!kept) return;
  const article = drawn(verdicts[of]);
  // What a checker's page offers besides, and is of no use here.
  for (const part of article.querySelectorAll(".again, .here")) part.remove();
  const remove = trying(async () => {
    if (!confirm(say("wallet.remove.ask"))) return;
    kept?.certificates.splice(of, 1);
    await renew(true);
    await home();
  });
  const text = kept.certificates[of];
  place(() => detail(of), h("section", {}, article, h("p", { class: "actions" }, button(say("wallet.back"), home, "quiet back"), button(say("wallet.file"), () => download(new TextEncoder().encode(text), "json"), "quiet"), button(say("wallet.remove"), remove, "quiet remove"))));
}

/** Taking in. */
function adding() {
  const file = h("input", { type: "file", id: "file", accept: "application/json,.json,application/pdf,.pdf,image/*,text/plain" });
  const text = h("textarea", { rows: 3, autocomplete: "off", spellcheck: "false", autocapitalize: "off" });
  file.addEventListener("change", trying(async () => {
    if (file.files[0]) await receive(file.files[0]);
  }));
  const paste = trying(() => receive(text.value.trim()));
  place(
    adding,
    h(
      "section",
      { class: "card" },
      h("h1", {}, say("wallet.add")),
      h("p", { class: "intro" }, say("wallet.add.text")),
      h("form", { on: { submit: paste } }, h("label", { class: "way" }, h("span", {}, say("wallet.add.file")), file), h("label", { class: "paste" }, h("span", {}, say("wallet.add.paste")), text), h("button", { type: "submit", class: "primary take" }, say("wallet.add.button"))),
      h("p", { class: "label" }, say("wallet.key.text")),
      h("p", { class: "did" }, did()),
      h("p", { class: "actions" }, button(say("wallet.back"), home)),
    ),
  );
}

/** The name of the key, which an institution makes certificates out to. */
const did = () => (kept ? JSON.parse(kept.key).controller : "");

/** Takes in what was scanned, pasted or chosen: the one door for all of them. @param {string | Blob} offered */
export async function receive(offered) {
  if (!kept || !offered) return;
  tell(say("wallet.working"));
  // Two that claim the same name and differ by a letter are two (threats.md K7).
  const news = (await certificatesIn(offered)).filter((text) => !kept?.certificates.includes(text));
  if (kept.certificates.length + news.length > CERTIFICATES_MOST) throw new KernelError("wallet.too-many");
  kept.certificates.push(...news);
  if (news.length) await renew(true);
  tell(say(news.length ? "wallet.added" : "wallet.known").replace("{count}", String(news.length)));
  if (news.length === 1) detail(kept.certificates.length - 1);
  else await home();
}

/** @param {Uint8Array} bytes @param {string} ending */
function download(bytes, ending) {
  const address = URL.createObjectURL(new Blob([/** @type {any} */ (bytes)], { type: "application/octet-stream" }));
  // The name says nothing about the person, nor what it is.
  const link = h("a", { href: address, download: `${say("wallet.title").toLowerCase()}-${new Date(now() * 1000).toISOString().slice(0, 10)}.${ending}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), UNSEEN);
}

/** Two fields for a new passphrase. @returns {[any[], () => string]} the fields, and what was typed */
function twice() {
  const fields = ["wallet.passphrase", "wallet.passphrase.again"].map((id) => field(say(id), { type: "password", autocomplete: "new-password" }));
  return [
    fields,
    () => {
      const [one, other] = fields.map((it) => it.querySelector("input").value);
      if (one.length < PASSPHRASE_LEAST || /^\d*$/.test(one)) throw new KernelError("wallet.passphrase.weak");
      if (one !== other) throw new KernelError("wallet.passphrase.differs");
      return one;
    },
  ];
}

/** Saving to a file. */
function saving() {
  const [fields, typed] = twice();
  const act = trying(async () => {
    const word = typed();
    if (!kept) return;
    tell(say("wallet.working"));
    const made = `${new Date(now() * 1000).toISOString().slice(0, 19)}Z`;
    const bytes = await save({ made, key: new TextEncoder().encode(kept.key), certificates: kept.certificates.map((text) => new TextEncoder().encode(text)) }, word);
    // What cannot be opened again is no saved file.
    await open(bytes, word, await kernel());
    download(bytes, "age");
    await renew(false);
    await home();
    tell(say("wallet.saved"));
  });
  place(
    saving,
    h(
      "section",
      { class: "card" },
      h("h1", {}, say("wallet.save")),
      h("p", { class: "intro" }, say("wallet.save.text")),
      h("form", { on: { submit: act } }, fields, h("button", { type: "submit", class: "primary write" }, say("wallet.save.button"))),
      h("p", { class: "actions" }, button(say("wallet.back"), home)),
    ),
  );
}

/** From a saved file. */
function restoring() {
  const file = h("input", { type: "file", id: "saved" });
  const word = field(say("wallet.passphrase"), { type: "password", autocomplete: "current-password" });
  const act = trying(async () => {
    if (!file.files[0]) throw new KernelError("wallet.no-file");
    tell(say("wallet.working"));
    const saved = await open(new Uint8Array(await file.files[0].arrayBuffer()), word.querySelector("input").value, await kernel());
    const key = saved.key ? new TextDecoder().decode(saved.key) : null;
    const before = kept?.certificates ?? [];
    const texts = saved.certificates.map((bytes) => new TextDecoder().decode(bytes));
    if (!key && !kept) await begin();
    // An older file brings back what it has, and takes nothing away (threats.md K3).
    kept = { key: kept?.key ?? key ?? "", certificates: [...before, ...texts.filter((text) => !before.includes(text))], unsaved: before.length > 0 };
    await renew(kept.unsaved);
    await home();
    tell(say("wallet.restored").replace("{day}", saved.made.slice(0, 10)));
  });
  place(
    restoring,
    h(
      "section",
      { class: "card" },
      h("h1", {}, say("wallet.restore")),
      h("form", { on: { submit: act } }, h("label", { class: "way" }, h("span", {}, say("wallet.restore.file")), file), word, h("button", { type: "submit", class: "primary bring" }, say("wallet.restore.button"))),
      h("p", { class: "actions" }, button(say("wallet.back"), home)),
    ),
  );
  file.addEventListener("change", () => (file.previousSibling.textContent = file.files[0]?.name ?? ""));
}

/** The lock, restoring, and wiping. */
function settings() {
  const [fields, typed] = twice();
  const lock = trying(async () => {
    const word = typed();
    tell(say("wallet.working"));
    passphrase = word;
    if (kept) await keep(kept, passphrase);
    close();
  });
  const wipe = trying(async () => {
    if (!confirm(say("wallet.wipe.ask"))) return;
    await forget();
    [kept, passphrase, verdicts] = [null, null, []];
    welcome();
  });
  place(
    settings,
    h(
      "section",
      { class: "card" },
      h("h1", {}, say("wallet.more")),
      h("h2", {}, say("wallet.lock")),
      h("p", { class: "small" }, say("wallet.lock.text")),
      h("form", { on: { submit: lock } }, fields, h("button", { type: "submit", class: "primary lock" }, say("wallet.lock"))),
      h("p", { class: "actions" }, button(say("wallet.back"), home), button(say("wallet.restore"), restoring, "quiet restore"), button(say("wallet.wipe"), wipe, "quiet wipe")),
    ),
  );
}

/** Showing to somebody. */
function showing() {
  if (!kept) return;
  const { certificates, key } = kept;
  place(showing, answering({ key, certificates, titles: certificates.map((_, of) => row(of)[0].textContent), button, trying, back: () => home() }));
}

/** Nothing of the wallet stays on the screen or in the memory of this page. */
function close() {
  [kept, passphrase, verdicts] = [null, null, []];
  quiet();
  locked();
}

/** Away from here, at once, and not by one step back. */
function leave() {
  at("main").replaceChildren();
  [kept, passphrase, verdicts] = [null, null, []];
  location.replace("about:blank");
}

async function start() {
  const tags = [...document.querySelectorAll("a[data-language]")].map((link) => link.getAttribute("data-language"));
  const asked = [new URLSearchParams(location.search).get("lang"), remembered(), ...navigator.languages.map((tag) => tag.split("-")[0])];
  await speak(asked.find((tag) => tag && tags.includes(tag)) ?? "es", FOLDER);
  pathways = await fetch("/wallet/pathways.json").then((answer) => (answer.ok ? answer.json() : []), () => []);
  const code = arrival.code;
  arrival.code = "";
  try {
    if ((await found())?.locked) locked();
    else {
      kept = await load(null);
      verdicts = await judge(kept?.certificates ?? []);
      await home();
      if (code && kept) await (code.startsWith("ask.") ? asking(code) : receive(code));
    }
  } catch (error) {
    welcome();
    complain(error);
  }
  document.documentElement.classList.add("ready");
  stay(() => {});
  navigator.serviceWorker?.ready.then(({ active }) => active?.postMessage("wallet"));
}

/** A question that came as a link. @param {string} link */
function asking(link) {
  if (!kept?.certificates.length) return tell(say("wallet.empty"));
  showing();
  const text = at("main").querySelector("textarea");
  text.value = link;
  text.dispatchEvent(new Event("input"));
}

for (const link of document.querySelectorAll("a[data-language]")) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const tag = link.getAttribute("data-language") ?? "es";
    remember(tag);
    await speak(tag, FOLDER);
    if (kept) verdicts = await judge(kept.certificates);
    again();
  });
}
document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault();
  at("main").focus();
});
at("leave").addEventListener("click", leave);
/** @type {ReturnType<typeof setTimeout> | undefined} */
let unseen;
document.addEventListener("visibilitychange", () => {
  clearTimeout(unseen);
  if (document.hidden && passphrase) unseen = setTimeout(close, UNSEEN);
});
addEventListener("hashchange", () => {
  const code = location.hash.slice(1);
  history.replaceState(null, "", location.pathname + location.search);
  if (code && kept) trying(() => (code.startsWith("ask.") ? asking(code) : receive(code)))(null);
});
// A page that the browser kept in memory must not show the next person anything (threats.md I19).
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
addEventListener("pagehide", () => at("main").replaceChildren());
fill(document);
start();
