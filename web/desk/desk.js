// The desk: who is signed in, which page is open. Each page is a module that builds itself into a fresh place.

import { ask, Refused, whenSignedOut } from "./ask.js";
import { h } from "./dom.js";
import { enter, takeUp } from "./enter.js";
import { trouble } from "./parts.js";
import { typed } from "./typed.js";
import { first, say, speak } from "./words.js";

/* global desk */

/** Who may open which page (design §6), in the order of the menu. A page without a name of its own is opened from another. */
const ROOMS = [
  { path: "", roles: null, load: () => import("./home.js") },
  { path: "catalogue", roles: null, load: () => import("./catalogue.js") },
  { path: "import", roles: ["clerk"], load: () => import("./import.js") },
  { path: "register", roles: ["clerk", "signatory", "auditor", "administrator"], load: () => import("./register.js") },
  { path: "award", roles: ["clerk", "signatory", "auditor", "administrator"], load: () => import("./award.js"), of: "register" },
  { path: "prior", roles: null, load: () => import("./prior.js") },
  { path: "case", roles: null, load: () => import("./case.js"), of: "prior" },
  { path: "batches", roles: ["clerk", "signatory", "auditor"], load: () => import("./batches.js") },
  { path: "batch", roles: ["clerk", "signatory", "auditor"], load: () => import("./batch.js"), of: "batches" },
  { path: "rebind", roles: ["clerk", "signatory"], load: () => import("./rebind.js") },
  { path: "reprint", roles: ["clerk", "signatory"], load: () => import("./reprint.js") },
  { path: "issued", roles: ["clerk", "signatory", "auditor", "administrator"], load: () => import("./issued.js") },
  { path: "certificate", roles: ["clerk", "signatory", "auditor", "administrator"], load: () => import("./certificate.js"), of: "issued" },
  { path: "programs", roles: ["administrator", "auditor", "clerk", "signatory"], load: () => import("./programs.js") },
  { path: "paper", roles: ["administrator"], load: () => import("./paper.js") },
  { path: "staff", roles: ["administrator", "auditor", "signatory"], load: () => import("./staff.js") },
  { path: "log", roles: ["auditor", "administrator", "signatory"], load: () => import("./log.js") },
  { path: "statistics", roles: ["clerk", "signatory", "auditor", "administrator"], load: () => import("./statistics.js") },
  { path: "keys", roles: ["administrator", "signatory"], load: () => import("./keys.js") },
  { path: "backup", roles: ["administrator"], load: () => import("./backup.js") },
  { path: "custody", roles: ["administrator", "signatory"], load: () => import("./custody.js") },
  { path: "retention", roles: ["administrator"], load: () => import("./retention.js") },
  { path: "account", roles: null, load: () => import("./account.js") },
];

/** @param {string} id @returns {any} */
const at = (id) => document.getElementById(id);

/** Who is signed in. @type {any} */
let session = null;
/** An invitation that stood in the address. */
let invitation = "";

/** Whether somebody has one of these roles. @param {string[] | null} roles */
const may = (roles) => !roles || roles.some((role) => session.member.roles.includes(role));

/** Opens another page. @param {string} path */
const go = (path) => {
  if (location.hash === `#/${path}`) open();
  else location.hash = `#/${path}`;
};

/** The page that the address names. */
async function open() {
  const place = h("section", { class: "page" });
  // Such as a camera, which must not film what nobody looks at.
  at("main").firstElementChild?.dispatchEvent(new Event("left"));
  at("main").replaceChildren(place);
  frame();
  if (!session) return welcome(place);
  const [path, ...names] = location.hash.replace(/^#\/?/, "").split("/");
  const room = ROOMS.find((room) => room.path === path && may(room.roles)) ?? ROOMS[0];
  for (const link of at("rooms").querySelectorAll("a")) {
    if (link.getAttribute("href") === `#/${room.of ?? room.path}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  try {
    const page = await room.load();
    if (!place.isConnected) return;
    const may_ = (...roles) => may(roles);
    await page.show(place, { session, names: names.map(decodeURIComponent), may: may_, go });
    title(place, say(`desk.page.${(room.of ?? room.path) || "home"}`));
  } catch (error) {
    if (error instanceof Refused && error.code === "signed-out") return;
    place.append(trouble(error));
  }
}

/** Nobody is signed in. @param {any} place */
async function welcome(place) {
  const came = (/** @type {any} */ now) => {
    session = now;
    invitation = "";
    go("");
  };
  try {
    if (invitation) takeUp(place, invitation, came);
    else await enter(place, came, location.hash === "#/ended");
    title(place, place.querySelector("h1")?.textContent ?? "");
  } catch (error) {
    place.append(trouble(error));
  }
}

/**
 * The page's name in the tab, and the focus on its heading. A heading may be a person's name, and the browser keeps what stood in the tab: there
 * stands what kind of page it is.
 * @param {any} place @param {string} name
 */
function title(place, name) {
  const head = place.querySelector("h1");
  document.title = name ? `${name} · Skillpass` : "Skillpass";
  if (!place.contains(document.activeElement)) head?.focus({ preventScroll: true });
  scrollTo({ top: 0 });
}

/** What stands around every page. */
function frame() {
  shut();
  at("side").hidden = !session;
  at("house").textContent = session?.institution.name ?? "";
  at("pilot").hidden = !session?.institution.pilot;
  if (!session) return at("rooms").replaceChildren();
  const links = ROOMS.filter(({ of, roles, path }) => !of && path !== "account" && may(roles)).map(({ path }) =>
    h("a", { href: `#/${path}` }, say(`desk.page.${path || "home"}`)),
  );
  const out = h("button", { type: "button", on: { click: leave } }, say("desk.sign-out"));
  const me = h("p", { class: "me" }, h("bdi", {}, session.member.name), h("a", { href: "#/account" }, say("desk.page.account")), out);
  at("rooms").replaceChildren(...links, me);
}

async function leave() {
  await ask("DELETE", "session").catch(() => null);
  forget();
}

/** Nothing of anybody stays on the screen or in the memory of the pages: a fresh start. @param {string=} why */
function forget(why = "") {
  session = null;
  at("main").replaceChildren();
  history.replaceState(null, "", `/desk#/${why}`);
  location.reload();
}

/** On a narrow screen the menu is folded away once a page is chosen. */
function shut() {
  at("menu").setAttribute("aria-expanded", "false");
}

/** Takes the invitation out of the address before anything else can read it there. */
function arrive() {
  const [, link] = /^#invitation=(.+)$/.exec(location.hash) ?? [];
  if (!link) return;
  invitation = link;
  history.replaceState(null, "", "/desk");
}

async function start() {
  arrive();
  await speak(first());
  session = invitation ? null : await ask("GET", "session").catch(() => null);
  whenSignedOut(() => {
    if (session) forget("ended");
  });
  await open();
  document.documentElement.classList.add("ready");
}

at("menu").addEventListener("click", () => {
  const opened = at("menu").getAttribute("aria-expanded") === "true";
  at("menu").setAttribute("aria-expanded", String(!opened));
});
document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault();
  at("main").focus();
});
for (const link of document.querySelectorAll("[data-language]")) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const put = typed(at("main"));
    await speak(link.getAttribute("data-language") ?? "es", true);
    await open();
    put(at("main"));
  });
}
addEventListener("hashchange", () => {
  arrive();
  if (invitation) session = null;
  open();
});
// A file that is dropped beside its place is not opened instead of the desk.
for (const kind of ["dragover", "drop"]) {
  addEventListener(kind, (event) => {
    if (!(event.target instanceof Element && event.target.closest(".drop"))) event.preventDefault();
  });
}
// A page that the browser kept in memory must not show somebody's register to the next person (threats.md I19).
addEventListener("pagehide", () => at("main").replaceChildren());
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
desk.began = true;
start();
