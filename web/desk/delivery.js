// A one-time link by which a person fetches a certificate: made here, shown once, sent by whatever way the person has.

import { ask } from "./ask.js";
import { draw, h } from "./dom.js";
import { field } from "./form.js";
import { button, done, trouble } from "./parts.js";
import { hour, say } from "./words.js";

/** 4 dots of white around a code (ISO 18004). */
const MARGIN = 4;

/** Names of this machine that no other machine knows. */
const HERE = ["localhost", "127.0.0.1", "[::1]"];

/** @param {string} serial @param {any} desk @param {boolean} opened */
export function delivery(serial, { session }, opened) {
  const place = h("div", { class: "stack", "aria-live": "polite" });
  const make = button(say("desk.delivery.make"), { class: "primary", on: { click: made } });
  async function made() {
    make.disabled = true;
    try {
      const link = await ask("POST", `certificates/${encodeURIComponent(serial)}/delivery`);
      make.lastElementChild.textContent = say("desk.delivery.again");
      const shown_ = shown(link, session.institution.name);
      place.replaceChildren(shown_);
      shown_.focus();
    } catch (error) {
      place.replaceChildren(trouble(error));
    }
    make.disabled = false;
  }
  return h(
    "details",
    { class: "card delivery", open: opened },
    h("summary", {}, say("desk.delivery")),
    h("p", { class: "small" }, say("desk.delivery.how")),
    h("p", { class: "actions" }, make),
    place,
  );
}

/** @param {any} made @param {string} institution */
function shown({ link, path, code, until, title }, institution) {
  const address = link ?? `${location.origin}${path}`;
  const message = say("desk.delivery.message", { institution, title: title ?? "", link: address, until: hour(until) });
  const copied = h("span", { role: "status", class: "small" });
  const place = field({ name: "link", label: say("desk.delivery.link"), value: address, readonly: true });
  const words = field({ name: "message", label: say("desk.delivery.text"), value: message, rows: 5 });
  const copy = (label, from) =>
    button(label, {
      on: {
        click: async () => {
          const input = from.querySelector("input, textarea");
          input.select();
          // Without TLS a browser may refuse: the text is selected then.
          await navigator.clipboard?.writeText(input.value).then(
            () => {
              copied.textContent = say("desk.copied");
            },
            () => {},
          );
        },
      },
    });
  const share = navigator.share
    ? button(say("desk.delivery.share"), { on: { click: () => navigator.share({ text: words.querySelector("textarea").value }).catch(() => {}) } })
    : null;
  return done(
    say("desk.delivery.done", { until: hour(until) }),
    HERE.includes(location.hostname) ? h("p", { class: "alert plain" }, say("desk.delivery.here")) : null,
    place,
    words,
    h("p", { class: "actions" }, copy(say("desk.delivery.copy-link"), place), copy(say("desk.delivery.copy-text"), words), share, copied),
    code ? drawn(code) : null,
    h("p", { class: "small" }, say("desk.delivery.care")),
  );
}

/** The link as a code for the person's own camera. @param {{ side: number, runs: [number, number, number][] }} code */
function drawn({ side, runs }) {
  const whole = side + 2 * MARGIN;
  return draw(
    "svg",
    { class: "code", viewBox: `0 0 ${whole} ${whole}`, role: "img", "aria-label": say("desk.delivery.code"), "shape-rendering": "crispEdges" },
    draw("rect", { width: whole, height: whole, fill: "#fff" }),
    draw("path", { d: runs.map(([x, y, length]) => `M${x + MARGIN} ${y + MARGIN}h${length}v1h-${length}z`).join("") }),
  );
}
