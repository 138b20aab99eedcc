// One's own account: the name, the roles, another password.

import { ask } from "./ask.js";
import { h } from "./dom.js";
import { agreed, newPassword } from "./enter.js";
import { field, form } from "./form.js";
import { done, facts, heading } from "./parts.js";
import { named, say } from "./words.js";

/** @param {any} place @param {any} desk */
export function show(place, { session }) {
  const { login, name, roles } = session.member;
  const change = form(
    [
      // For the browser's own list of passwords.
      h("input", { type: "text", autocomplete: "username", value: login, hidden: true }),
      field({ name: "old", label: say("desk.password.old"), type: "password", autocomplete: "current-password", required: true }),
      ...newPassword(),
    ],
    say("desk.password.change"),
    async (values, element) => {
      if (!agreed(values, element)) return;
      await ask("POST", "session/password", { old: values.old, new: values.new });
      element.reset();
      element.append(done(say("desk.password.changed")));
    },
    { at: { "login-failed": "old", "password-weak": "new" } },
  );
  place.append(
    ...heading(say("desk.page.account")),
    facts([
      [say("desk.name"), name],
      [say("desk.login"), login],
      [say("desk.roles"), roles.map((role) => named("desk.role", role)).join(" · ")],
    ]),
    h("div", { class: "card" }, h("h2", {}, say("desk.password.change")), change),
  );
}
