// What the columns of a file are, as the clerk says: proposed by what is recognised, said once, and remembered for the next file.

import { fresh, h } from "./dom.js";
import { button, facts } from "./parts.js";
import { named, say } from "./words.js";

/** How the programming interface calls what a file calls otherwise. */
const CELLS = new Map([
  ["award-date", "awarded"],
  ["birth-year", "birthYear"],
  ["holder-key", "holderKey"],
  ["register-id", "registerId"],
  ["valid-until", "validUntil"],
]);

/** What a column can be besides a cell of ours. */
const OTHERS = new Map([
  ["family-names", "desk.columns.family-names"],
  ["given-names", "desk.columns.given-names"],
  ["ignored", "desk.columns.ignored"],
]);

/** @param {string} code */
const meaning = (code) => (OTHERS.has(code) ? say(OTHERS.get(code) ?? "") : named("desk.cell", CELLS.get(code) ?? code));

/**
 * The columns of a file, each with its first cells and a choice of what it is.
 * @param {any} read `columns`, `meanings`, `nameOrder` @param {any} work @param {() => void} again @param {boolean} open
 */
export function columns(read, work, again, open) {
  const { columns, meanings } = read;
  if (!columns?.length || !meanings) return null;
  const note = h("p", { class: "wrong", role: "alert" });
  const order = choice(say("desk.columns.order"), work.columns?.nameOrder ?? read.nameOrder ?? "", [
    ["", "—"],
    ["given-first", say("desk.columns.given-first")],
    ["family-first", say("desk.columns.family-first")],
  ]);
  const lines = columns.map(({ header, cells, meaning: code }) => {
    const seen = cells.length ? h("p", { class: "small" }, h("bdi", {}, cells.join(" · "))) : null;
    if (code === null) return { element: line(header, seen, h("p", { class: "small" }, say("desk.columns.never"))) };
    const pick = choice(say("desk.import.means"), code, meanings.map((code) => [code, meaning(code)]));
    return { header, pick, element: line(header, seen, pick) };
  });
  const chosen = () => lines.filter(({ pick }) => pick).map(({ header, pick }) => [header, pick.querySelector("select").value]);
  const parts = () => chosen().some(([, code]) => code.endsWith("-names"));
  const tell = () => {
    order.hidden = !parts();
  };
  const said = () => {
    const all = chosen();
    const twice = all.map(([, code]) => code).find((code, place, codes) => code !== "ignored" && codes.indexOf(code) !== place);
    if (twice) return void (note.textContent = say("desk.columns.twice", { column: meaning(twice) }));
    const nameOrder = order.querySelector("select").value;
    if (parts() && !nameOrder) return void (note.textContent = say("desk.columns.order.first"));
    work.columns = { columns: Object.fromEntries(all.filter(([header]) => header)), ...(parts() ? { nameOrder } : {}) };
    again();
  };
  const element = h(
    "details",
    { class: "columns", open },
    h("summary", {}, say("desk.columns", { count: columns.length })),
    h("p", { class: "small" }, say("desk.columns.how")),
    h("ul", { class: "cards" }, ...lines.map((line) => line.element)),
    order,
    note,
    h("p", { class: "actions" }, button(say("desk.columns.again"), { on: { click: said } })),
  );
  element.addEventListener("change", tell);
  tell();
  return element;
}

/** @param {string} header @param {any} seen @param {any} pick */
const line = (header, seen, pick) => h("li", { class: "card task" }, h("div", {}, h("strong", {}, h("bdi", {}, header || "—")), seen), pick);

/** @param {string} label @param {string} value @param {[string, string][]} options */
function choice(label, value, options) {
  const id = fresh();
  return h(
    "div",
    { class: "field" },
    h("label", { for: id, class: "small" }, label),
    h("select", { id }, ...options.map(([code, text]) => h("option", { value: code, selected: code === value }, text))),
  );
}

/** How a file was read. @param {any} form */
export const form = (form) =>
  form ? facts([[say("desk.columns.form"), [form.encoding, form.separator === "\t" ? "TAB" : form.separator, form.sheet].filter(Boolean).join(" · ")]]) : null;
