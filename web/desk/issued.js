// What was issued: found by name or in the list; one is opened, several are withdrawn together.

import { ask } from "./ask.js";
import { achievements } from "./catalogue.js";
import { h } from "./dom.js";
import { finder } from "./finder.js";
import { field } from "./form.js";
import { button, done, empty, heading, link, pages, table } from "./parts.js";
import { day, number, say } from "./words.js";
import { printing } from "./printing.js";
import { withdraw } from "./withdraw.js";

/** @param {any} place @param {any} desk */
export async function show(place, { may, go }) {
  const { title } = await achievements();
  const [list, note] = [h("div"), h("div", { "aria-live": "polite" })];
  const chosen = new Set();
  const several = may("clerk", "signatory") ? h("p", { class: "actions several" }) : null;
  const tell = () =>
    several?.replaceChildren(
      ...(chosen.size ? [button(say("desk.paper.chosen", { count: number(chosen.size) }), { on: { click: print } })] : []),
      ...(chosen.size && may("signatory")
        ? [button(say("desk.revoke-chosen", { count: number(chosen.size) }), { class: "danger quiet", on: { click: revoke } })]
        : []),
    );
  function print() {
    const paper = printing({ serials: [...chosen] });
    note.replaceChildren(paper);
    paper.querySelector("select")?.focus();
  }
  async function revoke() {
    const count = chosen.size;
    if (!(await withdraw("revoke", [...chosen]))) return;
    chosen.clear();
    const said = done(say("desk.revoked-chosen", { count: number(count) }));
    note.replaceChildren(said);
    said.focus();
    all();
  }
  const tick = (serial, name) =>
    h("input", {
      type: "checkbox",
      checked: chosen.has(serial),
      "aria-label": say("desk.choose", { name }),
      on: {
        change: (event) => {
          if (event.target.checked) chosen.add(serial);
          else chosen.delete(serial);
          tell();
        },
      },
    });
  const columns = [
    ...(several
      ? [{ label: say("desk.choose.label"), cell: ({ serials, name }) => (serials?.length ? tick(serials.at(-1), name ?? "") : ""), kind: "pick" }]
      : []),
    {
      label: say("desk.name"),
      cell: ({ id, name, serials }) =>
        h("a", { href: serials?.length ? `#/certificate/${serials.at(-1)}` : `#/award/${id}` }, h("bdi", {}, name ?? say("desk.erased"))),
      kind: "main",
    },
    { label: say("desk.birth-year"), cell: ({ birthYear }) => birthYear ?? "" },
    { label: say("desk.achievement"), cell: ({ achievement }) => title(achievement) },
    { label: say("desk.awarded"), cell: ({ awarded }) => day(awarded) },
    ...(several
      ? [
          {
            label: say("desk.delivery"),
            cell: ({ serials, name }) =>
              serials?.length && name ? h("a", { href: `#/certificate/${serials.at(-1)}/link` }, say("desk.delivery.short")) : "",
          },
        ]
      : []),
  ];
  const show_ = (rows) => table(say("desk.page.issued"), columns, rows);
  const load = async (after) => {
    const { awards, next } = await ask("GET", `awards?${new URLSearchParams({ state: "issued", limit: "50", ...(after ? { after } : {}) })}`);
    return { rows: awards, next };
  };
  const none = () => empty(say("desk.issued.none"), may("clerk", "signatory", "auditor") ? link(say("desk.page.batches"), "#/batches") : null);
  function all() {
    chosen.clear();
    tell();
    list.replaceChildren(pages(load, show_, none));
  }
  place.append(...heading(say("desk.page.issued"), say("desk.issued.lead")), note, finder(list, all, show_, ({ serials }) => serials?.length), byNumber(go), ...(several ? [several] : []), list);
  all();
}

/** A certificate that somebody brings, which may be in no list: by the number on it. @param {(path: string) => void} go */
function byNumber(go) {
  const element = h(
    "form",
    { class: "finder", novalidate: true },
    field({ name: "number", label: say("desk.issued.number"), hint: say("desk.issued.number.hint"), autocomplete: "off", spellcheck: "false" }),
    h("button", { type: "submit", class: "quiet" }, h("span", {}, say("desk.open"))),
  );
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    const number = element.querySelector("input").value.trim();
    if (number) go(`certificate/${encodeURIComponent(number)}`);
  });
  return element;
}
