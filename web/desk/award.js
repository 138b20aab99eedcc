// One person's award: what the register says, its certificates, and what can be done about it.

import { ask } from "./ask.js";
import { achievements } from "./catalogue.js";
import { h } from "./dom.js";
import { field, form } from "./form.js";
import { badge, button, done, facts, heading, link, trouble } from "./parts.js";
import { question } from "./question.js";
import { day, hour, named, number, say } from "./words.js";

/** @param {any} place @param {any} desk */
export async function show(place, desk) {
  const [award, { title }] = await Promise.all([ask("GET", `awards/${encodeURIComponent(desk.names[0] ?? "")}`), achievements()]);
  const note = h("div", { "aria-live": "polite" });
  place.append(
    h("p", {}, link(say("desk.page.register"), "#/register", "plain back")),
    ...heading(award.name ?? say("desk.erased"), title(award.achievement)),
    note,
    h(
      "div",
      { class: "card" },
      facts([
        [say("desk.state"), badge("desk.award", award.state)],
        [say("desk.birth-year"), award.birthYear],
        [say("desk.awarded"), day(award.awarded)],
        [say("desk.valid-until"), day(award.validUntil)],
        [say("desk.hours.label"), award.hours],
        [say("desk.register-id"), award.registerId],
        ...["trainer", "assessor", "evidence"].map((name) => [named("desk.cell", name), award[name]]),
        [say("desk.changed"), award.by ? `${award.by.name ?? award.by.who} · ${hour(award.by.at)}` : ""],
      ]),
      actions(award, desk, note),
    ),
    certificates(award, desk),
    others(award, title),
  );
  if (desk.may("clerk") && award.name && (award.state === "open" || award.state === "issued")) place.append(correction(award, desk));
}

/** @param {any} award @param {any} desk */
function certificates({ certificates, serials }, { may }) {
  const all = certificates ?? (serials ?? []).map((serial) => ({ serial }));
  if (!all.length) return h("p", { class: "small" }, say("desk.award.no-certificate"));
  return h(
    "div",
    {},
    h("h2", {}, say("desk.certificates")),
    h(
      "ul",
      { class: "cards" },
      ...all.map(({ serial, state, signedAt }) =>
        h(
          "li",
          { class: "card task" },
          h(
            "div",
            {},
            state ? badge("desk.certificate", state) : null,
            h("p", { class: "small mono" }, serial),
            signedAt ? h("p", { class: "small" }, hour(signedAt)) : null,
          ),
          may("clerk", "signatory", "auditor") ? link(say("desk.open"), `#/certificate/${serial}`) : null,
        ),
      ),
    ),
  );
}

/** What else is kept of somebody of the same name and year: each is given and forgotten for itself. @param {any} award @param {(code: string) => string} title */
export function others({ others }, title) {
  if (!others?.length) return "";
  const one = ({ id, achievement, awarded, state }) =>
    h(
      "li",
      { class: "card task" },
      h("div", {}, badge("desk.award", state), h("p", {}, title(achievement)), h("p", { class: "small" }, day(awarded))),
      link(say("desk.open"), `#/award/${id}`),
    );
  return h(
    "div",
    { class: "others" },
    h("h2", {}, say("desk.others", { count: number(others.length) })),
    h("p", { class: "small" }, say("desk.others.how")),
    h("ul", { class: "cards" }, ...others.map(one)),
  );
}

/** @param {any} award @param {any} desk @param {any} note */
function actions(award, { may, go }, note) {
  const act = (path) => async () => {
    try {
      await ask("POST", `awards/${path}`, { ids: [award.id] });
      go(`award/${award.id}`);
    } catch (error) {
      note.replaceChildren(trouble(error));
    }
  };
  const more = award.others?.length ? ` ${say("desk.erase.others", { count: number(award.others.length) })}` : "";
  const erase = () => question({ title: say("desk.erase"), text: say("desk.erase.text") + more, sure: say("desk.erase.sure") }, act("erase"));
  const all = [
    may("clerk") && award.state === "open" ? button(say("desk.leave-out"), { on: { click: act("leave") } }) : null,
    may("clerk") && award.state === "left" && award.stands ? button(say("desk.take-in"), { on: { click: act("take") } }) : null,
    may("administrator") ? link(say("desk.export"), `/api/desk/awards/${award.id}/export`, "quiet", true) : null,
    may("administrator") && award.name ? button(say("desk.erase"), { class: "danger quiet", on: { click: erase } }) : null,
  ].filter(Boolean);
  return all.length ? h("p", { class: "actions" }, ...all) : null;
}

/** The cells that not every row has. */
const MORE = ["hours", "modality", "units", "method", "trainer", "assessor", "evidence", "archive", "language", "registerId", "holderKey"];

/** The cells that are one of a few words. */
const WORDS = {
  language: [
    ["es", "Español"],
    ["pt", "Português"],
    ["en", "English"],
    ["fr", "Français"],
    ["ht", "Kreyòl"],
  ],
  method: ["interview", "knowledge-test", "mixed", "observation", "portfolio", "simulation"],
  modality: ["blended", "in-person", "online", "workplace"],
};

/** @param {string} name @returns {[string, string][] | undefined} */
const words = (name) => WORDS[name]?.map((code) => (Array.isArray(code) ? code : [code, say(`${name}.${code}`)]));

/** The columns as problems name them: by the English header of a sheet with one row. */
const HEADERS = new Map([
  ["Full name", "name"],
  ["Year of birth", "birthYear"],
  ["Award date", "awarded"],
  ["Valid until", "validUntil"],
  ["Hours", "hours"],
  ["Modality", "modality"],
  ["Units", "units"],
  ["Assessment method", "method"],
  ["Trainer", "trainer"],
  ["Assessor", "assessor"],
  ["Evidence", "evidence"],
  ["Archive reference", "archive"],
  ["Language", "language"],
  ["Register ID", "registerId"],
  ["Holder key", "holderKey"],
]);

/** @param {any} award @param {any} desk */
function correction(award, { go }) {
  const issued = award.state === "issued";
  const more = MORE.filter((name) => award[name] !== undefined && award[name] !== null);
  const element = form(
    [
      ...(issued ? [h("p", { class: "alert plain" }, say("desk.correct.issued"))] : []),
      field({ name: "name", label: say("desk.name"), hint: say("desk.correct.name"), value: award.name, required: true, autocomplete: "off" }),
      field({ name: "birthYear", label: say("desk.birth-year"), value: award.birthYear, inputmode: "numeric", required: true, autocomplete: "off" }),
      field({ name: "awarded", label: say("desk.awarded"), type: "date", value: award.awarded, required: true }),
      field({ name: "validUntil", label: say("desk.valid-until"), hint: say("desk.optional"), type: "date", value: award.validUntil }),
      ...more.map((name) => field({ name, label: named("desk.cell", name), options: words(name), value: award[name], autocomplete: "off" })),
    ],
    say("desk.correct.button"),
    async (values) => {
      try {
        await ask("PUT", `awards/${award.id}`, { ...values, version: award.version });
      } catch (error) {
        for (const one of error.errors ?? []) one.field = HEADERS.get(one.column);
        throw error;
      }
      go(`award/${award.id}`);
    },
  );
  return h("details", { class: "card" }, h("summary", {}, say("desk.correct")), element);
}
