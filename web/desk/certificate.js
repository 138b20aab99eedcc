// One certificate: where it stands, its file, and what a signatory can do about it.

import { ask } from "./ask.js";
import { others } from "./award.js";
import { achievements } from "./catalogue.js";
import { h } from "./dom.js";
import { badge, button, done, facts, heading, link, trouble } from "./parts.js";
import { question } from "./question.js";
import { day, has, hour, named, say } from "./words.js";
import { delivery } from "./delivery.js";
import { withdraw } from "./withdraw.js";

/** @param {any} place @param {any} desk */
export async function show(place, desk) {
  const { names, may, go } = desk;
  const serial = names[0] ?? "";
  const one = await ask("GET", `certificates/${encodeURIComponent(serial)}`);
  const path = `certificates/${one.serial}`;
  // The register knows whose it is, as long as the person is not forgotten.
  const person = one.award ? await ask("GET", `awards/${one.award}`).catch(() => null) : null;
  const note = h("div", { class: "note", "aria-live": "polite" });
  const act = (what) => async () => {
    if (!(await withdraw(what, [one.serial]))) return;
    place.replaceChildren();
    await show(place, desk);
    const said = done(say(`desk.${what}.done`));
    place.querySelector(".note").append(said);
    said.focus();
  };
  const { state } = one;
  const reads = may("clerk", "signatory", "auditor");
  // What has a row is given and forgotten with the row.
  const own = one.award || one.forgotten || !may("administrator") ? [] : ofPerson(one, note, () => go(`certificate/${one.serial}`));
  const can = may("signatory")
    ? [
        state === "suspended" ? button(say("desk.resume"), { on: { click: act("resume") } }) : null,
        state !== "suspended" && state !== "revoked" ? button(say("desk.suspend"), { on: { click: act("suspend") } }) : null,
        state !== "revoked" ? button(say("desk.revoke"), { class: "danger quiet", on: { click: act("revoke") } }) : null,
      ].filter(Boolean)
    : [];
  place.append(
    h("p", {}, link(say("desk.page.issued"), "#/issued", "plain back")),
    ...heading(person?.name ?? say(one.forgotten ? "desk.erased" : "desk.certificate"), person?.name || one.forgotten ? say("desk.certificate") : ""),
    note,
    h(
      "div",
      { class: "card" },
      facts([
        [say("desk.state"), badge("desk.certificate", state)],
        [say("desk.reason"), one.reason ? named("withdrawal", one.reason) : ""],
        [say("desk.signed-at"), hour(one.signedAt)],
        [say("desk.awarded"), day(person?.awarded)],
        [say("desk.valid-until"), day(person?.validUntil)],
        [say("desk.serial"), h("span", { class: "mono" }, one.serial)],
      ]),
      h(
        "p",
        { class: "actions" },
        one.forgotten || !reads ? null : link(say("desk.file"), `/api/desk/${path}/file`, "primary", true),
        state === "issued" && !one.forgotten && reads ? link(say("desk.paper.one"), `/api/desk/${path}/paper`, "quiet", true) : null,
        one.award ? link(say("desk.person"), `#/award/${one.award}`) : null,
        ...can,
        ...own,
      ),
      has(`desk.certificate.${state}.means`) ? h("p", { class: "small" }, say(`desk.certificate.${state}.means`)) : null,
    ),
  );
  if (!one.award && !one.forgotten) place.append(h("p", { class: "small" }, say("desk.certificate.no-row")));
  if (person?.others?.length) place.append(others(person, (await achievements()).title));
  if (state === "issued" && !one.forgotten && may("clerk", "signatory")) place.append(delivery(one.serial, desk, names[1] === "link"));
}

/** What an administrator does on the person's request. @param {any} one @param {any} note @param {() => void} again */
function ofPerson({ serial }, note, again) {
  const erase = () =>
    question({ title: say("desk.erase"), text: say("desk.erase.text"), sure: say("desk.erase.sure") }, async () => {
      try {
        await ask("POST", "certificates/erase", { certificate: serial });
        again();
      } catch (error) {
        note.replaceChildren(trouble(error));
      }
    });
  return [
    link(say("desk.export"), `/api/desk/certificates/${serial}/export`, "quiet", true),
    button(say("desk.erase"), { class: "danger quiet", on: { click: erase } }),
  ];
}
