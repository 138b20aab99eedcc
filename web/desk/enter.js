// Coming in: by password, or for the first time by an invitation.

import { ask } from "./ask.js";
import { h } from "./dom.js";
import { field, form } from "./form.js";
import { empty, heading } from "./parts.js";
import { say } from "./words.js";

/** 12 characters, as the server asks for. */
const PASSWORD_LEAST = 12;

/** Two fields for a new password. @returns {any[]} */
export const newPassword = () => [
  field({
    name: "new",
    label: say("desk.password.new"),
    hint: say("desk.password.hint", { least: PASSWORD_LEAST }),
    type: "password",
    autocomplete: "new-password",
    required: true,
  }),
  field({ name: "again", label: say("desk.password.again"), type: "password", autocomplete: "new-password", required: true }),
];

/** Says at the fields what is wrong with a new password; whether it may be sent. @param {any} values @param {any} form */
export function agreed(values, form) {
  const wrong =
    values.new.length < PASSWORD_LEAST
      ? ["new", say("desk.password.short", { least: PASSWORD_LEAST })]
      : values.new !== values.again
        ? ["again", say("desk.password.differ")]
        : null;
  if (!wrong) return true;
  const place = form.querySelector(`[data-field=${wrong[0]}]`);
  place.querySelector(".wrong").textContent = wrong[1];
  place.querySelector("input").setAttribute("aria-invalid", "true");
  place.querySelector("input").focus();
  return false;
}

/** @param {any} place @param {(session: any) => void} came @param {boolean} ended the session before ended by itself */
export async function enter(place, came, ended) {
  const institutions = await ask("GET", "institutions");
  if (!institutions.length) return place.append(...heading(say("desk.enter")), empty(say("desk.enter.nobody")));
  const options = institutions.map(({ key, name }) => [key, name]);
  const which = options.length > 1 ? field({ name: "institution", label: say("desk.institution"), options }) : null;
  const one = institutions.length === 1 ? h("p", { class: "lead" }, institutions[0].name) : null;
  const content = [
    which,
    field({ name: "login", label: say("desk.login"), autocomplete: "username", autocapitalize: "off", spellcheck: "false", required: true }),
    field({ name: "password", label: say("desk.password"), type: "password", autocomplete: "current-password", required: true }),
  ].filter(Boolean);
  const send = async (values) => came(await ask("POST", "session", { institution: options[0][0], ...values }));
  place.append(
    h(
      "div",
      { class: "card door" },
      ...heading(say("desk.enter")),
      one,
      ended ? h("p", { class: "alert plain", role: "status" }, say("desk.enter.ended")) : null,
      form(content, say("desk.enter.button"), send),
      h("p", { class: "small" }, say("desk.enter.forgotten")),
    ),
  );
}

/** @param {any} place @param {string} link `KEY.SECRET` @param {(session: any) => void} came */
export function takeUp(place, link, came) {
  const cut = link.lastIndexOf(".");
  const [institution, secret] = [link.slice(0, cut), link.slice(cut + 1)];
  const send = async (values, element) => {
    if (agreed(values, element)) came(await ask("POST", "invitation", { institution, secret, password: values.new }));
  };
  place.append(
    h(
      "div",
      { class: "card door" },
      ...heading(say("desk.invitation"), say("desk.invitation.lead")),
      form(newPassword(), say("desk.invitation.button"), send, { at: { "password-weak": "new" } }),
    ),
  );
}
