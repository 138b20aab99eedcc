// A key in other hands: how many certificates it is about, and the withdrawal of all of them.

import { ask } from "./ask.js";
import { h } from "./dom.js";
import { field, form, passphrase } from "./form.js";
import { button, command, done } from "./parts.js";
import { question } from "./question.js";
import { REASONS } from "./withdraw.js";
import { hour, named, number, say } from "./words.js";

/** A moment of this computer's own time zone as the server reads it. @param {string} text */
const moment = (text) => {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : date.toISOString().replace(/\.\d+Z$/, "Z");
};

/** @param {any} known @param {(element: any) => void} tell @param {() => Promise<void>} draw */
export function leak({ name, earlier }, tell, draw) {
  const found = h("div", { class: "stack", "aria-live": "polite" });
  // Once the key was changed, it is most likely the one before.
  const keys = [...earlier.map((key) => key.name), name];
  const element = form(
    [
      field({ name: "key", label: say("desk.leak.key"), options: keys.map((key) => [key, key]) }),
      field({ name: "since", label: say("desk.leak.since"), hint: say("desk.leak.since.how"), type: "datetime-local", required: true }),
    ],
    say("desk.leak.count"),
    async ({ key, since }) => {
      found.replaceChildren();
      const meant = { key, since: moment(since) };
      const reach = await ask("GET", `keys/leak?${new URLSearchParams(meant)}`);
      found.replaceChildren(...seen(meant, reach, tell, draw));
    },
  );
  element.addEventListener("input", () => found.replaceChildren());
  return h(
    "details",
    { class: "card leak" },
    h("summary", {}, say("desk.leak")),
    h("p", {}, say("desk.leak.first")),
    command("skillpass reissue --under KEY --since TIME --institution DIR"),
    h("p", {}, say("desk.leak.or")),
    element,
    found,
  );
}

/** How many they are, before anything is done. @param {any} meant @param {any} reach @param {(element: any) => void} tell @param {() => Promise<void>} draw */
function seen(meant, { inForce, withRow }, tell, draw) {
  const count = number(inForce);
  if (!inForce) return [h("p", { class: "alert plain" }, say("desk.leak.none"))];
  const revoke = async () => {
    const reason = field({
      name: "reason",
      label: say("desk.reason"),
      value: "error",
      options: REASONS.map((code) => [code, named("withdrawal", code)]),
    });
    const revoked = await question(
      {
        title: say("desk.leak.revoke", { count }),
        text: say("desk.leak.text", { key: meant.key, since: hour(meant.since) }),
        sure: say("desk.revoke"),
        count: inForce,
        fields: [reason, passphrase()],
        at: { "passphrase-wrong": "passphrase" },
      },
      ({ reason, passphrase }) => ask("POST", "keys/leak", { ...meant, reason, count: inForce, passphrase }),
    );
    if (!revoked) return;
    await draw();
    tell(done(say("desk.revoked-chosen", { count: number(revoked.revoked) }), h("p", {}, say("desk.leak.after"))));
  };
  return [
    h("p", { class: "alert plain" }, say("desk.leak.reach", { count, rows: number(withRow) })),
    h("p", { class: "actions" }, button(say("desk.leak.revoke", { count }), { class: "danger quiet", on: { click: revoke } })),
  ];
}
