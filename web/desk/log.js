// Who did what, and when: a chain, each line with the hash of the one before. Nobody's name is in it but the staff's.

import { ask } from "./ask.js";
import { h } from "./dom.js";
import { button, empty, facts, heading, table } from "./parts.js";
import { hour, named, number, say } from "./words.js";

/** 50 lines at a time, the newest first. */
const LINES = 50;

/** @param {any} place */
export async function show(place) {
  const list = h("div", { "aria-live": "polite" });
  place.append(...heading(say("desk.page.log"), say("desk.log.lead")), list);
  const { size, head } = await ask("GET", "log?from=0&limit=1");
  if (!size) return list.append(empty(say("desk.log.none")));
  place.append(
    h(
      "div",
      { class: "card" },
      facts([
        [say("desk.log.size"), number(size)],
        [say("desk.log.head"), h("span", { class: "mono" }, head)],
      ]),
      h("p", { class: "small" }, say("desk.log.head.how")),
    ),
  );
  await turn(list, Math.max(0, size - LINES), size);
}

/** @param {any} list @param {number} from @param {number} size */
async function turn(list, from, size) {
  const { acts } = await ask("GET", `log?from=${from}&limit=${Math.min(LINES, size - from)}`);
  list.replaceChildren(
    table(
      say("desk.page.log"),
      [
        { label: say("desk.log.number"), cell: ({ number: place }) => number(place) },
        { label: say("desk.log.what"), cell: ({ what, count }) => [named("desk.act", what), count > 1 ? ` (${number(count)})` : null], kind: "main" },
        { label: say("desk.log.who"), cell: ({ by }) => (by.who === "program" ? say("desk.log.program") : by.name) },
        { label: say("desk.log.when"), cell: ({ by }) => hour(by.at) },
        {
          label: say("desk.log.of"),
          cell: ({ of }) => (of ? h("span", { class: "mono", title: of }, of.length > 18 ? `${of.slice(0, 8)}…${of.slice(-8)}` : of) : ""),
        },
      ],
      [...acts].reverse(),
    ),
    h(
      "p",
      { class: "actions" },
      from > 0 ? button(say("desk.log.older"), { on: { click: () => turn(list, Math.max(0, from - LINES), size) } }) : null,
      from + LINES < size ? button(say("desk.log.newer"), { on: { click: () => turn(list, Math.min(size - 1, from + LINES), size) } }) : null,
    ),
  );
}
