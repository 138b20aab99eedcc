// What was read of a file: how much is good, and for each wrong cell what is wrong and what would mend it.

import { columns, form as read_as } from "./columns.js";
import { h } from "./dom.js";
import { button, facts, table } from "./parts.js";
import { dates, said, wrong } from "./problems.js";
import { day, number, say } from "./words.js";

/** 100 notes are shown; more would be read by nobody. */
const NOTES = 100;

/**
 * @param {any} read what the server says @param {any} work the file, the order of its dates, the rows that are left out
 * @param {{ again: () => void, bring: (corrections: boolean) => void, other: () => void }} then
 */
export function preview(read, work, then) {
  const order = read.problems.some(({ code }) => code === "ambiguous-date") && !work.order ? dates(work, then.again) : null;
  const asked = order ? read.problems.filter(({ code }) => code !== "ambiguous-date") : read.problems;
  const whole = asked.filter(({ row }) => !row);
  const rows = new Map();
  for (const problem of asked) if (!whole.includes(problem)) rows.set(problem.row, [...(rows.get(problem.row) ?? []), problem]);
  for (const row of work.out) if (!rows.has(row)) work.out.delete(row);
  // Of very many not all are told of one by one.
  const bad = Math.max(read.bad ?? 0, rows.size);
  const { new: fresh, changed = 0, unchanged = 0 } = read.standing ?? {};
  const corrections = changed
    ? h("label", { class: "tick" }, h("input", { type: "checkbox" }), h("span", {}, say("desk.import.corrections", { count: number(changed) })))
    : null;
  const state = h("p", { class: "small", role: "status" });
  const element = h(
    "div",
    { class: "stack" },
    h(
      "div",
      { class: "card" },
      h("h2", { tabindex: "-1" }, say("desk.import.read")),
      facts([
        [say("desk.import.good"), number(read.good)],
        [say("desk.import.bad"), number(bad)],
        [say("desk.import.new"), fresh === undefined ? "" : number(fresh)],
        [say("desk.import.changed"), changed ? number(changed) : ""],
        [say("desk.import.unchanged"), unchanged ? number(unchanged) : ""],
      ]),
      read_as(read.form),
      columns(read, work, then.again, whole.length > 0),
      notes(read.notes ?? []),
    ),
    whole.length
      ? h(
          "div",
          { class: "alert", role: "alert" },
          h("strong", {}, say("desk.import.whole")),
          h("ul", {}, ...whole.map((one) => h("li", {}, said(one)))),
        )
      : null,
    order,
    rows.size ? wrong(rows, work, () => tell(), then.again) : null,
    first(read.first ?? []),
    corrections,
    state,
    h(
      "p",
      { class: "actions" },
      h("button", { type: "button", class: "primary", on: { click: bring } }, h("span", {}, say("desk.import.button"))),
      button(say("desk.import.away"), { on: { click: then.other } }),
    ),
  );

  /** What keeps the rows from being brought in. */
  function hindrance() {
    if (whole.length) return say("desk.import.mend");
    if (order) return say("desk.import.order-first");
    const open = work.allOut ? 0 : [...rows.keys()].filter((row) => !work.out.has(row)).length + bad - rows.size;
    return open ? say("desk.import.rows-open", { count: number(open) }) : "";
  }
  function tell() {
    state.textContent = hindrance();
  }
  function bring() {
    if (!hindrance()) return then.bring(Boolean(corrections?.querySelector("input").checked));
    tell();
    (order ?? element.querySelector(".problems input:not(:checked)") ?? element.querySelector(".alert"))?.focus();
    state.classList.add("wrong");
  }
  tell();
  return element;
}

/** What is worth saying and hinders nothing. @param {any[]} notes */
const notes = (notes) =>
  notes.length
    ? h(
        "details",
        {},
        h("summary", {}, say("desk.import.notes", { count: number(notes.length) })),
        h(
          "ul",
          { class: "notes" },
          ...notes.slice(0, NOTES).map((one) => h("li", {}, one.row ? `${say("desk.import.row", { row: one.row })}: ` : "", said(one))),
        ),
      )
    : null;

/** The first rows as they would come in. @param {any[]} rows */
const first = (rows) =>
  rows.length
    ? h(
        "div",
        {},
        h("h2", {}, say("desk.import.first")),
        table(
          say("desk.import.first"),
          [
            { label: say("desk.row"), cell: ({ row }) => row },
            { label: say("desk.name"), cell: ({ name }) => h("bdi", {}, name), kind: "main" },
            { label: say("desk.birth-year"), cell: ({ birthYear }) => birthYear },
            { label: say("desk.awarded"), cell: ({ awarded }) => day(awarded) },
          ],
          rows,
        ),
      )
    : null;
