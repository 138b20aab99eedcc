// Prior learning: every case, by where it stands and by its deadline; and a new one.

import { ask, onceKey } from "./ask.js";
import { h } from "./dom.js";
import { finder } from "./finder.js";
import { field, form } from "./form.js";
import { badge, empty, heading, pages, table } from "./parts.js";
import { day, named, say } from "./words.js";

const STAGES = [
  "enquiry",
  "registered",
  "eligible",
  "advised",
  "not-eligible",
  "planned",
  "evidence",
  "assessed",
  "moderated",
  "sampled",
  "decided-full",
  "decided-some",
  "decided-none",
  "withdrawn",
];

/** What was looked at last, so that one comes back to it. */
const looked = { stage: "", overdue: "" };

/** @param {any} place @param {any} desk */
export async function show(place, { may, go }) {
  const all = await ask("GET", "achievements");
  const title = (id) => all.find((one) => one.id === id)?.title ?? id;
  const standards = all.filter(({ kind }) => kind === "competence").map(({ code, title }) => [code, title]);
  const list = h("div");
  const fill = () => list.replaceChildren(rows(title, may));
  place.append(...heading(say("desk.page.prior"), say("desk.prior.lead")));
  if (may("clerk") && standards.length) place.append(beginning(standards, go));
  const found = (cases) => table(say("desk.page.prior"), columns(title), cases);
  place.append(finder(list, fill, found, undefined, search), choice(fill), list);
  fill();
}

/** As many cases are shown of a search; whoever means another writes more of the name. */
const FOUND = 50;

/** @param {string} words */
async function search(words) {
  const found = [];
  let after = "";
  do {
    const { cases, next } = await ask("POST", "prior/search", { words, after });
    found.push(...cases);
    after = next;
  } while (after && found.length < FOUND);
  return found;
}

/** Whom a case waits for. @param {any} one */
export const waits = ({ waitsFor }) => (waitsFor ?? []).map((role) => named("desk.role", role)).join(", ");

/** The day of the next step, and that it is over. @param {any} one */
export const due = ({ due, overdue }) => [day(due), overdue ? h("span", { class: "badge", "data-state": "closed" }, say("desk.prior.overdue")) : null];

/** The columns of cases. @param {(id: string) => string} title */
const columns = (title) => [
  { label: say("desk.name"), cell: ({ id, name }) => h("a", { href: `#/case/${id}` }, h("bdi", {}, name ?? say("desk.erased"))), kind: "main" },
  { label: say("desk.achievement"), cell: ({ achievement }) => title(achievement) },
  { label: say("desk.state"), cell: ({ stage }) => badge("desk.stage", stage) },
  { label: say("desk.prior.due"), cell: (one) => (one.due ? h("span", {}, due(one)) : null) },
  { label: say("desk.prior.waits"), cell: waits },
];

/** @param {(id: string) => string} title @param {any} may */
function rows(title, may) {
  const load = async (after) => {
    const asked = new URLSearchParams({ limit: "50" });
    for (const [name, value] of Object.entries({ ...looked, after })) if (value) asked.set(name, value);
    const { cases, next } = await ask("GET", `prior?${asked}`);
    return { rows: cases, next };
  };
  const none = () => (looked.stage || looked.overdue ? say("desk.prior.none-so") : say(may("clerk") ? "desk.prior.none" : "desk.prior.none.other"));
  return pages(
    load,
    (cases) => table(say("desk.page.prior"), columns(title), cases),
    () => empty(none()),
  );
}

/** @param {() => void} fill */
function choice(fill) {
  const element = h(
    "div",
    { class: "choice" },
    field({
      name: "stage",
      label: say("desk.state"),
      options: [["", say("desk.all")], ...STAGES.map((code) => /** @type {[string, string]} */ ([code, say(`desk.stage.${code}`)]))],
      value: looked.stage,
    }),
    field({
      name: "overdue",
      label: say("desk.prior.deadline"),
      options: [
        ["", say("desk.all")],
        ["true", say("desk.prior.overdue")],
      ],
      value: looked.overdue,
    }),
  );
  element.addEventListener("change", (event) => {
    const input = /** @type {any} */ (event.target);
    looked[input.name] = input.value;
    fill();
  });
  return element;
}

/** Somebody asks. @param {[string, string][]} standards @param {(path: string) => void} go */
function beginning(standards, go) {
  // Each correction is another request; the same one sent again is the same.
  let key = onceKey();
  const element = form(
    [
      field({ name: "achievement", label: say("desk.achievement"), options: standards }),
      field({ name: "name", label: say("desk.name"), required: true, autocomplete: "off" }),
      field({ name: "birthYear", label: say("desk.birth-year"), inputmode: "numeric", maxlength: "4", required: true, autocomplete: "off" }),
    ],
    say("desk.prior.begin"),
    async ({ achievement, name, birthYear }) => {
      const body = { achievement, name, birthYear: Number(birthYear) || 0 };
      const { id } = await ask("POST", "prior", body, { "idempotency-key": key });
      go(`case/${id}`);
    },
  );
  element.addEventListener("input", () => {
    key = onceKey();
  });
  return h("details", { class: "card" }, h("summary", {}, say("desk.prior.begin")), h("p", { class: "small" }, say("desk.prior.begin.how")), element);
}
