// One batch, as the second person sees it: how many, five at random, what is unusual; and the release.

import { Refused, ask } from "./ask.js";
import { bring } from "./bring.js";
import { achievements } from "./catalogue.js";
import { h } from "./dom.js";
import { field, form } from "./form.js";
import { badge, button, done, facts, faults, heading, link, ofAll, progress, table, trouble } from "./parts.js";
import { printing } from "./printing.js";
import { question } from "./question.js";
import { day, has, hour, number, say } from "./words.js";

/** 800 ms between two looks at how far the signing is. */
const LOOK = 800;

/** @param {any} place @param {any} desk */
export async function show(place, desk) {
  const id = encodeURIComponent(desk.names[0] ?? "");
  const [batch, { title }] = await Promise.all([ask("GET", `batches/${id}`), achievements()]);
  const hand = (by) => (by ? `${by.name ?? by.who} · ${hour(by.at)}` : "");
  place.append(
    h("p", {}, link(say("desk.page.batches"), "#/batches", "plain back")),
    ...heading(title(batch.achievement), say("desk.people", { count: number(batch.count) })),
    h(
      "div",
      { class: "card" },
      facts([
        [say("desk.state"), badge("desk.batch", batch.state)],
        [say("desk.proposed"), hand(batch.proposed)],
        [say("desk.decided"), hand(batch.decided)],
        [say("desk.note"), batch.note],
        [say("desk.signed"), ofAll(batch.signed, batch.count)],
        [say("desk.digest"), h("span", { class: "mono" }, batch.digest)],
        ...keys(batch.rebinding),
      ]),
    ),
  );
  if (batch.state === "proposed") place.append(...review(place, batch, id, desk));
  if (batch.state === "released" || (batch.state === "done" && batch.published === false)) signing(place, batch, id, desk);
  else if (batch.state === "done" && batch.rebinding) {
    const file = link(say("desk.rebind.fetch"), `/api/desk/batches/${id}/delegation`, "primary", true);
    place.append(done(say("desk.rebind.done"), h("p", { class: "actions" }, file)), h("p", { class: "small" }, say("desk.rebind.unseen")));
  } else if (batch.state === "done") {
    place.append(finished(batch));
    if (desk.may("clerk", "signatory")) place.append(printing({ batch: batch.id }, await paperSize()));
  }
}

/** Which certificate goes from which key to which. @param {any} rebinding @returns {[string, any][]} */
function keys(rebinding) {
  if (!rebinding) return [];
  const mono = (/** @type {string} */ text) => h("span", { class: "mono" }, text);
  return [
    [say("desk.rebind.digest"), mono(rebinding.digest)],
    [say("desk.rebind.old"), rebinding.old ? mono(rebinding.old) : say("desk.rebind.none")],
    [say("desk.rebind.new"), mono(rebinding.new)],
  ];
}

/** The paper that the institution settled. */
const paperSize = async () => (await ask("GET", "stationery").catch(() => ({}))).size;

/** @param {any} batch */
const finished = (batch) =>
  done(
    say("desk.batch.all-signed", { count: number(batch.count) }),
    h("p", { class: "actions" }, link(say("desk.page.issued"), "#/issued", "primary")),
  );

/** What the second person looks at before deciding. @param {any} place @param {any} batch @param {string} id @param {any} desk */
function review(place, batch, id, desk) {
  const mine = batch.proposed.who === desk.session.member.id;
  const sample = h("div", { "aria-live": "polite" }, five(batch.sample ?? []));
  const other = button(say("desk.sample.other"), {
    on: { click: async () => sample.replaceChildren(five((await ask("GET", `batches/${id}`)).sample ?? [])) },
  });
  const unusual = batch.unusual ?? [];
  return [
    h("h2", {}, say("desk.unusual")),
    unusual.length
      ? h("ul", { class: "unusual" }, ...unusual.map((one) => h("li", { class: "alert plain" }, odd(one))))
      : h("p", { class: "calm" }, say("desk.unusual.none")),
    ...(batch.rebinding
      ? [h("p", { class: "alert plain" }, say("desk.rebind.look"))]
      : [h("h2", {}, say("desk.sample")), h("p", { class: "small" }, say("desk.sample.how")), sample, h("p", { class: "actions" }, other)]),
    desk.may("signatory") && !mine
      ? batch.rebinding
        ? seen(place, batch, desk, (certificate) => release(batch, id, desk, certificate))
        : release(batch, id, desk)
      : h("p", { class: "alert plain" }, say(mine ? "desk.release.mine" : "desk.release.other")),
    desk.may("signatory") || mine ? giveBack(id, mine, desk) : null,
  ].filter(Boolean);
}

/**
 * The certificate that would be bound, by the second person's own eyes: it is not kept, so it is brought again, and its digest tells that it is the
 * same. Only then it can be bound.
 * @param {any} place @param {any} batch @param {any} desk @param {(certificate: string) => any} decide what comes then
 */
function seen(place, batch, desk, decide) {
  const below = h("div", { class: "stack" });
  const brought = (/** @type {import("./bring.js").Brought | null} */ one) => {
    if (!one) return below.replaceChildren();
    const { digest, outcome } = one.verdict;
    const other = h("p", { class: "alert other" }, h("strong", {}, say("rebind.other")), ` ${say("rebind.other.next")}`);
    if (digest !== batch.rebinding.digest) return below.replaceChildren(other);
    const same = h("p", { class: "calm" }, say("desk.rebind.match"));
    const not = h("p", { class: "alert plain not-bound" }, say("desk.rebind.not-good"));
    below.replaceChildren(same, outcome === "accept" ? decide(one.text) : not);
  };
  return h("div", { class: "stack" }, bring(place, desk, say("desk.rebind.bring"), brought), below);
}

/** @param {any} one */
function odd({ code, facts: told = {}, text }) {
  if (text) return text;
  const words = Object.fromEntries(
    Object.entries(told).map(([name, value]) => [name, typeof value === "number" ? number(value) : day(String(value))]),
  );
  return has(`desk.unusual.${code}`) ? say(`desk.unusual.${code}`, words) : [code, ...Object.values(words)].join(" · ");
}

/** @param {any[]} rows */
const five = (rows) =>
  table(
    say("desk.sample"),
    [
      {
        label: say("desk.name"),
        cell: ({ id, name }) => (id ? h("a", { href: `#/award/${id}` }, h("bdi", {}, name)) : h("bdi", {}, name)),
        kind: "main",
      },
      { label: say("desk.birth-year"), cell: ({ birthYear }) => birthYear },
      { label: say("desk.awarded"), cell: ({ awarded }) => day(awarded) },
    ],
    rows,
  );

/** @param {string=} hint */
const passphrase = (hint) =>
  field({ name: "passphrase", label: say("desk.passphrase"), hint, type: "password", autocomplete: "off", required: true });

/** @param {any} batch @param {string} id @param {any} desk @param {string=} certificate what the second person brought */
function release(batch, id, { go }, certificate) {
  const count = field({
    name: "count",
    label: say("desk.type-count", { count: number(batch.count) }),
    inputmode: "numeric",
    autocomplete: "off",
    required: true,
  });
  const send = async (values, element) => {
    if (values.count.replace(/\D/g, "") !== String(batch.count)) {
      element.querySelector("[data-field=count] .wrong").textContent = say("desk.type-count.wrong");
      const input = element.querySelector("[name=count]");
      input.setAttribute("aria-invalid", "true");
      return input.focus();
    }
    await ask("POST", `batches/${id}/release`, { digest: batch.digest, passphrase: values.passphrase, ...(certificate ? { certificate } : {}) });
    go(`batch/${batch.id}`);
  };
  return h(
    "div",
    { class: "card decide" },
    h("h2", {}, say("desk.release")),
    h("p", {}, say("desk.release.text")),
    form([count, passphrase(say("desk.passphrase.hint"))], say("desk.release.button", { count: number(batch.count) }), send, {
      at: { "passphrase-wrong": "passphrase" },
    }),
  );
}

/** @param {string} id @param {boolean} mine @param {any} desk @param {boolean=} rest whether some of it are signed */
function giveBack(id, mine, { go }, rest = false) {
  const ask_ = () =>
    question(
      {
        title: say(mine ? "desk.take-back" : "desk.give-back"),
        text: say(rest ? "desk.give-back.rest" : "desk.give-back.text"),
        sure: say(mine ? "desk.take-back" : "desk.give-back"),
        danger: false,
        fields: [field({ name: "note", label: say("desk.note"), hint: say("desk.note.hint"), rows: 3, maxlength: "500", required: !mine })],
      },
      async ({ note }) => {
        await ask("POST", `batches/${id}/return`, { note });
        go(`batch/${id}`);
      },
    );
  return h("p", { class: "actions" }, button(say(mine ? "desk.take-back" : "desk.give-back"), { on: { click: ask_ } }));
}

/** What stopped it, with the rows that did. @param {any} error */
const stopped = (error) => [trouble(error), error.errors.length ? faults(error.errors) : ""];

/** How far the signing is; and how it goes on after an interruption. @param {any} place @param {any} batch @param {string} id @param {any} desk */
function signing(place, batch, id, desk) {
  const bar = progress(say("desk.signing", { signed: number(batch.signed), count: number(batch.count) }));
  const below = h("div", { class: "stack" });
  place.append(bar, below);
  const look = async () => {
    if (!place.isConnected) return;
    try {
      const now = await ask("GET", `batches/${id}`);
      if (now.state === "done" && now.published !== false) return desk.go(`batch/${batch.id}`);
      bar.set(
        now.signed / now.count,
        now.state === "done" ? say("desk.publishing") : say("desk.signing", { signed: number(now.signed), count: number(now.count) }),
      );
      // Nobody is at it: something stood in the way, or the server was stopped in between.
      if (now.signing === false) {
        const why = now.stopped ? stopped(new Refused(0, now.stopped)) : [];
        const again = batch.rebinding && !now.signed && desk.may("signatory");
        const on = again ? seen(place, now, desk, (certificate) => resume(now, id, desk, certificate)) : resume(now, id, desk);
        // What cannot be signed any more is open again once it is given back: then it is corrected, left out or forgotten.
        return below.replaceChildren(...why, on, now.state === "released" && desk.may("signatory") ? giveBack(id, false, desk, now.signed > 0) : "");
      }
      setTimeout(look, LOOK);
    } catch (error) {
      below.replaceChildren(trouble(error), button(say("desk.again"), { on: { click: look } }));
    }
  };
  bar.set(batch.signed / batch.count);
  setTimeout(look, LOOK / 4);
}

/** @param {any} batch @param {string} id @param {any} desk @param {string=} certificate of a rebinding, what was brought once more */
function resume(batch, id, { may, go }, certificate) {
  if (!may("signatory")) return h("p", { class: "alert plain" }, say("desk.go-on.other"));
  return h(
    "div",
    { class: "card decide" },
    h("h2", {}, say("desk.go-on")),
    h("p", {}, batch.state === "done" ? say("desk.publish.text") : say("desk.go-on.text", { left: number(batch.count - batch.signed) })),
    form(
      [passphrase()],
      say("desk.go-on"),
      async ({ passphrase }) => {
        await ask("POST", `batches/${id}/resume`, { passphrase, ...(certificate ? { certificate } : {}) });
        go(`batch/${batch.id}`);
      },
      { at: { "passphrase-wrong": "passphrase" } },
    ),
  );
}
