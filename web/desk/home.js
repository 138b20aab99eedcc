// What waits for whoever signed in; and, at the beginning, the first steps.

import { ask } from "./ask.js";
import { achievements } from "./catalogue.js";
import { h, icon } from "./dom.js";
import { badge, heading, link } from "./parts.js";
import { mayConfirm } from "./waiting.js";
import { number, say } from "./words.js";

/** As many of the cases that wait for whoever signed in are shown. */
const SHOWN = 5;

/** @param {any} place @param {any} desk */
export async function show(place, { session, may }) {
  const sees = may("clerk", "signatory", "auditor");
  const one = (state) => (sees ? ask("GET", `awards?state=${state}&limit=1`).then(({ awards }) => awards.length > 0) : false);
  const [batches, { title }, open, issued, members, cases] = await Promise.all([
    sees ? ask("GET", "batches") : [],
    achievements(),
    one("open"),
    one("issued"),
    may("administrator", "signatory") ? ask("GET", "members") : [],
    casesFor(session.member.roles),
  ]);
  // Whoever does not administer was invited by somebody who does.
  const staffed = !may("administrator") || members.length > 1;
  place.append(...heading(say("desk.home.hello", { name: session.member.name }), session.institution.name), ...warnings(session, may));

  const mine = session.member.id;
  const waiting = batches.filter(({ state, proposed }) => state === "proposed" && (proposed.who !== mine || !may("signatory")));
  const stopped = batches.filter(({ state }) => state === "released");
  const back = batches.filter(({ state, proposed }) => state === "returned" && proposed.who === mine).slice(0, 3);
  const tasks = [
    ...members.filter((member) => mayConfirm(member, session, may)).map(candidate),
    ...(may("signatory") ? waiting.map((batch) => task(batch, say("desk.home.review"), title)) : []),
    ...stopped.map((batch) => task(batch, say("desk.home.finish"), title)),
    ...back.map((batch) => task(batch, say("desk.home.returned"), title)),
    ...(may("clerk") && open
      ? [h("li", { class: "card task" }, h("div", {}, h("h3", {}, say("desk.home.open"))), link(say("desk.propose"), "#/batches"))]
      : []),
    ...cases.slice(0, SHOWN).map((one) => prior(one, title)),
    ...(!may("signatory") ? waiting.map((batch) => task(batch, say("desk.home.waits"), title)) : []),
  ];
  const begun = open || issued || batches.length > 0;
  const nothing = begun || (!sees && staffed) ? h("p", { class: "calm" }, icon("yes"), say("desk.home.nothing")) : null;
  if (tasks.length || nothing) place.append(h("h2", {}, say("desk.home.waiting")), tasks.length ? h("ul", { class: "cards" }, ...tasks) : nothing);
  if (sees ? !issued : !staffed) {
    place.append(...steps({ staffed, register: begun, batch: batches.length > 0, issued }, may));
  }
}

/** The cases that wait for one of these roles. @param {string[]} roles */
async function casesFor(roles) {
  const found = [];
  let after = "";
  do {
    const asked = new URLSearchParams({ waits: roles.join(","), limit: String(SHOWN), after });
    const { cases, next } = await ask("GET", `prior?${asked}`);
    found.push(...cases);
    after = next;
  } while (after && found.length < SHOWN);
  return found;
}

/** What everybody has to know before anything else. @param {any} session @param {any} may */
function warnings({ institution, member }, may) {
  const unsigned = institution.custody === "unconfirmed" || institution.custody === "retired";
  const to = may("administrator", "signatory") ? h("p", { class: "actions" }, link(say("desk.page.custody"), "#/custody")) : null;
  return [
    unsigned ? h("div", { class: "alert plain" }, h("p", {}, say(`desk.custody.${institution.custody}`)), to) : null,
    member.waits ? h("p", { class: "alert plain" }, say("desk.waits.me")) : null,
  ].filter(Boolean);
}

/** @param {any} member */
const candidate = ({ name }) =>
  h("li", { class: "card task" }, h("div", {}, h("h3", {}, say("desk.home.signatory")), h("p", {}, h("bdi", {}, name))), link(say("desk.open"), "#/staff", "primary"));

/** @param {any} one @param {(code: string) => string} title */
const prior = ({ id, achievement, stage }, title) =>
  h(
    "li",
    { class: "card task" },
    h("div", {}, h("h3", {}, say("desk.home.case")), h("p", {}, title(achievement)), h("p", { class: "small" }, badge("desk.stage", stage))),
    link(say("desk.open"), `#/case/${id}`, "primary"),
  );

/** @param {any} batch @param {string} what @param {(code: string) => string} title */
const task = (batch, what, title) =>
  h(
    "li",
    { class: "card task" },
    h(
      "div",
      {},
      h("h3", {}, what),
      h("p", {}, title(batch.achievement)),
      h("p", { class: "small" }, say("desk.people", { count: number(batch.count) }), " · ", badge("desk.batch", batch.state)),
    ),
    link(say("desk.open"), `#/batch/${batch.id}`, "primary"),
  );

/** The way from an empty desk to a certificate. @param {Record<string, boolean>} done @param {any} may */
function steps(done, may) {
  const step = (name, is, path, role) =>
    h(
      "li",
      { "data-done": String(is) },
      h("span", { class: "mark", "aria-hidden": "true" }, is ? icon("yes") : null),
      h(
        "div",
        {},
        h("p", {}, h("strong", {}, say(`desk.step.${name}`)), is ? h("span", { class: "small" }, ` · ${say("desk.step.done")}`) : null),
        h("p", { class: "small" }, say(`desk.step.${name}.how`)),
        !is && may(role) ? h("p", {}, link(say("desk.open"), path, "plain")) : null,
      ),
    );
  return [
    h("h2", {}, say("desk.home.first")),
    h(
      "ol",
      { class: "steps card" },
      step("staff", done.staffed, "#/staff", "administrator"),
      step("sheet", done.register, "#/catalogue", "clerk"),
      step("import", done.register, "#/import", "clerk"),
      step("propose", done.batch, "#/batches", "clerk"),
      step("release", done.issued, "#/batches", "signatory"),
    ),
  ];
}
