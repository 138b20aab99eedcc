// The institution's key: which one signs, the next one, another passphrase, and what to do when something happened to it.

import { ask } from "./ask.js";
import { h } from "./dom.js";
import { field, form, mark, passphrase } from "./form.js";
import { leak } from "./leak.js";
import { badge, button, command, done, facts, heading, link } from "./parts.js";
import { question } from "./question.js";
import { hour, number, say } from "./words.js";

/** 8 characters, as the server asks for. */
const PASSPHRASE_LEAST = 8;

/** What the authority is given, as a file. */
const handIn = (kind) => link(say("desk.keys.hand-in"), "/api/desk/keys/hand-in", kind, true);

/** @param {any} place @param {any} desk */
export async function show(place, desk) {
  const note = h("div", { "aria-live": "polite" });
  const body = h("div", { class: "stack" });
  const tell = (element) => {
    note.replaceChildren(element);
    element.focus();
  };
  const draw = async () => {
    const known = await ask("GET", "keys");
    body.replaceChildren(
      ...warnings(known, desk),
      standing(known),
      ...(desk.may("administrator") ? [rotation(known, tell, draw), another(known, tell, draw)] : []),
      leak(known, tell, draw),
      ...cases(),
    );
  };
  place.append(...heading(say("desk.page.keys"), say("desk.keys.lead")), note, body);
  await draw();
}

/** @param {any} hand */
const by = (hand) => (hand ? `${hand.who === "program" ? say("desk.log.program") : hand.name} · ${hour(hand.at)}` : "");

/** What has to be done first. @param {any} known @param {any} desk */
function warnings({ file, lists, backedUp, published }, { may }) {
  const sealed = file === "passphrase" || file === "key-file";
  return [
    sealed ? null : h("div", { class: "alert" }, h("strong", {}, say(`desk.key-file.${file}`)), " ", say("desk.keys.file.next")),
    lists.some(({ knows }) => !knows) ? h("p", { class: "alert plain" }, say("desk.keys.unknown")) : null,
    published ? null : h("p", { class: "alert plain" }, say("desk.keys.unpublished")),
    backedUp || !may("administrator")
      ? null
      : h("div", { class: "alert plain" }, h("p", {}, say("desk.keys.no-copy")), h("p", { class: "actions" }, link(say("desk.page.backup"), "#/backup"))),
  ].filter(Boolean);
}

/** What is known. @param {any} known */
function standing({ name, method, since, file, lists, checkpoint, rotated, passphraseChanged, backedUp, earlier }) {
  const last = checkpoint ? say("desk.keys.checkpoint.of", { hour: hour(checkpoint.date), count: number(checkpoint.size) }) : say("desk.keys.never");
  return h(
    "div",
    { class: "card" },
    h("h2", {}, say("desk.keys.now")),
    facts([
      [say("desk.keys.key"), name],
      [say("desk.keys.since"), hour(since)],
      [say("desk.keys.file"), badge("desk.key-file", file)],
      ...lists.map(({ authority, asOf, knows }) => [
        say("desk.keys.list", { authority }),
        `${knows ? say("desk.keys.list.knows") : say("desk.keys.list.not")} · ${hour(asOf)}`,
      ]),
      [say("desk.keys.checkpoint"), last],
      [say("desk.keys.backed-up"), by(backedUp) || say("desk.keys.never")],
      [say("desk.keys.rotated"), by(rotated)],
      [say("desk.keys.passphrase-changed"), by(passphraseChanged)],
      [say("desk.keys.method"), h("span", { class: "mono" }, method)],
    ]),
    h("p", { class: "small" }, say("desk.keys.hand-in.how")),
    h("p", { class: "actions" }, handIn("quiet")),
    earlier.length
      ? h(
          "details",
          {},
          h("summary", {}, say("desk.keys.earlier", { count: number(earlier.length) })),
          h("ul", { class: "notes" }, ...earlier.map((key) => h("li", {}, `${key.name}: ${hour(key.since)} – ${hour(key.until)}`))),
        )
      : null,
  );
}

/** The next key. @param {any} known @param {(element: any) => void} tell @param {() => Promise<void>} draw */
function rotation({ ownKey, issuesHere }, tell, draw) {
  const rotate = async () => {
    const made = await question(
      {
        title: say("desk.keys.rotate"),
        text: say("desk.keys.rotate.text"),
        sure: say("desk.keys.rotate.sure"),
        fields: [passphrase()],
        at: { "passphrase-wrong": "passphrase" },
      },
      ({ passphrase }) => ask("POST", "keys/rotate", { passphrase }),
    );
    if (!made) return;
    await draw();
    tell(
      done(
        say("desk.keys.rotated.done", { name: made.name }),
        h(
          "ol",
          { class: "notes" },
          ...["file", "authority", "until", "copy"].map((step) => h("li", {}, say(`desk.keys.after.${step}`))),
        ),
        h("p", { class: "actions" }, handIn("primary"), link(say("desk.page.backup"), "#/backup")),
      ),
    );
  };
  const why = ownKey ? say("desk.keys.own") : issuesHere ? say("desk.keys.issues") : "";
  return h(
    "div",
    { class: "card" },
    h("h2", {}, say("desk.keys.rotate")),
    h("p", {}, say("desk.keys.rotate.how")),
    why ? h("p", { class: "alert plain" }, why) : h("p", { class: "actions" }, button(say("desk.keys.rotate.button"), { class: "danger quiet rotate", on: { click: rotate } })),
  );
}

/** Another passphrase. @param {any} known @param {(element: any) => void} tell @param {() => Promise<void>} draw */
function another({ issuesHere }, tell, draw) {
  const secret = (name, label, hint) => field({ name, label, hint, type: "password", autocomplete: "off", required: true });
  const element = form(
    [
      passphrase(),
      secret("new-passphrase", say("desk.keys.new"), say("desk.password.hint", { least: PASSPHRASE_LEAST })),
      secret("again", say("desk.keys.again")),
    ],
    say("desk.keys.change"),
    async (values, element) => {
      const new_ = values["new-passphrase"];
      if ([...new_].length < PASSPHRASE_LEAST) return mark(element, "new-passphrase", say("desk.password.short", { least: PASSPHRASE_LEAST }))?.focus();
      if (new_ !== values.again) return mark(element, "again", say("desk.password.differ"))?.focus();
      await ask("POST", "keys/passphrase", { passphrase: values.passphrase, new: new_ });
      await draw();
      tell(done(say("desk.keys.changed"), h("p", { class: "actions" }, link(say("desk.page.backup"), "#/backup"))));
    },
    { at: { "passphrase-wrong": "passphrase" } },
  );
  return h(
    "details",
    { class: "card" },
    h("summary", {}, say("desk.keys.change")),
    h("p", {}, say("desk.keys.change.how")),
    issuesHere ? h("p", { class: "alert plain" }, say("desk.keys.issues")) : element,
  );
}

/** What to do when something happened: each in a few steps, with the commands for what no page can do. */
function cases() {
  const one = (title, ...steps) => h("details", { class: "card" }, h("summary", {}, title), ...steps);
  const p = (text) => h("p", {}, text);
  return [
    h("h2", {}, say("desk.keys.cases")),
    one(
      say("desk.keys.forgotten"),
      p(say("desk.keys.forgotten.what")),
      p(say("desk.keys.forgotten.found")),
      command("skillpass init DIR --name … --country …"),
      p(say("desk.keys.forgotten.authority")),
      command("skillpass authority retire-key AUTHORITY --institution … --key …"),
      command("skillpass authority add-key AUTHORITY --institution institution.json"),
      p(say("desk.keys.forgotten.stays")),
    ),
    one(
      say("desk.keys.stolen"),
      p(say("desk.keys.stolen.what")),
      p(say("desk.keys.stolen.restore")),
      command("skillpass restore COPY DIR"),
      command("skillpass confirm DIR --witnessed checkpoint.json"),
      p(say("desk.keys.stolen.rotate")),
      p(say("desk.keys.stolen.authority")),
      command("skillpass authority compromise AUTHORITY --institution … --key … --since …"),
      p(say("desk.keys.stolen.leak")),
    ),
    one(
      say("desk.keys.closes"),
      p(say("desk.keys.closes.what")),
      command("skillpass authority successor AUTHORITY --institution … --successor …"),
      p(say("desk.keys.closes.copy")),
      command("skillpass publish --institution CLOSED --successor OWN"),
      p(say("desk.keys.closes.stays")),
      h("p", { class: "actions" }, link(say("desk.page.custody"), "#/custody")),
    ),
  ];
}
