// Paper for many people at once: the order is worked off at the server while the page shows how far it is, and its files are fetched then.

import { ask } from "./ask.js";
import { h } from "./dom.js";
import { field } from "./form.js";
import { button, done, link, ofAll, progress, trouble } from "./parts.js";
import { number, say } from "./words.js";

/** 700 ms between two looks at an order. */
const LOOK = 700;

/** @param {{ batch?: string, serials?: string[] }} people @param {string=} size as the institution settled it */
export function printing(people, size) {
  const place = h("div", { class: "stack", "aria-live": "polite" });
  const choice = field({
    name: "paper-size",
    label: say("desk.paper.size"),
    value: size,
    options: [
      ["a4", say("desk.paper.a4")],
      ["letter", say("desk.paper.letter")],
    ],
  });
  const order = (form) => async () => {
    const bar = progress(say("desk.paper.working"));
    place.replaceChildren(bar);
    try {
      const begun = await ask("POST", "paper", { ...people, form, size: choice.querySelector("select").value });
      await watched(begun.id, bar, place);
    } catch (error) {
      place.replaceChildren(trouble(error));
    }
  };
  return h(
    "div",
    { class: "card printing" },
    h("h2", {}, say("desk.paper")),
    h("p", { class: "small" }, say("desk.paper.how")),
    choice,
    h(
      "p",
      { class: "actions" },
      button(say("desk.paper.print"), { class: "primary", on: { click: order("print") } }),
      button(say("desk.paper.cards"), { on: { click: order("cards") } }),
      button(say("desk.paper.archive"), { on: { click: order("archive") } }),
    ),
    place,
  );
}

/** Looks again and again until it is done, or nobody looks any more. @param {string} id @param {any} bar @param {any} place */
async function watched(id, bar, place) {
  for (;;) {
    const order = await ask("GET", `paper/${id}`);
    if (!bar.isConnected) return;
    if (order.state !== "working") return place.replaceChildren(order.state === "done" ? printed(order) : trouble(null));
    const words = order.people ? `${say("desk.paper.working")} ${ofAll(order.done, order.people)}` : say("desk.paper.working");
    bar.set(order.people ? order.done / order.people : 0, words);
    await new Promise((again) => setTimeout(again, LOOK));
  }
}

/** @param {any} order */
function printed({ id, files, printed, notInForce, refused }) {
  if (!files.length && !refused.length) return h("p", { class: "alert plain" }, say("desk.paper.nobody"));
  const size = (bytes) => `${number(Math.max(1, Math.round(bytes / 1024)))} KB`;
  const element = done(
    say("desk.paper.done", { count: number(printed) }),
    h(
      "p",
      { class: "actions" },
      ...files.map((file) => link(`${file.name} · ${size(file.bytes)}`, `/api/desk/paper/${id}/${file.number}`, "primary", true)),
    ),
    notInForce ? h("p", { class: "small" }, say("desk.paper.not-in-force", { count: number(notInForce) })) : null,
    refused.length ? h("ul", { class: "notes" }, ...refused.slice(0, 100).map(({ text }) => h("li", {}, text))) : null,
    h("p", { class: "small" }, say("desk.paper.care")),
  );
  queueMicrotask(() => element.focus());
  return element;
}
