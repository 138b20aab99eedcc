// The register: every person's award, by achievement and by where it stands, or found by name.

import { ask } from "./ask.js";
import { achievements } from "./catalogue.js";
import { h } from "./dom.js";
import { finder } from "./finder.js";
import { field } from "./form.js";
import { badge, empty, heading, link, pages, table } from "./parts.js";
import { day, say } from "./words.js";

const STATES = ["open", "in-batch", "issued", "left"];

/** What was looked at last, so that one comes back to it. */
const looked = { achievement: "", state: "open" };

/** @param {any} place @param {any} desk */
export async function show(place, { may, go }) {
  const { titles, title } = await achievements();
  const list = h("div");
  const fill = () => list.replaceChildren(rows(title, may));
  place.append(...heading(say("desk.page.register"), say("desk.register.lead")), finder(list, fill, (awards) => table(say("desk.page.register"), columns(title), awards)), choice(titles, fill), list);
  fill();
}

/** The columns of awards. @param {(code: string) => string} title */
export const columns = (title) => [
  { label: say("desk.name"), cell: ({ id, name }) => h("a", { href: `#/award/${id}` }, h("bdi", {}, name ?? say("desk.erased"))), kind: "main" },
  { label: say("desk.birth-year"), cell: ({ birthYear }) => birthYear ?? "" },
  { label: say("desk.achievement"), cell: ({ achievement }) => title(achievement) },
  { label: say("desk.awarded"), cell: ({ awarded }) => day(awarded) },
  { label: say("desk.state"), cell: ({ state }) => badge("desk.award", state) },
];

/** @param {(code: string) => string} title @param {any} may */
function rows(title, may) {
  const load = async (after) => {
    const asked = new URLSearchParams({ state: looked.state, limit: "50" });
    if (looked.achievement) asked.set("achievement", looked.achievement);
    if (after) asked.set("after", after);
    const { awards, next } = await ask("GET", `awards?${asked}`);
    return { rows: awards, next };
  };
  const first = may("clerk") ? [link(say("desk.page.import"), "#/import", "primary"), link(say("desk.page.catalogue"), "#/catalogue")] : [];
  return pages(
    load,
    (awards) => table(say("desk.page.register"), columns(title), awards),
    () => empty(looked.state === "open" ? say("desk.register.none") : say("desk.register.none-so"), ...(looked.state === "open" ? first : [])),
  );
}

/** By achievement and state. @param {[string, string][]} titles @param {() => void} fill */
function choice(titles, fill) {
  const element = h(
    "div",
    { class: "choice" },
    field({ name: "achievement", label: say("desk.achievement"), options: [["", say("desk.all")], ...titles], value: looked.achievement }),
    field({ name: "state", label: say("desk.state"), options: STATES.map((code) => [code, say(`desk.award.${code}`)]), value: looked.state }),
  );
  element.addEventListener("change", (event) => {
    const input = /** @type {any} */ (event.target);
    looked[input.name] = input.value;
    fill();
  });
  return element;
}
