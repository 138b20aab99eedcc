// One case of prior learning: its file, its units, what was done, and what whoever is signed in can do next.

import { ask } from "./ask.js";
import { achievements } from "./catalogue.js";
import { h } from "./dom.js";
import { boxes, field, form } from "./form.js";
import { badge, button, facts, heading, link, table } from "./parts.js";
import { due, waits } from "./prior.js";
import { question } from "./question.js";
import { day, hour, named, say } from "./words.js";

/** How it is assessed, the usual one first. */
const METHODS = ["portfolio", "observation", "interview", "knowledge-test", "simulation", "mixed"];
/** Steps that have a form of their own in the page. */
const WRITTEN = ["agree-plan", "keep-file"];
/** Steps that end something for the person. */
const GRAVE = ["withdraw", "decide", "send-back"];

/** @param {any} place @param {any} desk */
export async function show(place, desk) {
  const id = encodeURIComponent(desk.names[0] ?? "");
  const [one, { title }] = await Promise.all([ask("GET", `prior/${id}`), achievements()]);
  const take = async (step) => {
    await ask("POST", `prior/${id}/steps`, { version: one.version, ...step });
    desk.go(`case/${one.id}`);
  };
  place.append(
    h("p", {}, link(say("desk.page.prior"), "#/prior", "plain back")),
    ...heading(one.name ?? say("desk.erased"), title(one.achievement)),
    h(
      "div",
      { class: "card" },
      facts([
        [say("desk.state"), badge("desk.stage", one.stage)],
        [say("desk.prior.due"), one.due ? h("span", {}, due(one)) : ""],
        [say("desk.prior.waits"), waits(one)],
        [say("desk.birth-year"), one.birthYear],
        [say("desk.prior.standard"), one.standard ? say("desk.prior.version", one.standard) : ""],
        [named("desk.cell", "method"), one.method ? named("method", one.method) : ""],
        [named("desk.cell", "trainer"), one.trainer],
        [named("desk.cell", "evidence"), one.evidence],
      ]),
      one.appeal ? h("p", { class: "alert plain" }, say("desk.prior.appeal-open", { about: subject(one, one.appealAbout) })) : null,
      one.award ? h("p", { class: "actions" }, desk.may("clerk", "signatory", "auditor", "administrator") ? toRow(one) : null) : null,
    ),
    ...next(one, take),
    h("h2", {}, say("desk.prior.units")),
    units(one),
    h("h2", {}, say("desk.prior.history")),
    history(one),
    ...kept(one, desk),
  );
}

/** @param {any} one */
const toRow = ({ award }) => [link(say("desk.prior.row"), `#/award/${award.id}`), badge("desk.award", award.state)];

/** What something is about, in words. @param {any} one @param {string} about */
function subject({ units }, about) {
  const unit = units.find(({ code }) => code === about);
  return unit ? (unit.title ?? unit.code) : named("desk.about", about);
}

/** What can be done now: a form for what is written, a button and a question for the rest. @param {any} one @param {(step: any) => Promise<any>} take */
function next(one, take) {
  const groups = new Map();
  for (const open of one.next) groups.set(open.step, [...(groups.get(open.step) ?? []), open]);
  const asked = [...groups].filter(([step]) => !WRITTEN.includes(step));
  const buttons = asked.map(([step, open], at) =>
    button(say(`desk.do.${step}`), {
      class: GRAVE.includes(step) && step !== "decide" ? "danger quiet" : at ? "quiet" : "primary",
      "data-step": step,
      on: { click: () => inquire(one, step, open, take) },
    }),
  );
  return [
    h("h2", {}, say("desk.prior.next")),
    groups.has("agree-plan") ? plan(one, take) : null,
    buttons.length ? h("p", { class: "actions" }, ...buttons) : groups.size ? null : h("p", { class: "calm" }, say("desk.prior.next.none")),
    groups.has("keep-file") ? file(one, take) : null,
  ].filter(Boolean);
}

/** Asks what a step found, about what and why; the reasons follow from what it found. @param {any} one @param {string} step @param {any[]} open @param {any} take */
function inquire(one, step, open, take) {
  const abouts = [...new Set(open.map(({ about }) => about).filter(Boolean))];
  const results = [...new Set(open.map(({ result }) => result).filter(Boolean))];
  const why = field({ name: "reason", label: say("desk.prior.why"), options: [] });
  const fields = [
    abouts.length ? field({ name: "about", label: say("desk.prior.about"), options: abouts.map((code) => [code, subject(one, code)]) }) : null,
    results.length ? field({ name: "result", label: say("desk.prior.result"), options: results.map((code) => [code, say(`desk.result.${code}`)]) }) : null,
    why,
  ].filter(Boolean);
  const value = (name) => fields.find((place) => place.getAttribute("data-field") === name)?.querySelector("select").value;
  const fill = () => {
    const chosen = open.find(({ about, result }) => (about ?? undefined) === value("about") && (result ?? undefined) === value("result"));
    const reasons = chosen?.reasons ?? [];
    why.querySelector("select").replaceChildren(...reasons.map((code) => h("option", { value: code }, say(`desk.why.${code}`))));
    why.hidden = reasons.length < 2;
  };
  for (const place of fields) {
    place.addEventListener("change", (event) => {
      if (event.target.name !== "reason") fill();
    });
  }
  fill();
  const text = say("desk.prior.sure");
  return question({ title: say(`desk.do.${step}`), text, sure: say(`desk.do.${step}`), fields, danger: GRAVE.includes(step) }, (values) =>
    take({ step, ...values }),
  );
}

/** @param {any} one @param {any} take */
function plan(one, take) {
  const all = one.units.map(({ code, title }) => [code, title ?? code, code]);
  const element = form(
    [
      boxes(
        "units",
        say("desk.prior.units"),
        all,
        all.map(([code]) => code),
      ),
      field({ name: "method", label: named("desk.cell", "method"), options: METHODS.map((code) => [code, say(`method.${code}`)]) }),
      field({ name: "trainer", label: named("desk.cell", "trainer"), hint: say("desk.prior.trainer.hint"), maxlength: "120", autocomplete: "off" }),
    ],
    say("desk.do.agree-plan"),
    ({ units, method, trainer }) => take({ step: "agree-plan", units, method, trainer }),
  );
  return h("div", { class: "card decide" }, h("h3", {}, say("desk.do.agree-plan")), element);
}

/** @param {any} one @param {any} take */
function file(one, take) {
  const element = form(
    [
      field({ name: "name", label: say("desk.name"), value: one.name, required: true, autocomplete: "off" }),
      field({ name: "birthYear", label: say("desk.birth-year"), value: one.birthYear, inputmode: "numeric", required: true, autocomplete: "off" }),
      field({
        name: "evidence",
        label: named("desk.cell", "evidence"),
        hint: say("desk.prior.evidence.hint"),
        value: one.evidence,
        maxlength: "120",
        autocomplete: "off",
      }),
    ],
    say("desk.do.keep-file"),
    ({ name, birthYear, evidence }) => take({ step: "keep-file", name, birthYear: Number(birthYear) || 0, evidence }),
  );
  return h("details", { class: "card" }, h("summary", {}, say("desk.do.keep-file")), element);
}

/** @param {any} one */
const units = ({ units, standard }) =>
  table(
    say("desk.prior.units"),
    [
      { label: say("desk.prior.unit"), cell: ({ code, title }) => h("span", {}, title ?? code, " ", h("small", {}, code)), kind: "main" },
      { label: say("desk.prior.result"), cell: (unit) => verdict(unit, standard) },
      { label: say("desk.prior.again-from"), cell: ({ againFrom }) => day(againFrom) },
    ],
    units,
  );

/** @param {any} unit @param {any} standard */
function verdict({ verdict, planned }, standard) {
  if (verdict) return badge("desk.result", verdict);
  return standard && !planned ? say("desk.prior.unplanned") : say("desk.prior.unjudged");
}

/** @param {any} one */
const history = (one) =>
  table(
    say("desk.prior.history"),
    [
      {
        label: say("desk.prior.step"),
        cell: ({ step, about, result }) =>
          [named("desk.do", step), about ? subject(one, about) : "", result ? named("desk.result", result) : ""].filter(Boolean).join(" · "),
        kind: "main",
      },
      { label: say("desk.prior.why"), cell: ({ reason }) => named("desk.why", reason) },
      { label: say("desk.prior.by"), cell: ({ by }) => h("span", {}, h("bdi", {}, by.name ?? by.who), " · ", hour(by.at)) },
    ],
    [...one.steps].reverse(),
  );

/** What an administrator does with a person's data. @param {any} one @param {any} desk */
function kept(one, { may, go }) {
  if (!may("administrator") || !one.name) return [];
  const erase = () =>
    question({ title: say("desk.erase"), text: say("desk.erase.text"), sure: say("desk.erase.sure") }, async () => {
      await ask("POST", "awards/erase", { ids: [one.id] });
      go(`case/${one.id}`);
    });
  return [
    h(
      "p",
      { class: "actions" },
      link(say("desk.export"), `/api/desk/prior/${encodeURIComponent(one.id)}/export`, "quiet", true),
      button(say("desk.erase"), { class: "danger quiet", on: { click: erase } }),
    ),
  ];
}
