// The wallet: certificates on this device, without an account and without a copy on any server. Each is judged by the same kernel as at a checker's.

import { hush } from "../aloud.js";
import { h, icon } from "../desk/dom.js";
import { KernelError, kernel, now } from "../kernel.js";
import { keep as stay } from "../offline.js";
import { show as drawn, why } from "../verdict.js";
import { beginning, fill, language, remember, remembered, say, speak } from "../words.js";
import { MOST as BACKUP_MOST, open, save } from "./backup.js";
import { drop, held, rejudge, renew, stillOpen } from "./held.js";
import { certificatesIn, chosenCountry, judge, refused } from "./judge.js";
import { make, passphraseBy, possible } from "./passkey.js";
import { counts, pathwaysOf } from "./pathways.js";
import { answering } from "./present.js";
import { UNSEEN, again, at, button, complain, download, field, place as show, quiet, scanning, tell, trying as attempt, way } from "./screen.js";
import { FIRST, changed, forget, load, people, whenForgotten } from "./vault.js";
import { forgetWork, working } from "./work.js";

/* global arrival */

/** 5 minutes that nobody touches a wallet with a lock: it locks, also on a screen that is in sight. */
const LEFT_ALONE = 5 * 60 * 1000;

/** 10 characters that are not digits alone: a number of four is tried in a blink (threats.md K1). */
const PASSPHRASE_LEAST = 10;
/** 5 different ones among them: `aaaaaaaaaa` is long and is guessed at once. */
const PASSPHRASE_DISTINCT = 5;
/** 256: as many as can be shown at once. */
const CERTIFICATES_MOST = 256;
/** 40 characters: a name among the few of one device. */
const NAME_MOST = 40;
/** 8 people on one device: a family. */
const PEOPLE_MOST = 8;
const FOLDER = "/wallet/i18n";
const ICONS = new Map([["accept", "yes"], ["reject", "no"]]);
/** What the page of a delivery link leaves for this one, in this tab alone. */
const HANDED = "handed";
/** A delivery link: which institution, and its secret. */
const DELIVERY = /^(https?:\/\/[^/#?]+)\/get\/?(#[\w-]+\.[\w-]+)$/;

/** A certificate or question that came before anything was open. @type {string | Blob} */
let waiting = "";

/** What another window has done: this one begins anew, and says so. */
const ELSEWHERE = "wallet.elsewhere";

/** Runs what may fail, and says so. @param {(event?: any) => any} act */
const trying = (act) =>
  attempt(async (/** @type {any} */ event) => {
    try {
      await act(event);
    } catch (error) {
      if (/** @type {any} */ (error).code === ELSEWHERE) await close();
      throw error;
    }
  });

/** Raised by each page, and when everything is closed: what was begun on an older one opens nothing any more. */
let page = 0;

/** A page of its own. @param {() => any} draw @param {...any} children */
function place(draw, ...children) {
  page += 1;
  hush();
  at("unsaved").hidden = !held.kept?.unsaved;
  show(draw, ...children);
}

/** A page with one card. @param {() => any} draw @param {string} heading @param {...any} children */
const card = (draw, heading, ...children) => place(draw, h("section", { class: "card" }, h("h1", {}, heading), ...children));

/** What is here cannot be opened now; it stays. */
function stuck() {
  card(stuck, say("wallet.title"), h("p", { class: "actions" }, button(say("wallet.again"), () => location.reload(), "primary reload")));
}

/** The first visit. */
function welcome() {
  card(
    welcome,
    say("wallet.welcome"),
    h("p", { class: "intro" }, say("wallet.welcome.text")),
    h("p", { class: "actions" }, button(say("wallet.begin"), trying(begin), "primary begin"), button(say("wallet.restore"), restoring, "quiet restore")),
  );
}

/** A key that is made on this device, and nothing besides. */
async function empty() {
  const one = await kernel();
  const [key] = one.call("holder-key", {}, crypto.getRandomValues(new Uint8Array(32))).blobs;
  return { key: new TextDecoder().decode(key), certificates: [], unsaved: true };
}

/** The first person's, without a lock yet. */
async function begin() {
  await renew(null, empty, { person: { id: FIRST, name: "", passkey: null } });
  await arrived();
}

/** Everything is open: what waited comes in. @param {boolean=} isAsked whether it waited at a lock: whoever opened that may be another than brought it */
async function arrived(isAsked = false) {
  await home();
  const came = waiting;
  waiting = "";
  if (typeof came === "string" && came.startsWith("ask.")) return asking(came);
  if (came && (!isAsked || confirm(say("wallet.waits.ask")))) await receive(came);
}

/** Whose it is, where several people keep something here. */
async function choosing() {
  const all = await people();
  if (!all.length) return welcome();
  if (all.length === 1) return locked(all[0]);
  card(
    choosing,
    say("wallet.people"),
    h("ul", { class: "held people" }, all.map((person) => h("li", {}, button(person.name || say("wallet.person.first"), () => locked(person), "open")))),
    h("p", { class: "actions" }, button(say("wallet.person.add"), trying(newcomer), "quiet newcomer")),
  );
}

/** A locked wallet. @param {import("./held.js").Person & { locked: boolean }} person */
function locked(person) {
  const word = field(say("wallet.passphrase"), { type: "password", name: "word", autocomplete: "current-password" });
  const opened = async (/** @type {string | null | Promise<string>} */ word) => {
    const mine = page;
    tell(say("wallet.working"));
    const passphrase = await word;
    const kept = await load(person.id, passphrase);
    if (mine !== page) return;
    if (!kept) return choosing();
    const verdicts = await judge(kept.certificates);
    // The next person may have the phone by now.
    if (mine !== page) return;
    Object.assign(held, { kept, passphrase, person: { id: person.id, name: person.name, passkey: person.passkey }, verdicts });
    quiet();
    await arrived(person.locked);
  };
  // Somebody whose wallet has no lock has nothing to type.
  if (!person.locked) {
    const mine = page;
    return trying(() => opened(null))().then(() => held.kept || mine !== page || stuck());
  }
  const unlock = trying(() => opened(word.querySelector("input").value));
  const finger = trying(() => opened(passphraseBy(person.passkey ?? Object())));
  card(
    () => locked(person),
    say("wallet.locked"),
    person.name ? h("p", { class: "intro" }, h("bdi", {}, person.name)) : null,
    h("form", { on: { submit: unlock } }, word, h("button", { type: "submit", class: "primary unlock" }, say("wallet.unlock"))),
    h(
      "p",
      { class: "actions" },
      person.passkey && possible() ? button(say("wallet.passkey.use"), finger, "quiet finger") : null,
      button(say("wallet.person.others"), trying(others), "quiet others"),
    ),
  );
}

/** From one's own lock to the others. */
async function others() {
  const all = await people();
  return all.length > 1 ? choosing() : newcomer();
}

/** One more person at this device: with a lock from the beginning, and only where everybody has one. */
async function newcomer() {
  const all = await people();
  if (all.some(({ locked: has }) => !has)) throw new KernelError("wallet.person.lock-first");
  if (all.length >= PEOPLE_MOST) throw new KernelError("wallet.person.too-many");
  const name = field(say("wallet.person.name"), { maxlength: NAME_MOST, name: "person", autocomplete: "off" });
  const [fields, typed] = twice();
  const add = trying(async () => {
    const called = name.querySelector("input").value.trim();
    if (!called || all.some((other) => other.name === called)) throw new KernelError("wallet.person.name-taken");
    const word = typed();
    tell(say("wallet.working"));
    const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    await renew(null, empty, { passphrase: word, person: { id, name: called, passkey: null } });
    quiet();
    await arrived(true);
  });
  card(
    newcomer,
    say("wallet.person.add"),
    h("p", { class: "intro" }, say("wallet.person.text")),
    h("form", { on: { submit: add } }, name, fields, h("button", { type: "submit", class: "primary person" }, say("wallet.person.button"))),
    h("p", { class: "actions" }, button(say("wallet.back"), choosing, "quiet back")),
  );
}

/** Everything that is here. */
async function home() {
  if (!held.kept) return choosing();
  const { certificates } = held.kept;
  const { catalogue, verdicts } = held;
  const rows = (/** @type {number[]} */ places) => h("ul", { class: "held" }, places.map((of) => h("li", { "data-outcome": verdicts[of].outcome }, ...row(of))));
  const named = (/** @type {{ names: Record<string, string> } | undefined} */ one) => one?.names[language()] ?? one?.names.es ?? "";
  const pathways = pathwaysOf(catalogue, verdicts);
  const groups = pathways.map(({ countries, done, id, institutions, missing, names, places }) =>
    h(
      "section",
      { class: "pathway", "data-pathway": id, "data-done": done.length },
      h("h2", {}, say("wallet.pathway").replace("{name}", named({ names })).replace("{have}", String(done.length)).replace("{all}", String(done.length + missing.length))),
      h("p", { class: "small from" }, say("wallet.pathway.from").replace("{institutions}", String(institutions)).replace("{countries}", String(countries))),
      rows(places),
      missing.length ? h("details", {}, h("summary", {}, say("wallet.pathway.missing").replace("{count}", String(missing.length))), h("ul", { class: "missing" }, missing.map((module) => h("li", {}, named(catalogue.find((one) => one.id === module)))))) : null,
    ),
  );
  const listed = new Set(pathways.flatMap(({ places }) => places));
  const alone = certificates.map((_, of) => of).filter((of) => !listed.has(of));
  card(
    home,
    say("wallet.mine"),
    refused ? h("p", { class: "alert", role: "status" }, [say("page.lists.refused"), say(`pack.${refused}.next`)].join(" ")) : null,
    certificates.length ? null : h("p", { class: "intro" }, say("wallet.empty")),
    groups,
    alone.length ? rows(alone) : null,
    h(
      "p",
      { class: "actions" },
      button(say("wallet.add"), adding, "primary add"),
      certificates.length ? button(say("wallet.show"), showing, "quiet show") : null,
      button(say("wallet.work"), () => working(home), "quiet work"),
      button(say("wallet.save"), saving, "quiet save"),
      button(say("wallet.more"), settings, "quiet more"),
    ),
  );
}

/** What a certificate is called in a list. @param {number} of */
function titleOf(of) {
  const { credential, foreign, title } = held.verdicts[of];
  return credential?.achievementTranslated ?? credential?.achievement ?? foreign?.title ?? title ?? say("wallet.unnamed");
}

/** What tells two of one name apart, and whether one is worth showing. @param {number} of */
function besideTitle(of) {
  const verdict = held.verdicts[of];
  return [verdict.issuer?.name, verdict.credential?.awardedText, counts(verdict) ? "" : why(verdict)].filter(Boolean).join(" · ");
}

/** A certificate in a list. @param {number} of */
function row(of) {
  const verdict = held.verdicts[of];
  const { credential, issuer, outcome, pilot, to } = verdict;
  const text = held.kept?.certificates[of] ?? "";
  return [
    h("button", { type: "button", class: "open", on: { click: () => detail(text) } }, h("bdi", {}, titleOf(of))),
    to && to !== did() ? h("p", { class: "small other-key" }, say("wallet.delegation.other-key")) : null,
    h("p", { class: "small" }, [credential?.kindWord, issuer?.name, issuer?.countryName].filter(Boolean).join(" · ")),
    h("p", { class: "says" }, icon(ICONS.get(outcome) ?? "cannot-tell"), h("span", {}, [why(verdict), pilot ? say("pilot") : ""].join(" "))),
  ];
}

/** Where it is to be used: the fourth answer depends on it. The same choice as on the checker's page. @param {() => any} then */
function countryField(then) {
  const names = beginning("country.").map((id) => [id.slice("country.".length), say(id)]);
  names.sort((one, other) => one[1].localeCompare(other[1], language()));
  const select = h("select", { class: "country" }, h("option", { value: "" }, say("page.country.none")), names.map(([code, name]) => h("option", { value: code }, name)));
  select.value = chosenCountry();
  const choose = trying(async () => {
    const mine = page;
    remember(select.value, "country");
    await rejudge();
    if (mine !== page) return;
    then();
    at("main").querySelector("select.country")?.focus({ preventScroll: true });
  });
  select.addEventListener("change", choose);
  return h("label", { class: "field" }, h("span", {}, say("page.country.label")), select);
}

/** The whole verdict. @param {string} text the certificate */
function detail(text) {
  const { kept, person } = held;
  const of = kept?.certificates.indexOf(text) ?? -1;
  if (of < 0) return home();
  const article = drawn(held.verdicts[of]);
  // What a checker's page offers besides, and is of no use here.
  for (const part of article.querySelectorAll(".again, .here")) part.remove();
  // Where nothing was judged, there is nothing to read or to keep of it.
  if (!held.verdicts[of].answers.length) for (const part of article.querySelectorAll(".answers, details, .aloud, .receipt, .print")) part.remove();
  const remove = trying(async () => {
    if (!confirm(say("wallet.remove.ask"))) return;
    await renew(person, (kept) => ({ ...kept, certificates: kept.certificates.filter((other) => other !== text), unsaved: true }));
    await home();
  });
  place(
    () => detail(text),
    h(
      "section",
      {},
      article,
      held.verdicts[of].answers.length ? countryField(() => detail(text)) : null,
      h("p", { class: "actions" }, button(say("wallet.back"), home, "quiet back"), button(say("wallet.file"), () => download(new TextEncoder().encode(text), "json"), "quiet"), button(say("wallet.remove"), remove, "quiet remove")),
    ),
  );
}

/** Taking in. */
function adding() {
  const file = way(say("wallet.add.file"), { id: "file", accept: "application/json,.json,application/pdf,.pdf,image/*,text/plain" });
  const text = h("textarea", { rows: 3, autocomplete: "off", spellcheck: "false", autocapitalize: "off" });
  file.addEventListener("change", trying(async ({ target }) => {
    if (target.files[0]) await receive(target.files[0]);
  }));
  const paste = trying(() => receive(text.value.trim()));
  const film = h("div", {});
  const scan = trying(scanning(film, async (code) => {
    let isTaken = false;
    await trying(async () => {
      await receive(code);
      isTaken = true;
    })();
    return isTaken;
  }));
  card(
    adding,
    say("wallet.add"),
    h("p", { class: "intro" }, say("wallet.add.text")),
    h("p", { class: "actions" }, button(say("wallet.scan"), scan, "quiet scan-code")),
    film,
    h("form", { on: { submit: paste } }, file, h("label", { class: "paste" }, h("span", {}, say("wallet.add.paste")), text), h("button", { type: "submit", class: "primary take" }, say("wallet.add.button"))),
    h("p", { class: "label" }, say("wallet.key.text")),
    h("p", { class: "did" }, did()),
    h("p", { class: "actions" }, button(say("wallet.back"), home, "quiet back")),
  );
}

/** The name of a key, which an institution makes certificates out to. @param {string} key @returns {string} */
const didOf = (key) => JSON.parse(key).controller;

const did = () => (held.kept ? didOf(held.kept.key) : "");

/** Takes in what was scanned, pasted or chosen: the one door for all of them. @param {string | Blob} offered */
export async function receive(offered) {
  const { kept, person } = held;
  if (!offered) return;
  if (!kept) {
    // The lock came while somebody was choosing.
    waiting = offered;
    return tell(say("wallet.waits"));
  }
  const [, origin, link] = (typeof offered === "string" && DELIVERY.exec(offered)) || [];
  // The link's own page asks before it uses the link up, and brings back here what it got.
  if (link && origin === location.origin) return location.assign(`/get/${link}`);
  if (link) throw new KernelError("wallet.link-elsewhere");
  tell(say("wallet.working"));
  let differs = false;
  const texts = await certificatesIn(offered, () => (differs = true));
  /** @type {string[]} */
  let news = [];
  await renew(person, (kept) => {
    // Two that claim the same name and differ by a letter are two (threats.md K7).
    news = texts.filter((text) => !kept.certificates.includes(text));
    if (kept.certificates.length + news.length > CERTIFICATES_MOST) throw new KernelError("wallet.too-many");
    return news.length ? { ...kept, certificates: [...kept.certificates, ...news], unsaved: true } : kept;
  });
  if (news.length === 1) detail(news[0]);
  else await home();
  if (differs) complain(new KernelError("scan.pdf.differs", { next: say("wallet.differs.next") }));
  else quiet();
  at("status").textContent = say(news.length ? "wallet.added" : "wallet.known").replace("{count}", String(news.length));
}

/** Two fields for a new passphrase. @returns {[any[], () => string]} the fields, and what was typed */
function twice() {
  const fields = ["wallet.passphrase", "wallet.passphrase.again"].map((id) => field(say(id), { type: "password", autocomplete: "new-password" }));
  return [
    fields,
    () => {
      const [one, other] = fields.map((it) => it.querySelector("input").value);
      if (one.length < PASSPHRASE_LEAST || new Set(one).size < PASSPHRASE_DISTINCT || /^\d*$/.test(one)) throw new KernelError("wallet.passphrase.weak");
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
    const { kept, person } = held;
    if (!kept) return;
    tell(say("wallet.working"));
    const made = `${new Date(now() * 1000).toISOString().slice(0, 19)}Z`;
    const bytes = await save({ made, key: new TextEncoder().encode(kept.key), certificates: kept.certificates.map((text) => new TextEncoder().encode(text)) }, word);
    // What cannot be opened again is no saved file.
    await open(bytes, word, await kernel());
    stillOpen(person);
    download(bytes, "age");
    isThere(kept);
  });
  card(
    saving,
    say("wallet.save"),
    h("p", { class: "intro" }, say("wallet.save.text")),
    h("form", { on: { submit: act } }, fields, h("button", { type: "submit", class: "primary write" }, say("wallet.save.button"))),
    h("p", { class: "actions" }, button(say("wallet.back"), home, "quiet back")),
  );
}

/** A page never hears whether a file that it offered was kept, so the person says it. @param {import("./vault.js").Kept} kept what is in the file */
function isThere(kept) {
  const { person } = held;
  const yes = trying(async () => {
    await renew(person, (now) => ({ ...now, unsaved: now.certificates !== kept.certificates || now.key !== kept.key }));
    await home();
    tell(say("wallet.saved.done"));
  });
  card(
    () => isThere(kept),
    say("wallet.saved.ask"),
    h("p", { class: "intro" }, say("wallet.saved")),
    h("p", { class: "actions" }, button(say("wallet.saved.yes"), yes, "primary there"), button(say("wallet.saved.no"), saving, "quiet not-there")),
  );
}

/**
 * Which key stays where a file has another than this wallet. One that a certificate is made out to is never lost, and none without a question.
 * @param {string | null} mine @param {string | null} theirs @param {string[]} before @param {string[]} texts @returns {string | null} none when the person said no
 */
function keyOf(mine, theirs, before, texts) {
  if (!mine || !theirs || didOf(mine) === didOf(theirs)) return mine ?? theirs;
  const isUsed = (/** @type {string} */ key, /** @type {string[]} */ among) => among.some((text) => text.includes(didOf(key)));
  const used = isUsed(mine, before);
  if (used && isUsed(theirs, texts)) throw new KernelError("wallet.two-keys");
  if (!confirm(say(used ? "wallet.key.stays" : "wallet.key.replaced"))) return null;
  return used ? mine : theirs;
}

/** From a saved file. */
function restoring() {
  const label = way(say("wallet.restore.file"), { id: "saved" });
  const file = label.querySelector("input");
  const word = field(say("wallet.passphrase"), { type: "password", autocomplete: "current-password" });
  const act = trying(async () => {
    if (!file.files[0]) throw new KernelError("wallet.no-file");
    if (file.files[0].size > BACKUP_MOST) throw new KernelError("backup.too-large");
    const { person } = held;
    tell(say("wallet.working"));
    const saved = await open(new Uint8Array(await file.files[0].arrayBuffer()), word.querySelector("input").value, await kernel());
    const theirs = saved.key ? new TextDecoder().decode(saved.key) : null;
    const texts = saved.certificates.map((bytes) => new TextDecoder().decode(bytes));
    let isTaken = false;
    await renew(
      person,
      async (kept) => {
        const before = kept?.certificates ?? [];
        // An older file brings back what it has, and takes nothing away (threats.md K3).
        const certificates = [...before, ...texts.filter((text) => !before.includes(text))];
        if (certificates.length > CERTIFICATES_MOST) throw new KernelError("wallet.too-many");
        const mine = kept?.key ?? (theirs ? null : (await empty()).key);
        const key = keyOf(mine, theirs, before, texts);
        if (!key) return kept;
        isTaken = true;
        // Saved is what a file has whole: this key, and each of these.
        const saves = theirs !== null && didOf(theirs) === didOf(key) && certificates.every((text) => texts.includes(text));
        return { key, certificates, unsaved: !saves };
      },
      { person: person ?? { id: FIRST, name: "", passkey: null } },
    );
    if (!isTaken) return quiet();
    await arrived();
    tell(say("wallet.restored").replace("{day}", saved.made.slice(0, 10)));
  });
  card(
    restoring,
    say("wallet.restore"),
    h("form", { on: { submit: act } }, label, word, h("button", { type: "submit", class: "primary bring" }, say("wallet.restore.button"))),
    h("p", { class: "actions" }, button(say("wallet.back"), home, "quiet back")),
  );
  file.addEventListener("change", () => (file.previousSibling.textContent = file.files[0]?.name ?? ""));
}

/** The lock, other people, restoring, and wiping. */
function settings() {
  const { passphrase, person } = held;
  if (!person) return;
  const name = field(say("wallet.person.name"), { maxlength: NAME_MOST, name: "person", value: person.name });
  const [fields, typed] = twice();
  const lock = trying(async () => {
    const word = typed();
    const called = name.querySelector("input").value.trim();
    if (called && (await people()).some((other) => other.id !== person.id && other.name === called)) throw new KernelError("wallet.person.name-taken");
    tell(say("wallet.working"));
    // A passkey seals the passphrase that was.
    await renew(person, (now) => ({ ...now }), { passphrase: word, person: { ...person, name: called, passkey: null } });
    await close();
  });
  const finger = trying(async () => {
    if (!passphrase) throw new KernelError("wallet.passkey.lock-first");
    const passkey = await make(person.name, passphrase);
    await renew(person, (now) => ({ ...now }), { person: { ...person, passkey } });
    tell(say("wallet.passkey.made"));
  });
  const other = trying(async () => {
    if (!passphrase) throw new KernelError("wallet.person.lock-first");
    await close();
    await newcomer();
  });
  const wipe = trying(async () => {
    if (!confirm(say("wallet.wipe.ask"))) return;
    // Not what another window has put there since: nobody here has seen it.
    await forget(person.id);
    drop();
    forgetWork();
    await choosing();
  });
  card(
    settings,
    say("wallet.more"),
    h("h2", {}, say("wallet.lock")),
    h("p", { class: "small" }, say("wallet.lock.text")),
    h("form", { on: { submit: lock } }, fields, name, h("p", { class: "small" }, say("wallet.person.name.text")), h("button", { type: "submit", class: "primary lock" }, say("wallet.lock"))),
    possible() ? [h("h2", {}, say("wallet.passkey")), h("p", { class: "small" }, say("wallet.passkey.text")), h("p", { class: "actions" }, button(say("wallet.passkey.make"), finger, "quiet passkey"))] : null,
    h("h2", {}, say("wallet.people.more")),
    h("p", { class: "actions" }, button(say("wallet.person.add"), other, "quiet newcomer")),
    h("h2", {}, say("wallet.files")),
    h("p", { class: "actions" }, button(say("wallet.restore"), restoring, "quiet restore"), button(say("wallet.wipe"), wipe, "quiet wipe"), button(say("wallet.back"), home, "quiet back")),
  );
}

/** Showing to somebody. */
function showing() {
  const { kept } = held;
  if (!kept) return;
  const { certificates, key } = kept;
  place(showing, answering({ key, certificates, titles: certificates.map((_, of) => titleOf(of)), besides: certificates.map((_, of) => besideTitle(of)), button, trying, back: () => home() }));
}

/** Nothing of the wallet stays on the screen or in the memory of this page. */
async function close() {
  page += 1;
  hush();
  drop();
  forgetWork();
  quiet();
  at("main").replaceChildren();
  await choosing();
}

/** Away from here, at once, and not by one step back. */
function leave() {
  hush();
  at("main").replaceChildren();
  drop();
  forgetWork();
  location.replace("about:blank");
}

/** What the page of a delivery link left for this one. */
function handedOver() {
  try {
    const text = sessionStorage.getItem(HANDED);
    sessionStorage.removeItem(HANDED);
    return text ?? "";
  } catch {
    return ""; // Storage is switched off; the page said so.
  }
}

/** Under which name a phone puts this page among its apps. */
const named = () => document.querySelector("link[rel=manifest]")?.setAttribute("href", `/wallet/${language()}.webmanifest`);

async function start() {
  const tags = [...document.querySelectorAll("a[data-language]")].map((link) => link.getAttribute("data-language"));
  const asked = [new URLSearchParams(location.search).get("lang"), remembered(), ...navigator.languages.map((tag) => tag.split("-")[0])];
  for (const tag of [...asked, ...tags]) if (tag && tags.includes(tag) && (await speak(tag, FOLDER))) break;
  named();
  held.catalogue = await fetch("/wallet/catalogue.json").then((answer) => (answer.ok ? answer.json() : []), () => []);
  waiting = handedOver() || arrival.code;
  arrival.code = "";
  try {
    await choosing();
  } catch (error) {
    stuck();
    complain(error);
  }
  document.documentElement.classList.add("ready");
  stay(() => {});
  navigator.serviceWorker?.ready.then(({ active }) => active?.postMessage("wallet"));
}

/** A question that came as a link. @param {string} link */
function asking(link) {
  if (!held.kept?.certificates.length) return tell(say("wallet.empty"));
  showing();
  const text = at("main").querySelector("textarea");
  text.value = link;
  text.dispatchEvent(new Event("input"));
}

for (const link of document.querySelectorAll("a[data-language]")) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const tag = link.getAttribute("data-language") ?? "es";
    if (!(await speak(tag, FOLDER))) return complain(new KernelError("page.language.failed"));
    remember(tag);
    named();
    await rejudge();
    again();
  });
}
document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault();
  at("main").focus();
});
at("leave").addEventListener("click", leave);
/** Whether another window has written since; then this one begins anew. */
async function look() {
  if (held.person && (await changed(held.person.id).catch(() => false))) trying(() => Promise.reject(new KernelError(ELSEWHERE)))();
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let unseen;
/** Since when nobody sees this page: one that was put to sleep has no clock that rings. */
let since = 0;
/** Whoever comes now may be somebody else. */
async function unattended() {
  const gone = waiting;
  waiting = "";
  if (held.passphrase) await close();
  if (gone) tell(say("wallet.waits.gone"));
}
document.addEventListener("visibilitychange", async () => {
  clearTimeout(unseen);
  if (document.hidden) {
    since = Date.now();
    unseen = setTimeout(unattended, UNSEEN);
    return;
  }
  const away = since ? Date.now() - since : 0;
  if (away < 0 || away >= UNSEEN) await unattended();
  look();
});
// Wiped in another window: nothing of it stays on this one's screen until somebody turns to it.
whenForgotten(() => look());
addEventListener("hashchange", () => {
  const code = location.hash.slice(1);
  history.replaceState(null, "", location.pathname + location.search);
  if (!code) return;
  waiting = code;
  if (held.kept) trying(arrived)();
});
/** @type {ReturnType<typeof setTimeout> | undefined} */
let alone;
for (const kind of ["pointerdown", "keydown", "scroll"]) {
  addEventListener(
    kind,
    () => {
      clearTimeout(alone);
      alone = setTimeout(unattended, LEFT_ALONE);
    },
    { passive: true },
  );
}
// A page that the browser kept in memory must not show the next person anything (threats.md I19).
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
addEventListener("pagehide", () => at("main").replaceChildren());
fill(document);
arrival.began = true;
start();
