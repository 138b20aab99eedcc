// A copy of the institution in one sealed file: made here, kept in another place.

import { ask } from "./ask.js";
import { h } from "./dom.js";
import { form, passphrase } from "./form.js";
import { command, done, empty, facts, heading, link, progress } from "./parts.js";
import { hour, number, say } from "./words.js";

/** 800 ms between two looks at how far it is. */
const LOOK = 800;

/** @param {any} place */
export async function show(place) {
  const [now, ready] = [h("div", { class: "stack" }), h("div", { class: "stack", "aria-live": "polite" })];
  const draw = ({ last }) => {
    const by = last && (last.who === "program" ? say("desk.log.program") : last.name);
    now.replaceChildren(last ? h("div", { class: "card" }, facts([[say("desk.backup.last"), `${hour(last.at)} · ${by}`]])) : empty(say("desk.backup.none")));
  };
  const state = await ask("GET", "backup");
  const element = form(
    [passphrase()],
    say("desk.backup.make"),
    async ({ passphrase }, element) => {
      const copy = await ask("POST", "backup", { passphrase });
      element.reset();
      await watched(copy, ready, draw);
    },
    { at: { "passphrase-wrong": "passphrase" } },
  );
  place.append(
    ...heading(say("desk.page.backup"), say("desk.backup.lead")),
    now,
    ready,
    h("div", { class: "card" }, h("h2", {}, say("desk.backup.make")), h("p", {}, say("desk.backup.how")), element),
    h(
      "details",
      { class: "card" },
      h("summary", {}, say("desk.backup.restore")),
      h("p", {}, say("desk.backup.restore.how")),
      command("skillpass restore COPY DIR"),
      command("skillpass confirm DIR --witnessed checkpoint.json"),
      h("p", {}, say("desk.backup.restore.confirm")),
      h("h2", {}, say("desk.backup.move")),
      h("p", {}, say("desk.custody.move.how")),
      h("p", { class: "actions" }, link(say("desk.page.custody"), "#/custody")),
    ),
  );
  draw(state);
  // One that was begun before goes on.
  if (state.copy) await watched(state.copy, ready, draw);
}

/** Looks again and again until it is made, or nobody looks any more. @param {any} copy @param {any} place @param {(state: any) => void} draw */
async function watched(copy, place, draw) {
  const bar = progress(say("desk.backup.working"));
  place.replaceChildren(bar);
  let state = copy.state === "working" ? { copy } : await ask("GET", "backup");
  while (state.copy?.state === "working") {
    await new Promise((again) => setTimeout(again, LOOK));
    if (!bar.isConnected) return;
    state = await ask("GET", "backup");
    bar.set(0, say("desk.backup.pages", { count: number(state.copy?.pages ?? 0) }));
  }
  if (!bar.isConnected) return;
  if ("last" in state) draw(state);
  place.replaceChildren(state.copy?.state === "done" ? made(state.copy) : h("div", { class: "alert", role: "alert" }, say("desk.backup.failed")));
  place.querySelector(".done")?.focus();
}

/** @param {any} copy */
const made = ({ id, bytes }) =>
  done(
    say("desk.backup.done"),
    h(
      "p",
      { class: "actions" },
      link(`${say("desk.file")} · ${number(Math.max(1, Math.round(bytes / 1024)))} KB`, `/api/desk/backup/${encodeURIComponent(id)}`, "primary", true),
    ),
    h("p", { class: "small" }, say("desk.backup.care")),
  );
