// For work: what one's certificates come to as skills, a vacancy held against them, and a CV that an employment service takes in. All of it
// happens on this device, and nobody hears of it.

import { csv } from "../csv.js";
import { h, icon } from "../desk/dom.js";
import { KernelError, now } from "../kernel.js";
import { why } from "../verdict.js";
import { language, say } from "../words.js";
import { held, stillOpen } from "./held.js";
import { forWork } from "./judge.js";
import { counts, skillsOf } from "./pathways.js";
import { button, download, place, tell, trying, way } from "./screen.js";

const ICONS = new Map([["yes", "yes"], ["no", "no"]]);
/** As an outcome has them: one set of colours. */
const OUTCOMES = new Map([["yes", "accept"], ["no", "reject"]]);

/** 12 characters: a code that somebody reads out. ESCO's have 36 and mean nothing to a person. */
const CODE_MOST = 12;

/** @param {string} text */
const bytesOf = (text) => new TextEncoder().encode(text);

/** @type {() => any} */
let home = () => {};

/** The page, with a way back. @param {() => any} back */
export function working(back) {
  home = back;
  return work();
}

/** Skills, and the ways on. */
function work() {
  const skills = skillsOf(held.kept?.certificates ?? [], held.verdicts, language());
  // To whoever reads English there is nothing to mark.
  const mark = language() === "en" ? "" : ` (${say("wallet.skills.english")})`;
  const drawn = skills.map(({ title, signed, codes, tag, units }) =>
    h(
      "li",
      {},
      // Without codes the signed name is all there is.
      title || !codes.length ? h("strong", {}, h("bdi", { lang: title ? null : tag }, title ?? signed)) : null,
      signed ? h("p", { class: "small" }, `${say("wallet.skills.signed")} `, h("bdi", { lang: tag }, signed)) : null,
      units.length && tag !== language() && title ? h("p", { class: "small" }, say("wallet.skills.signed")) : null,
      units.length ? h("ul", { class: "units" }, units.map((unit) => h("li", {}, h("bdi", { lang: tag }, unit)))) : null,
      codes.map(({ framework, code, name }) => h("p", { class: "small" }, `${[framework, code.length > CODE_MOST ? "" : code].filter(Boolean).join(" ")}: `, h("bdi", { lang: "en" }, name), mark)),
    ),
  );
  place(
    work,
    h(
      "section",
      { class: "card" },
      h("h1", {}, say("wallet.work")),
      h("h2", {}, say("wallet.skills")),
      drawn.length ? h("ul", { class: "held skills" }, drawn) : h("p", { class: "intro" }, say("wallet.skills.none")),
      h(
        "p",
        { class: "actions" },
        button(say("wallet.vacancy"), trying(vacancies), "primary vacancy"),
        button(say("wallet.cv"), cv, "quiet cv"),
        button(say("wallet.back"), home, "quiet back"),
      ),
    ),
  );
}

/** The vacancies that were opened, as their files have them: forgotten with the page. @type {Uint8Array[]} */
let opened = [];

/** A vacancy held against what is here. */
async function vacancies() {
  const { person } = held;
  const one = opened.length ? await forWork() : null;
  stillOpen(person);
  const certificates = (held.kept?.certificates ?? []).map(bytesOf);
  const asked = { language: language(), now: now() };
  const matches = opened.map((bytes) => one.call("vacancy", asked, bytes, ...certificates));
  const file = way(say("wallet.vacancy.file"), { id: "vacancy", accept: "application/json,.json", multiple: true });
  file.addEventListener("change", trying(async (event) => {
    tell(say("wallet.working"));
    const chosen = [...event.target.files];
    const before = opened;
    const { person } = held;
    try {
      // What is too large is told by the kernel, and is not read whole for it.
      const read = await Promise.all(chosen.map(async (one) => new Uint8Array(await one.slice(0, FILE_MOST).arrayBuffer())));
      stillOpen(person);
      opened = read;
      await vacancies();
      tell("");
    } catch (error) {
      opened = held.person === person ? before : [];
      throw error;
    }
  }));
  place(
    vacancies,
    h(
      "section",
      { class: "card" },
      h("h1", {}, say("wallet.vacancy")),
      h("p", { class: "intro" }, say("wallet.vacancy.text")),
      file,
      matches.map(match),
      h("p", { class: "actions" }, button(say("wallet.back"), work, "quiet back")),
    ),
  );
}

/** 131,072 bytes: twice of what a vacancy may have. */
const FILE_MOST = 128 * 1024;

/** @param {string} answer @param {string} word */
const says = (answer, word) => h("p", { class: "says" }, icon(ICONS.get(answer) ?? "cannot-tell"), h("span", {}, word));

/** @param {any} found */
function match({ answer, apply, country, headline, language: tag, needsText, pilot, place: town, requirements, signer, text, title, untilText }) {
  const outcome = (/** @type {string} */ of) => OUTCOMES.get(of) ?? "undecided";
  return h(
    "section",
    { class: "match", "data-outcome": outcome(answer) },
    h("h2", {}, h("bdi", { lang: tag }, title)),
    says(answer, headline),
    pilot ? h("p", { class: "alert plain" }, say("pilot")) : null,
    h("p", { class: "small signer", "data-signer": signer.state }, h("bdi", {}, signer.text)),
    h("p", { class: "small" }, [[town, country].filter(Boolean).join(", "), untilText].join(" · ")),
    text ? h("p", { lang: tag }, text) : null,
    needsText ? h("p", {}, needsText) : null,
    h("ul", { class: "held" }, requirements.map((/** @type {any} */ row) => requirement(row, outcome, !pilot))),
    apply ? h("p", { lang: tag }, apply) : null,
  );
}

/** An achievement by its name, where the catalogue has it. @param {string} id */
const called = (id) => held.catalogue.find((one) => one.id === id)?.names[language()] ?? id;

/** @param {any} row @param {(of: string) => string} outcome @param {boolean} marks whether it is said here what is of a pilot */
function requirement({ answer, codes, name, needsText, word }, outcome, marks) {
  const code = (/** @type {any} */ { answer: of, certificate, code, framework, reason, text }) =>
    h(
      "li",
      { "data-reason": reason, "data-outcome": outcome(of) },
      h("p", { class: "small" }, framework === "achievement" ? called(code) : `${framework} ${code}`),
      h("p", { class: "why" }, icon(ICONS.get(of) ?? "cannot-tell"), h("span", {}, h("bdi", {}, text), certificate?.pilot && marks ? ` ${say("pilot")}.` : "")),
    );
  return h("li", { "data-outcome": outcome(answer) }, h("strong", {}, h("bdi", {}, name)), says(answer, word), needsText ? h("p", { class: "small" }, needsText) : null, h("ul", { class: "codes" }, codes.map(code)));
}

/** What the columns of a CV are called. @type {Record<string, string>} */
const LABELS = {
  achievement: "wallet.cv.achievement",
  as_of: "wallet.cv.as_of",
  awarded: "wallet.cv.awarded",
  birth_year: "wallet.cv.birth_year",
  environment: "wallet.cv.environment",
  isco_08: "wallet.cv.isco_08",
  issuer: "wallet.cv.issuer",
  issuer_country: "wallet.cv.issuer_country",
  kind: "wallet.cv.kind",
  name: "wallet.cv.name",
  title: "wallet.cv.title",
  valid_until: "wallet.cv.valid_until",
};

/** Choosing what goes into a CV. */
function cv() {
  const { kept, verdicts } = held;
  const certificates = kept?.certificates ?? [];
  const boxes = verdicts.map((verdict) => h("input", { type: "checkbox", disabled: !counts(verdict) }));
  const title = (/** @type {any} */ { credential, foreign }) => credential?.achievementTranslated ?? credential?.achievement ?? foreign?.title ?? say("wallet.unnamed");
  const inside = h("div", { class: "inside", "aria-live": "polite" });
  // What was seen is what is saved: another choice is another look.
  for (const box of boxes) box.addEventListener("change", () => inside.replaceChildren());
  const look = trying(async () => {
    const chosen = certificates.filter((_, at) => boxes[at].checked);
    if (!chosen.length) throw new KernelError("present.empty");
    const { blobs, cells, columns } = (await forWork()).call("cv", { now: now() }, ...chosen.map(bytesOf));
    if (!blobs) throw new KernelError("wallet.cv.empty");
    // The digest is for machines.
    const rows = cells.map((/** @type {string[]} */ row) =>
      h("li", {}, h("dl", { class: "cells" }, columns.map((/** @type {string} */ column, /** @type {number} */ at) => (at && row[at] ? [h("dt", {}, say(LABELS[column] ?? column)), h("dd", {}, h("bdi", {}, shown(column, row[at])))] : null)))),
    );
    inside.replaceChildren(
      h("h2", {}, say("wallet.cv.inside")),
      h("ul", { class: "held" }, rows),
      h("p", { class: "small" }, say("wallet.cv.again")),
      h("p", { class: "actions" }, button(say("wallet.cv.json"), () => download(blobs[0], "json"), "primary json"), button(say("wallet.cv.csv"), () => download(bytesOf(csv([columns, ...cells])), "csv"), "quiet csv")),
    );
  });
  place(
    cv,
    h(
      "section",
      { class: "card" },
      h("h1", {}, say("wallet.cv")),
      h("p", { class: "intro" }, say("wallet.cv.text")),
      h("ul", { class: "held" }, verdicts.map((verdict, at) => h("li", {}, h("label", {}, boxes[at], h("span", {}, h("bdi", {}, title(verdict)), counts(verdict) ? "" : ` · ${why(verdict)}`))))),
      h("p", { class: "actions" }, button(say("wallet.cv.look"), look, "primary look"), button(say("wallet.back"), work, "quiet back")),
      inside,
    ),
  );
}

/** A cell in words where the page has words for it. @param {string} column @param {string} cell */
function shown(column, cell) {
  const id = { environment: `environment.${cell}`, kind: `kind.${cell}`, issuer_country: `country.${cell}` }[column];
  return id && say(id) !== id ? say(id) : cell;
}

/** Forgets what was looked at. */
export function forgetWork() {
  opened = [];
}
