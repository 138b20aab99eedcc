// Batches: what was proposed and what became of it; and a new proposal.

import { ask, onceKey } from "./ask.js";
import { achievements } from "./catalogue.js";
import { h } from "./dom.js";
import { field, form } from "./form.js";
import { badge, done, empty, facts, faults, heading, link, ofAll, pages, table } from "./parts.js";
import { day, hour, number, say } from "./words.js";

/** As many people as are shown at a time to choose among. */
const SHOWN = 200;

/** @param {any} place @param {any} desk */
export async function show(place, desk) {
  const { may } = desk;
  const [batches, { titles, title }] = await Promise.all([ask("GET", "batches"), achievements()]);
  place.append(...heading(say("desk.page.batches"), say("desk.batches.lead")));
  if (may("clerk") && titles.length) place.append(await proposal(place, titles, desk));
  if (!batches.length) return place.append(empty(say("desk.batches.none"), may("clerk") ? link(say("desk.page.import"), "#/import") : ""));
  place.append(
    table(
      say("desk.page.batches"),
      [
        { label: say("desk.achievement"), cell: ({ id, achievement }) => h("a", { href: `#/batch/${id}` }, title(achievement)), kind: "main" },
        { label: say("desk.people.label"), cell: ({ count }) => number(count) },
        { label: say("desk.proposed"), cell: ({ proposed }) => `${proposed.name ?? proposed.who} · ${hour(proposed.at)}` },
        {
          label: say("desk.state"),
          cell: ({ state, signed, count }) => [badge("desk.batch", state), state === "released" ? ` ${ofAll(signed, count)}` : null],
        },
      ],
      batches,
    ),
  );
}

/** Everybody of an achievement who is open, or some of them. @param {any} place @param {[string, string][]} titles @param {any} desk */
async function proposal(place, titles, desk) {
  const list = h("div", { class: "stack", "aria-live": "polite" });
  const key = onceKey();
  const content = [
    field({ name: "achievement", label: say("desk.achievement"), options: titles }),
    field({
      name: "which",
      label: say("desk.who"),
      options: [
        ["all", say("desk.who.all")],
        ["some", say("desk.who.some")],
      ],
    }),
    list,
  ];
  const element = form(content, say("desk.propose"), async (values) => {
    const some = [...list.querySelectorAll("input:checked")].map((box) => box.value);
    const awards = values.which === "all" ? "all" : some;
    try {
      const batch = await ask(
        "POST",
        "batches",
        { achievement: values.achievement, awards },
        { "idempotency-key": `${key}-${values.achievement}-${some.length}` },
      );
      // Whoever proposes all of more people than a batch has is at the next one at once.
      if (awards === "all" && batch.left) await rest(place, batch, values.achievement, desk);
      else desk.go(`batch/${batch.id}`);
    } catch (error) {
      if (error.errors?.length) list.replaceChildren(faults(error.errors));
      throw Object.assign(error, { errors: [] });
    }
  });
  const fill = async () => {
    const [achievement, which] = ["achievement", "which"].map((name) => element.querySelector(`[name=${name}]`).value);
    const open = (more) => ask("GET", `awards?${new URLSearchParams({ achievement, state: "open", limit: String(SHOWN), ...more })}`);
    const first = await open({ count: "true" });
    const { awards, count = awards.length, batchMost } = first;
    const load = async (after) => {
      const { awards, next } = after ? await open({ after }) : first;
      return { rows: awards, next };
    };
    list.replaceChildren(facts([[say("desk.open-people"), number(count)]]));
    if (which === "some") list.append(pages(load, ticks, () => ""));
    else if (count > batchMost) list.append(h("p", { class: "alert plain" }, say("desk.batches.part", { count: number(batchMost), all: number(count) })));
    element.querySelector("[type=submit]").hidden = !awards.length;
    if (!awards.length) list.append(h("p", { class: "small" }, say("desk.batches.nobody"), " ", link(say("desk.page.import"), "#/import", "plain")));
  };
  element.addEventListener("change", (event) => {
    if (event.target.name === "achievement" || event.target.name === "which") fill();
  });
  await fill();
  return h("div", { class: "card" }, h("h2", {}, say("desk.propose")), h("p", { class: "small" }, say("desk.propose.how")), element);
}

/** A batch is proposed, and there are more people than it has: how many, and the page anew. @param {any} place @param {any} batch @param {string} achievement @param {any} desk */
async function rest(place, { id, count, left }, achievement, desk) {
  const fresh = h("div", {});
  // The batch is there, whatever becomes of the page.
  const shown = await show(fresh, desk).then(() => true, () => false);
  if (!shown) return desk.go(`batch/${id}`);
  place.replaceChildren(...fresh.childNodes);
  const choice = place.querySelector("form [name=achievement]");
  choice.value = achievement;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  const words = say("desk.batches.rest", { count: number(count), all: number(count + left) });
  const said = done(words, h("p", { class: "actions" }, link(say("desk.open"), `#/batch/${id}`)));
  place.querySelector(".lead").after(said);
  said.focus();
}

/** @param {any[]} awards */
function ticks(awards) {
  const element = h("ul", { class: "ticks" });
  element.add = (more) => element.append(...more.map(tick));
  element.add(awards);
  return element;
}

/** @param {any} award */
const tick = ({ id, name, birthYear, awarded }) =>
  h(
    "li",
    {},
    h(
      "label",
      { class: "tick" },
      h("input", { type: "checkbox", value: id }),
      h("span", {}, h("bdi", {}, name), h("small", {}, `${birthYear} · ${day(awarded)}`)),
    ),
  );
