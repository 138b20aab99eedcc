// The wrong cells of a file, row by row: each with what would mend it, and the row left out if the clerk says so.

import { h } from "./dom.js";
import { button } from "./parts.js";
import { number, say } from "./words.js";

/** 100 problems are on the page at a time: a file of 50,000 rows must not freeze it. */
const SHOWN = 100;

/** What a clerk who knows the people can settle without changing the file. */
const KNOWN = new Map([
  ["duplicate-person", "other"],
  ["two-people", "one"],
]);

/** @param {any} problem */
export const said = ({ column, text, fix, code }) => [
  column ? h("span", { class: "label" }, column) : null,
  text ?? code,
  " ",
  h("span", { class: "fix" }, fix ?? ""),
];

/**
 * The rows with problems, each to be left out or mended in the file.
 * @param {Map<number, any[]>} rows @param {any} work @param {() => void} changed @param {() => void} again
 */
export function wrong(rows, work, changed, again) {
  const left = [...rows.entries()];
  const list = h("ul", { class: "problems" });
  const more = button(say("desk.more"), { on: { click: () => add() } });
  const tick = (row) =>
    h("input", {
      type: "checkbox",
      value: row,
      checked: work.out.has(row),
      on: {
        change: (event) => {
          if (event.target.checked) work.out.add(row);
          else {
            work.out.delete(row);
            work.allOut = false;
          }
          changed();
        },
      },
    });
  const settle = (row, code) =>
    KNOWN.has(code)
      ? h(
          "p",
          { class: "actions" },
          button(say(`desk.import.${KNOWN.get(code)}`), {
            class: "quiet small-button",
            on: {
              click: () => {
                work[KNOWN.get(code) ?? ""].add(row);
                again();
              },
            },
          }),
        )
      : null;
  function add() {
    let shown = 0;
    while (left.length && shown < SHOWN) {
      const [row, problems] = /** @type {[number, any[]]} */ (left.shift());
      shown += problems.length;
      list.append(
        h(
          "li",
          { class: "card" },
          h(
            "div",
            {},
            h("h3", {}, say("desk.import.row", { row })),
            h("ul", {}, ...problems.map((one) => h("li", {}, said(one), settle(row, one.code)))),
          ),
          h("label", { class: "tick" }, tick(row), h("span", {}, say("desk.leave-row"))),
        ),
      );
    }
    more.hidden = !left.length;
    more.lastElementChild.textContent = `${say("desk.more")} (${number(left.length)})`;
  }
  add();
  const all = button(say("desk.leave-all", { count: number(rows.size) }), {
    on: {
      click: () => {
        for (const row of rows.keys()) work.out.add(row);
        work.allOut = true;
        for (const box of list.querySelectorAll("input")) box.checked = true;
        changed();
      },
    },
  });
  return h(
    "div",
    { class: "stack" },
    h("h2", {}, say("desk.import.problems", { count: number(rows.size) })),
    h("p", {}, say("desk.import.mend-or-leave")),
    h("p", { class: "actions" }, all),
    list,
    h("p", { class: "actions" }, more),
  );
}

/** Day or month first: asked once for the whole file. @param {any} work @param {() => void} again */
export function dates(work, again) {
  const choose = (order) => () => {
    work.order = order;
    again();
  };
  return h(
    "div",
    { class: "alert plain", tabindex: "-1" },
    h("strong", {}, say("desk.import.order")),
    h(
      "p",
      { class: "actions" },
      button(say("desk.import.day-first"), { on: { click: choose("day-first") } }),
      button(say("desk.import.month-first"), { on: { click: choose("month-first") } }),
    ),
  );
}
