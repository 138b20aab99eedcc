// A folder of certificates, or many files, to one table of verdicts, and that as CSV. Nothing is kept: the table goes when it is cleared or the
// page is left (domain.md D10).

import { csv } from "./csv.js";
import { offer } from "./file.js";
import { KernelError } from "./kernel.js";
import { judged } from "./judge.js";
import { why } from "./verdict.js";
import { say } from "./words.js";

/** 1,000 files at once: a large employer's folder. */
export const MOST = 1_000;

/** What a system puts into a folder and hides there. */
const HIDDEN = /^(\..*|desktop\.ini|thumbs\.db)$/i;

/** What can hold a certificate, by its name: what is called otherwise and cannot be looked into is of a kind that we do not know. */
const OFFERED = /\.(gif|jpe?g|json|jsonld|pdf|png|svg|txt|webp)$/i;

/** The columns of the command line's table. */
const HEADER =
  "input outcome genuine entitled in_force worth_here pilot kind name birth_year achievement issuer authority as_of reason next".split(" ");

/** The files of a folder, in order of their names: what had no row would seem to have been checked. @param {Iterable<File>} files */
export const ofFolder = (files) => [...files].filter(({ name }) => !HIDDEN.test(name)).sort((one, other) => (one.name < other.name ? -1 : 1));

/** One row a certificate, or one for a file that could not be read. @typedef {{ input: string, verdict?: any, refused?: KernelError }} Row */

/** @param {File} file @param {string} country @returns {Promise<Row[]>} */
async function rowsOf(file, country) {
  try {
    const { verdicts, notRead, differs } = await judged(file, country);
    const alone = verdicts.length === 1 && !notRead.length;
    const named = (/** @type {number} */ place) => (alone ? file.name : `${file.name}#${place}`);
    const unread = notRead.map((why) => ({ input: named(why.place), refused: new KernelError(why.code, why) }));
    // What stands among others keeps its place there.
    /** @type {Row[]} */
    const rows = [];
    for (const [at, { place }] of notRead.entries()) rows[place - 1] = unread[at];
    let place = 0;
    for (const verdict of verdicts) {
      while (rows[place]) place += 1;
      rows[place] = { input: named(place + 1), verdict };
    }
    if (differs) rows.push({ input: file.name, refused: new KernelError("scan.pdf.differs") });
    return rows.filter(Boolean);
  } catch (error) {
    const refused = error instanceof KernelError ? error : new KernelError("page.check.failed");
    const isUnknown = refused.code === "look" && !OFFERED.test(file.name);
    return [{ input: file.name, refused: isUnknown ? new KernelError("notread.unknown-format") : refused }];
  }
}

/** What is wrong, and what to do. @param {KernelError} refused @returns {[string, string]} */
function told({ code, params }) {
  const id = code === "look" ? "page.send.look" : code;
  const advice = say(`${id}.next`);
  return [params?.title ?? say(id), params?.next ?? (advice === `${id}.next` ? "" : advice)];
}

/** @param {Row} row @returns {string[]} */
function cells({ input, verdict, refused }) {
  if (!verdict) return [input, "unreadable", ...Array(12).fill(""), /** @type {any} */ (refused).code.replace(/^notread\./, ""), told(/** @type {any} */ (refused))[1]];
  const { answers, authority, credential, evidence, issuer } = verdict;
  const first = ["no", "cannot-tell"].map((answer) => answers.slice(0, 3).find((one) => one.answer === answer)).find(Boolean);
  return [
    input,
    verdict.outcome,
    ...answers.map(({ answer }) => answer),
    verdict.pilot ? "pilot" : "",
    credential?.kind,
    credential?.name,
    credential?.birthYear,
    credential?.achievement,
    issuer?.name,
    authority?.name,
    evidence?.asOf.slice(0, 10),
    first?.reason,
    verdict.next,
  ].map((cell) => cell ?? "");
}

/** The table as the command line writes it. @param {Row[]} rows */
export const saved = (rows) => csv([HEADER, ...rows.map(cells)]);

/** @param {string} tag @param {Record<string, string>} attributes @param {...(string | Node)} inside */
function part(tag, attributes, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...inside);
  return element;
}

/** A text whose letters may run either way. @param {string} text */
const apart = (text) => (text ? part("bdi", {}, text) : "");

/** Icons and words by outcome. @type {Record<string, string>} */
const ANSWERS = { accept: "yes", reject: "no", undecided: "cannot-tell" };

/** @param {Row} row */
function drawn(row) {
  const { input, verdict, refused } = row;
  const outcome = verdict ? (ANSWERS[verdict.outcome] ? verdict.outcome : "undecided") : "unread";
  const cell = (label, ...inside) => part("td", { role: "cell", "data-label": say(`page.many.${label}`) }, ...inside);
  const [what, advice] = verdict ? [why(verdict), verdict.next] : told(/** @type {any} */ (refused));
  const word = verdict ? say(`answer.${ANSWERS[outcome]}`) : say("page.many.unread");
  const { credential, foreign, issuer } = verdict ?? {};
  const claims = credential?.mark === "claims" ? [` (${say("page.claims.heading")})`] : [];
  const person = credential ? [apart(credential.name), ` · ${credential.birthYear}`, ...claims] : [];
  return part(
    "tr",
    { role: "row", "data-outcome": outcome },
    cell("outcome", part("span", { class: "badge" }, word), verdict?.pilot ? ` ${say("pilot")}` : ""),
    cell("file", apart(input)),
    cell("person", ...person),
    cell("achievement", apart(credential?.achievement ?? foreign?.title ?? "")),
    cell("institution", apart(issuer?.name ?? "")),
    cell("next", part("strong", {}, what), " ", advice),
  );
}

/** Checks what is in the table once more, in another language. @type {() => any} */
export let again = () => {};

/**
 * Checks one file after the other and shows the table as it grows.
 * @param {HTMLElement} place @param {File[]} files @param {() => string} country @param {() => void} onClear @param {boolean=} isAgain whether they stood here before
 */
export async function many(place, files, country, onClear, isAgain = false) {
  /** @type {Row[]} */
  const rows = [];
  let stopped = false;
  const heading = part("h1", { tabindex: "-1" }, say("page.many.heading"));
  const progress = part("p", { role: "status", class: "progress" });
  const body = part("tbody", { role: "rowgroup" });
  const columns = ["outcome", "file", "person", "achievement", "institution", "next"];
  const head = columns.map((name) => part("th", { role: "columnheader", scope: "col" }, say(`page.many.${name}`)));
  const table = part(
    "table",
    { role: "table", "aria-label": say("page.many.heading") },
    part("thead", { role: "rowgroup" }, part("tr", { role: "row" }, ...head)),
    body,
  );
  const button = (kind, id, press) => {
    const made = part("button", { type: "button", class: kind }, say(id));
    made.addEventListener("click", press);
    return made;
  };
  const save = button("primary", "page.many.csv", () => offer("skillpass-verdicts.csv", "text/csv", saved(rows)));
  const stop = button("quiet", "page.many.stop", () => (stopped = true));
  const clear = button("quiet", "page.many.clear", () => {
    stopped = true;
    rows.length = 0;
    again = () => {};
    place.replaceChildren();
    onClear();
  });
  save.hidden = true;
  place.replaceChildren(part("section", { class: "card many" }, heading, progress, part("p", { class: "actions" }, save, stop, clear), table));
  // Whoever chose a language stays where it is chosen (WCAG 2.2, 3.2.2).
  if (!isAgain) heading.focus({ preventScroll: true });
  let done = 0;
  again = () => place.contains(table) && many(place, stopped ? files.slice(0, done) : files, country, onClear, true);
  const tell = () =>
    (progress.textContent = say("page.many.done").replace("{done}", String(done)).replace("{count}", String(files.length)));
  for (const file of files) {
    tell();
    const found = await rowsOf(file, country());
    if (!place.contains(table)) return;
    rows.push(...found);
    body.append(...found.map(drawn));
    done += 1;
    if (stopped) break;
  }
  tell();
  stop.remove();
  save.hidden = false;
}
