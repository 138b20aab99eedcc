// Whether the institution works here: a restored copy is confirmed, a desk that moves away is retired, and a closed one has a successor.

import { ask } from "./ask.js";
import { h } from "./dom.js";
import { boxes, field, form, mark, passphrase } from "./form.js";
import { badge, button, command, done, empty, facts, heading, link } from "./parts.js";
import { question } from "./question.js";
import { hour, say } from "./words.js";

/** 32,768 bytes become text at a time: more arguments than that some browsers do not take. */
const CHUNK = 32_768;
/** What of a folder is compared; an archive holds the same. */
const WANTED = /(^|[/\\])checkpoint\.json$|\.status\.json$|\.zip$/i;

/** @param {any} place @param {any} desk */
export async function show(place, desk) {
  const note = h("div", { "aria-live": "polite" });
  const body = h("div", { class: "stack" });
  const tell = (element) => {
    note.replaceChildren(element);
    element.focus();
  };
  const draw = (known) => {
    // The first page says it too.
    desk.session.institution.custody = known.custody;
    const administers = desk.may("administrator");
    body.replaceChildren(
      standing(known, administers),
      ...(known.custody === "unconfirmed" && administers ? [confirmation(desk, tell, draw)] : []),
      moving(known, administers, desk, tell, draw),
      ...closing(known, desk, tell, draw),
      ...answering(known),
    );
  };
  place.append(...heading(say("desk.page.custody"), say("desk.custody.lead")), note, body);
  draw(await ask("GET", "custody"));
}

/** @param {any} hand */
const by = (hand) => (hand ? `${hour(hand.at)} · ${hand.who === "program" ? say("desk.log.program") : hand.name}` : "");

/** What the authority is given, as a file. @param {string} kind */
const handIn = (kind) => link(say("desk.keys.hand-in"), "/api/desk/keys/hand-in", kind, true);

/** What is made sure of by typing it. @param {any} desk */
const name = ({ session }) =>
  field({ name: "institution-name", label: say("desk.custody.name", { name: session.institution.name }), autocomplete: "off", required: true });

/** @param {any} known @param {boolean} administers */
function standing({ custody, since }, administers) {
  const state = facts([
    [say("desk.custody.state"), badge("desk.custody-state", custody)],
    [say("desk.custody.since"), by(since)],
  ]);
  if (custody === "working") return h("div", { class: "card" }, state);
  const next = custody === "retired" ? "retired.next" : administers ? "confirm.below" : "confirm.ask";
  return h(
    "div",
    { class: "card" },
    state,
    h("p", { class: "alert plain" }, h("strong", {}, say(`desk.custody.${custody === "retired" ? "retired" : "unconfirmed"}`)), " ", say(`desk.custody.${next}`)),
  );
}

/** A restored copy is held against what was handed in. @param {any} desk @param {(element: any) => void} tell @param {(known: any) => void} draw */
function confirmation(desk, tell, draw) {
  const element = form(
    [
      field({ name: "files", label: say("desk.custody.files"), hint: say("desk.custody.files.how"), type: "file", multiple: true, accept: ".json,.zip" }),
      boxes("nothing", say("desk.custody.or"), [["nothing", say("desk.custody.nothing"), say("desk.custody.nothing.how")]], []),
      name(desk),
      passphrase(),
    ],
    say("desk.custody.confirm"),
    async ({ nothing, passphrase, "institution-name": institution }, element) => {
      const chosen = [...element.querySelector("[name=files]").files].filter(({ name }) => WANTED.test(name));
      if (!chosen.length && !nothing.length) return mark(element, "files", say("desk.custody.files.needed"))?.focus();
      const files = await Promise.all(chosen.map(brought));
      draw(await ask("POST", "custody/confirm", { institution, passphrase, files }));
      tell(
        done(
          say("desk.custody.confirmed"),
          h("p", {}, say("desk.custody.erase-again")),
          h("p", { class: "actions" }, handIn("primary"), link(say("desk.page.register"), "#/register")),
        ),
      );
    },
    {
      danger: true,
      at: {
        "checkpoint-of-another": "files",
        "copy-behind": "files",
        "file-too-large": "files",
        "not-readable": "files",
        "passphrase-wrong": "passphrase",
      },
    },
  );
  element.classList.add("confirm-copy");
  return h("div", { class: "card" }, h("h2", {}, say("desk.custody.confirm")), h("p", {}, say("desk.custody.confirm.how")), element);
}

/** A file as the server reads it. @param {File} file */
async function brought(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  const url = btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  return { name: file.name, bytes: `u${url}` };
}

/**
 * The way to another machine, in the order in which no moment has two that sign.
 * @param {any} known @param {boolean} administers @param {any} desk @param {(element: any) => void} tell @param {(known: any) => void} draw
 */
function moving({ custody }, administers, desk, tell, draw) {
  const retire = async () => {
    const known = await question(
      {
        title: say("desk.custody.retire"),
        text: say("desk.custody.retire.text"),
        sure: say("desk.custody.retire.sure"),
        fields: [name(desk), passphrase()],
        at: { "passphrase-wrong": "passphrase" },
      },
      ({ passphrase, "institution-name": institution }) => ask("POST", "custody/retire", { institution, passphrase }),
    );
    if (!known) return;
    draw(known);
    tell(done(say("desk.custody.retired.done"), h("p", { class: "actions" }, link(say("desk.page.backup"), "#/backup", "primary"), handIn("quiet"))));
  };
  const step = (text, ...more) => h("li", {}, h("p", {}, text), ...more);
  const first =
    custody !== "working"
      ? null
      : administers
        ? h("p", { class: "actions" }, button(say("desk.custody.retire"), { class: "danger quiet retire", on: { click: retire } }))
        : h("p", { class: "small" }, say("desk.custody.administrator"));
  return h(
    "div",
    { class: "card" },
    h("h2", {}, say("desk.backup.move")),
    h("p", {}, say("desk.custody.move.how")),
    h(
      "ol",
      { class: "notes" },
      step(say("desk.custody.move.retire"), first),
      step(say("desk.custody.move.copy"), administers ? h("p", {}, link(say("desk.page.backup"), "#/backup", "plain")) : null),
      step(say("desk.custody.move.restore"), command("skillpass restore COPY DIR"), command("skillpass serve --desk DIR")),
      step(say("desk.custody.move.confirm"), command("skillpass confirm DIR --witnessed checkpoint.json")),
    ),
  );
}

/**
 * Who answers for the institution once it has closed.
 * @param {any} known @param {any} desk @param {(element: any) => void} tell @param {(known: any) => void} draw
 */
function closing({ did, successors, successorSigned }, { may }, tell, draw) {
  const named = successors.map(({ authority, asOf, id, name }) => [say("desk.keys.list", { authority }), `${name ?? id} · ${hour(asOf)}`]);
  const sign = () => {
    const element = form(
      [field({ name: "passphrase", label: say("desk.custody.heir"), type: "password", autocomplete: "off", required: true })],
      say("desk.custody.sign"),
      async ({ passphrase }) => {
        draw(await ask("POST", "custody/successor", { passphrase }));
        tell(done(say("desk.custody.signed"), h("p", { class: "actions" }, handIn("primary"))));
      },
      { at: { "passphrase-wrong": "passphrase" } },
    );
    element.classList.add("sign-as-successor");
    return element;
  };
  return [
    h("h2", {}, say("desk.keys.closes")),
    successors.length
      ? h("div", { class: "card" }, h("p", {}, say("desk.custody.named")), facts([...named, [say("desk.act.successor-signed"), by(successorSigned)]]))
      : empty(say("desk.custody.none")),
    successors.some(({ here }) => here) && may("signatory") ? h("div", { class: "card" }, h("p", {}, say("desk.custody.sign.how")), sign()) : null,
    h(
      "details",
      { class: "card closes" },
      h("summary", {}, say("desk.custody.closes.how")),
      h("p", {}, say("desk.keys.closes.what")),
      command(`skillpass authority successor AUTHORITY --institution ${did} --successor …`),
      h("p", {}, say("desk.keys.closes.copy")),
      command("skillpass publish --institution CLOSED --successor OWN"),
      h("p", {}, say("desk.custody.closes.revoke")),
      command("skillpass revoke SERIAL --reason error --institution CLOSED --successor OWN"),
      h("p", {}, say("desk.custody.closes.nobody")),
      command("skillpass authority accredit AUTHORITY --institution OFFICE/institution.json --no-achievement"),
      h("p", {}, say("desk.keys.closes.stays")),
    ),
  ].filter(Boolean);
}

/** Those for which this institution answers. @param {any} known */
function answering({ closed }) {
  if (!closed.length) return [];
  return [
    h("h2", {}, say("desk.custody.answers")),
    h(
      "div",
      { class: "card" },
      h("p", {}, say("desk.custody.answers.how")),
      facts(closed.map(({ authority, asOf, id, name }) => [name ?? id, `${say("desk.keys.list", { authority })} · ${hour(asOf)}`])),
      command("skillpass publish --institution CLOSED --successor OWN"),
    ),
  ];
}
