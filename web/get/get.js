// A person fetches a certificate by a one-time link. The link's secret stands in the fragment, which is sent to nobody; it is posted once
// somebody presses the button, so no program that only looks at links uses one up.

import { ask } from "../desk/ask.js";
import { h, icon } from "../desk/dom.js";
import { button, heading, trouble } from "../desk/parts.js";
import { first, language, say, speak } from "../desk/words.js";

/** Where this page's texts are. */
const TEXTS = "/get/i18n";
/** Under which name the wallet looks for what is left for it, once. */
const HANDED = "handed";

/** @param {string} id @returns {any} */
const at = (id) => document.getElementById(id);

/** Which of the server's institutions, and the secret. */
let link = { institution: "", secret: "" };
/** The institution, if this server has it. @type {any} */
let house = null;
/** What was fetched; it stays on this page alone. @type {any} */
let got = null;
/** Why nothing was. @type {any} */
let refused = null;

/** Takes the link out of the address before anything else can read it there. */
function arrive() {
  const came = arrival.code || location.hash.slice(1);
  arrival.code = "";
  const [, institution, secret] = /^([\w-]+)\.([\w-]+)$/.exec(came) ?? [];
  if (secret) [link, got, refused] = [{ institution, secret }, null, null];
  if (came) history.replaceState(null, "", `/get/${location.search}`);
}

/** The page as it stands now. */
function show() {
  const place = h("section", { class: "page" });
  at("main").replaceChildren(place);
  at("house").textContent = got?.institution ?? house?.name ?? "";
  at("pilot").hidden = !got?.pilot;
  if (got) place.append(...fetched());
  else if (!link.secret) place.append(...heading(say("get.title"), say("get.no-link")));
  else place.append(...waiting());
  const head = place.querySelector("h1");
  // It stays in the history of a shared browser: it names no certificate.
  document.title = `${say("get.title")} · Skillpass`;
  if (!place.querySelector(".alert")) head?.focus({ preventScroll: true });
}

/** Before the button is pressed. */
function waiting() {
  const press = button(say("get.button"), { class: "primary", on: { click: take } }, icon("down"));
  async function take() {
    press.disabled = true;
    try {
      got = await ask("POST", "delivery", link);
      refused = null;
    } catch (error) {
      refused = error;
    }
    show();
  }
  return [
    ...heading(say("get.title"), house ? say("get.from", { institution: house.name }) : ""),
    h("p", {}, say("get.once")),
    refused ? trouble(refused) : null,
    h("p", { class: "actions" }, press),
  ].filter(Boolean);
}

/** What was fetched, to be kept. */
function fetched() {
  const { title, serial, document: text, pdf, minutes } = got;
  const bytes = pdf ? Uint8Array.from(atob(pdf.slice(1).replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0)) : null;
  return [
    ...heading(title ?? say("get.title"), say("get.done")),
    h(
      "ul",
      { class: "cards" },
      bytes ? file(say("get.pdf"), say("get.pdf.how"), new Blob([bytes], { type: "application/pdf" }), `${serial}.pdf`, "primary") : null,
      file(say("get.file"), say("get.file.how"), new Blob([text], { type: "application/json" }), `${serial}.json`, bytes ? "quiet" : "primary"),
      kept(text),
    ),
    bytes ? null : h("p", { class: "alert plain" }, say("get.no-pdf")),
    h("p", {}, say("get.both")),
    h("p", { class: "small" }, say("get.again", { minutes })),
    h("p", { class: "small" }, h("a", { href: `/?lang=${language()}` }, say("get.check"))),
  ].filter(Boolean);
}

/** Addresses of what can be saved, until the page is left. @type {string[]} */
let addresses = [];

/** @param {string} label @param {string} how @param {Blob} blob @param {string} name @param {string} kind */
function file(label, how, blob, name, kind) {
  const href = URL.createObjectURL(blob);
  addresses.push(href);
  return h(
    "li",
    { class: "card task" },
    h("div", {}, h("h2", {}, label), h("p", { class: "small" }, how)),
    h("a", { class: kind, href, download: name }, icon("down"), h("span", {}, say("get.save"))),
  );
}

/** To the wallet of this browser: through the memory of this tab, and through no address. @param {string} text */
function kept(text) {
  const off = h("p", { class: "small", role: "status" });
  const keep = button(say("get.wallet.open"), { class: "quiet keep", on: { click: open } });
  function open() {
    try {
      sessionStorage.setItem(HANDED, text);
      location.assign(`/wallet?lang=${language()}`);
    } catch {
      off.textContent = say("get.wallet.off");
    }
  }
  return h("li", { class: "card task" }, h("div", {}, h("h2", {}, say("get.wallet")), h("p", { class: "small" }, say("get.wallet.how")), off), keep);
}

async function start() {
  arrive();
  await speak(first(), false, TEXTS);
  const all = await ask("GET", "institutions").catch(() => []);
  house = all.find(({ key }) => key === link.institution) ?? null;
  show();
  document.documentElement.classList.add("ready");
}

for (const choice of document.querySelectorAll("[data-language]")) {
  choice.addEventListener("click", async (event) => {
    event.preventDefault();
    await speak(choice.getAttribute("data-language") ?? "es", true, TEXTS);
    show();
  });
}
document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault();
  at("main").focus();
});
addEventListener("hashchange", () => {
  arrive();
  show();
});
// A shared phone shows nobody's certificate to the next person (threats.md I19).
addEventListener("pagehide", () => {
  got = null;
  for (const address of addresses) URL.revokeObjectURL(address);
  addresses = [];
  at("main").replaceChildren();
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
arrival.began = true;
start();
