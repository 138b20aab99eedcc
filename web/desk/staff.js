// Who works here, what they may do, and the links by which they come in.

import { ask } from "./ask.js";
import { h } from "./dom.js";
import { boxes, field, form } from "./form.js";
import { shownOnce } from "./once.js";
import { badge, button, heading, table } from "./parts.js";
import { question } from "./question.js";
import { waiting } from "./waiting.js";
import { named, say } from "./words.js";

const ROLES = ["clerk", "signatory", "administrator", "auditor", "assessor"];

/** The roles with what each may do. @returns {[string, string, string][]} */
const roles = () => ROLES.map((code) => [code, say(`desk.role.${code}`), say(`desk.role.${code}.may`)]);

/** @param {any} place @param {any} desk */
export async function show(place, desk) {
  const { may, session, go } = desk;
  const members = await ask("GET", "members");
  const administers = may("administrator");
  const note = h("div", { "aria-live": "polite" });
  const again = () => go("staff");
  place.append(...heading(say("desk.page.staff"), say("desk.staff.lead")), note);
  if (session.institution.twoPeople && !prepared(members)) place.append(h("p", { class: "alert plain" }, say("desk.staff.two")));
  if (session.institution.twoPeople) place.append(h("p", { class: "small" }, say(members.some(signs) ? "desk.staff.waits" : "desk.staff.first")));
  place.append(...waiting(members, desk, again));
  place.append(
    table(
      say("desk.page.staff"),
      [
        { label: say("desk.name"), cell: ({ name }) => h("bdi", {}, name), kind: "main" },
        { label: say("desk.login"), cell: ({ login }) => login },
        { label: say("desk.roles"), cell: (member) => member.roles.map((code) => named("desk.role", code)).join(" · ") },
        { label: say("desk.state"), cell: (member) => badge("desk.member", stateOf(member)) },
        ...(administers ? [{ label: say("desk.change"), cell: (member) => change(member, note, again), kind: "acts" }] : []),
      ],
      members,
    ),
  );
  if (administers) place.append(invite(note));
}

/** Whether somebody can sign at this moment. @param {any} member */
const signs = ({ standing, arrived, waits, roles }) => standing === "active" && arrived && !waits && roles.includes("signatory");

/** @param {any} member */
const stateOf = ({ standing, invited, waits }) => (standing !== "active" ? standing : invited ? "invited" : waits ? "waits" : standing);

/** Whether there are two different people to prepare and to release. @param {any[]} members */
function prepared(members) {
  const of = (role) => members.filter((member) => member.standing === "active" && member.roles.includes(role)).map(({ id }) => id);
  return of("clerk").some((clerk) => of("signatory").some((signatory) => signatory !== clerk));
}

/** @param {any} note */
function invite(note) {
  const element = form(
    [
      field({ name: "name", label: say("desk.name"), hint: say("desk.staff.name"), required: true, autocomplete: "off" }),
      field({
        name: "login",
        label: say("desk.login"),
        hint: say("desk.staff.login"),
        required: true,
        autocomplete: "off",
        autocapitalize: "off",
        spellcheck: "false",
      }),
      boxes("roles", say("desk.roles"), roles(), []),
    ],
    say("desk.invite"),
    async (values) => {
      const { invitation } = await ask("POST", "members", values);
      element.reset();
      shown(note, invitation);
    },
    { at: { taken: "login" } },
  );
  return h("div", { class: "card" }, h("h2", {}, say("desk.invite")), element);
}

/** The link, once. @param {any} note @param {string} invitation */
function shown(note, invitation) {
  const value = `${location.origin}${invitation}`;
  const element = shownOnce(
    say("desk.invite.done"),
    { name: "link", label: say("desk.invite.link"), value, copy: say("desk.copy") },
    h("p", { class: "small" }, say("desk.invite.how")),
  );
  note.replaceChildren(element);
  element.focus();
}

/** @param {any} member @param {any} note @param {() => void} again */
function change(member, note, again) {
  const { id, version, standing, name } = member;
  const put = (more) => ask("PUT", `members/${id}`, { name, roles: member.roles, standing, version, ...more });
  const roles_ = () =>
    question(
      {
        title: say("desk.roles.of", { name }),
        text: say("desk.roles.text"),
        sure: say("desk.save"),
        danger: false,
        fields: [boxes("roles", say("desk.roles"), roles(), member.roles)],
      },
      (values) => put({ roles: values.roles }),
    ).then((changed) => changed && again());
  const newLink = () =>
    question({ title: say("desk.link.new"), text: say("desk.link.new.text", { name }), sure: say("desk.link.new"), danger: false }, () =>
      ask("POST", `members/${id}/invitation`),
    ).then((made) => made?.invitation && shown(note, made.invitation));
  const close = () =>
    question({ title: say("desk.close", { name }), text: say("desk.close.text"), sure: say("desk.close.sure") }, () =>
      put({ standing: "closed" }),
    ).then((changed) => changed && again());
  const open = () =>
    question({ title: say("desk.reopen", { name }), text: say("desk.reopen.text"), sure: say("desk.reopen.sure"), danger: false }, () =>
      put({ standing: "active" }),
    ).then((changed) => changed && again());
  const of = (label) => `${label}: ${name}`;
  const act = (label, click, kind = "quiet small-button") => button(label, { class: kind, "aria-label": of(label), on: { click } });
  return h(
    "div",
    { class: "acts" },
    act(say("desk.roles"), roles_),
    standing === "active" ? act(say("desk.link.new"), newLink) : null,
    standing === "active" ? act(say("desk.close.sure"), close, "quiet small-button danger") : act(say("desk.reopen.sure"), open),
  );
}
