// The register: every person's award, by achievement and by where it stands, or found by name.

import { ask } from "./ask.js";
import { achievements } from "./catalogue.js";
import { h, icon } from "./dom.js";
import { field, form } from "./form.js";
import { badge, done, empty, heading, link, pages, table, trouble } from "./parts.js";
import { day, say } from "./words.js";

const STATES = ["open", "in-batch", "issued", "left"];

/** What was looked at last, so that one comes back to it. */
const looked = { achievement: "", state: "open" };

/** @param {any} place @param {any} desk */
export async function show(place, { may, go }) {
  const { titles, title } = await achievements();
  const list = h("div");
  const fill = () => list.replaceChildren(rows(title, may));
  place.append(...heading(say("desk.page.register"), say("desk.register.lead")), finder(list, fill, title), choice(titles, fill), list);
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

/** By name: capitals and accents do not matter. @param {any} list @param {() => void} fill @param {(code: string) => string} title */
function finder(list, fill, title) {
  const element = h(
    "form",
    { class: "finder", role: "search", novalidate: true },
    field({ name: "words", label: say("desk.find"), hint: say("desk.find.hint"), type: "search", autocomplete: "off", spellcheck: "false" }),
    h("button", { type: "submit", class: "quiet" }, icon("look"), h("span", {}, say("desk.find.button"))),
  );
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    const words = element.querySelector("input").value.trim();
    if (!words) return fill();
    try {
      const { awards } = await ask("POST", "awards/search", { words });
      list.replaceChildren(
        awards.length
          ? h("div", {}, done(say("desk.found", { count: awards.length })), table(say("desk.page.register"), columns(title), awards))
          : empty(say("desk.find.none"), link(say("desk.page.register"), "#/register")),
      );
      list.querySelector(".done")?.focus();
    } catch (error) {
      list.replaceChildren(trouble(error));
    }
  });
  return element;
}
