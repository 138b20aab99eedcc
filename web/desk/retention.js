// How long the register keeps people: seen before it is settled, and who would be forgotten by it today.

import { ask } from "./ask.js";
import { h } from "./dom.js";
import { field, form } from "./form.js";
import { button, done, empty, facts, heading } from "./parts.js";
import { question } from "./question.js";
import { number, say } from "./words.js";

/** @param {any} place */
export async function show(place) {
  const note = h("div", { "aria-live": "polite" });
  const [now, found] = [h("div", { class: "stack" }), h("div", { class: "stack", "aria-live": "polite" })];
  const draw = async () => {
    const { months, due } = await ask("GET", "retention");
    now.replaceChildren(months ? rule(months, due, unlimited) : empty(say("desk.retention.none")));
  };
  const settled = async (said) => {
    found.replaceChildren();
    await draw();
    const element = done(said);
    note.replaceChildren(element);
    element.focus();
  };
  async function unlimited() {
    const text = say("desk.retention.end.text");
    const ended = await question({ title: say("desk.retention.end"), text, sure: say("desk.retention.end"), danger: false }, () =>
      ask("PUT", "retention", { months: null, count: 0 }),
    );
    if (ended) await settled(say("desk.retention.ended"));
  }
  const element = form(
    [
      field({
        name: "months",
        label: say("desk.retention.months"),
        hint: say("desk.retention.months.how"),
        inputmode: "numeric",
        autocomplete: "off",
        required: true,
      }),
    ],
    say("desk.retention.look"),
    async ({ months }) => {
      found.replaceChildren();
      const { due } = await ask("GET", `retention?${new URLSearchParams({ months })}`);
      found.replaceChildren(...seen(Number(months), due, settled));
    },
  );
  element.addEventListener("input", () => found.replaceChildren());
  place.append(
    ...heading(say("desk.page.retention"), say("desk.retention.lead")),
    note,
    now,
    h("div", { class: "card" }, h("h2", {}, say("desk.retention.settle")), element, found),
    h("p", { class: "small" }, say("desk.retention.stays")),
  );
  await draw();
}

/** @param {any} due */
const all = ({ rows, certificates }) => rows + certificates;

/** The rule that stands. @param {number} months @param {any} due @param {() => void} unlimited */
const rule = (months, due, unlimited) =>
  h(
    "div",
    { class: "card" },
    facts([
      [say("desk.retention.now"), say("desk.retention.of", { count: number(months) })],
      [say("desk.retention.due"), number(all(due))],
    ]),
    h("p", { class: "actions" }, button(say("desk.retention.end"), { on: { click: unlimited } })),
  );

/** Whom it would forget, before anything is done. @param {number} months @param {any} due @param {(said: string) => Promise<void>} settled */
function seen(months, due, settled) {
  const count = all(due);
  const settle = async () => {
    const done = await question(
      {
        title: say("desk.retention.settle"),
        text: count ? say("desk.retention.text", { months: number(months) }) : say("desk.retention.text.nobody", { months: number(months) }),
        sure: count ? say("desk.erase.sure") : say("desk.save"),
        count: count || undefined,
        danger: count > 0,
      },
      () => ask("PUT", "retention", { months, count }),
    );
    if (done) await settled(say("desk.retention.done", { count: number(all(done.forgotten)) }));
  };
  const label = count ? say("desk.retention.button", { count: number(count) }) : say("desk.retention.button.nobody");
  return [
    h("p", { class: "alert plain" }, say("desk.retention.seen", { rows: number(due.rows), certificates: number(due.certificates) })),
    h("p", { class: "actions" }, button(label, { class: count ? "danger quiet" : "quiet", on: { click: settle } })),
  ];
}
