// A signatory whom another one has yet to confirm: where two people sign, nobody is made one of them by a single person's word.

import { ask } from "./ask.js";
import { h } from "./dom.js";
import { button, facts } from "./parts.js";
import { question } from "./question.js";
import { hour, say } from "./words.js";

/** Whether somebody has come in by every link that they were given. @param {any} member */
const arrived = (member) => member.arrived && !member.invited;

/** Whether whoever is signed in is the one to say it. @param {any} member @param {any} session @param {any} may */
export const mayConfirm = (member, { member: me }, may) =>
  Boolean(member.waits) && arrived(member) && may("signatory") && member.id !== me.id && !member.waits.givenBy.some(({ who }) => who === me.id);

/** Those who wait, each with what can be done. @param {any[]} members @param {any} desk @param {() => void} again */
export function waiting(members, desk, again) {
  const all = members.filter(({ waits }) => waits);
  return all.length ? [h("h2", {}, say("desk.waits")), h("ul", { class: "cards" }, ...all.map((member) => card(member, desk, again)))] : [];
}

/** @param {any} member @param {any} desk @param {() => void} again */
function card(member, { session, may }, again) {
  const { id, name, login, version, waits } = member;
  const asked = mayConfirm(member, session, may);
  const answer = (what, danger) => () =>
    question({ title: say(`desk.waits.${what}.of`, { name }), text: say(`desk.waits.${what}.text`, { name, login }), sure: say(`desk.waits.${what}`), danger }, () =>
      ask("POST", `members/${id}/${what}`, { version }),
    ).then((answered) => answered && again());
  const why = asked ? "ask" : member.id === session.member.id ? "me" : arrived(member) ? "other" : "not-arrived";
  const names = waits.givenBy.map(({ who, name }) => (who === "program" ? say("desk.log.program") : name)).join(" · ");
  return h(
    "li",
    { class: "card waits" },
    h("h3", {}, h("bdi", {}, name)),
    facts([
      [say("desk.login"), login],
      [say("desk.waits.by"), names],
      [say("desk.waits.since"), hour(waits.since)],
    ]),
    h("p", {}, say(`desk.waits.${why}`)),
    asked
      ? h(
          "p",
          { class: "actions" },
          button(say("desk.waits.confirm"), { class: "primary confirm", "aria-label": `${say("desk.waits.confirm")}: ${name}`, on: { click: answer("confirm", false) } }),
          button(say("desk.waits.refuse"), { class: "danger quiet refuse", "aria-label": `${say("desk.waits.refuse")}: ${name}`, on: { click: answer("refuse", true) } }),
        )
      : null,
  );
}
