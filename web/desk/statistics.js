// Counts from the register. A cell of fewer than ten people is not shown, nor what would give it away.

import { ask } from "./ask.js";
import { achievements } from "./catalogue.js";
import { chart } from "./chart.js";
import { h } from "./dom.js";
import { boxes, field, form } from "./form.js";
import { empty, facts, heading, link, table } from "./parts.js";
import { monthOf, named, number, say } from "./words.js";

const BY = ["achievement", "month", "kind", "sex", "isco"];

/** What is shown instead of a count that is kept back. */
const FEW = "<10";

/** @param {any} place */
export async function show(place) {
  const { title } = await achievements();
  const result = h("div", { class: "stack", "aria-live": "polite" });
  const choice = form(
    [
      h(
        "div",
        { class: "choice" },
        field({ name: "from", label: say("desk.from"), hint: say("desk.month.hint"), type: "month" }),
        field({ name: "to", label: say("desk.to"), hint: say("desk.month.hint"), type: "month" }),
      ),
      boxes(
        "by",
        say("desk.by"),
        BY.map((code) => [code, say(`desk.by.${code}`)]),
        ["achievement"],
      ),
    ],
    say("desk.count"),
    (values) => count(result, values, title),
  );
  place.append(...heading(say("desk.page.statistics"), say("desk.statistics.lead")), h("div", { class: "card" }, choice), result);
  await count(result, { from: "", to: "", by: ["achievement"] }, title);
}

/** @param {any} result @param {any} values @param {(id: string) => string} title */
async function count(result, { from, to, by: chosen }, title) {
  const by = chosen.length ? chosen : ["achievement"];
  const asked = new URLSearchParams();
  if (from) asked.set("from", from);
  if (to) asked.set("to", to);
  asked.set("by", by.join(","));
  const said = await ask("GET", `statistics?${asked}`);
  const word = (group, code) =>
    group === "achievement"
      ? title(code)
      : group === "month"
        ? monthOf(code)
        : group === "kind"
          ? named("kind", code)
          : code
            ? named(`desk.${group}`, code)
            : say("desk.not-said");
  const name = (row) => by.map((group) => word(group, row[group])).join(" · ");
  // Of a row that is partial, some awards are in no number.
  const counted = ({ count, partial }) => (count === null ? FEW : `${partial ? "≥ " : ""}${number(count)}`);
  if (!said.rows.length) return result.replaceChildren(empty(say("desk.statistics.none"), link(say("desk.page.batches"), "#/batches")));
  result.replaceChildren(
    facts([
      [say("desk.persons"), said.persons ? `≥ ${number(said.persons)}` : FEW],
      [say("desk.suppressed"), said.suppressed ? number(said.suppressed) : ""],
    ]),
    said.suppressed ? h("p", { class: "small" }, say("desk.suppressed.how")) : "",
    chart(
      say("desk.page.statistics"),
      said.rows.map((row) => ({ label: name(row), count: row.count, words: counted(row) })),
    ),
    table(
      say("desk.page.statistics"),
      [
        ...by.map((group) => ({ label: say(`desk.by.${group}`), cell: (row) => word(group, row[group]), kind: "main" })),
        { label: say("desk.count.label"), cell: counted, kind: "count" },
      ],
      said.rows,
    ),
    h("p", { class: "actions" }, link(say("desk.csv"), `/api/desk/statistics.csv?${asked}`, "quiet", true)),
  );
}
