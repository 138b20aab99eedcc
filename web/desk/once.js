// Something that is shown once, in a field to copy from.

import { h } from "./dom.js";
import { field } from "./form.js";
import { button, done } from "./parts.js";
import { say } from "./words.js";

/**
 * @param {string} text what happened @param {{ name: string, label: string, value: string, copy: string }} what @param {...any} more
 */
export function shownOnce(text, { copy, ...what }, ...more) {
  const input = field({ ...what, readonly: true });
  const copied = h("span", { role: "status" });
  const press = async () => {
    input.querySelector("input").select();
    // Without TLS a browser may refuse: the text is selected then.
    await navigator.clipboard?.writeText(what.value).then(
      () => {
        copied.textContent = say("desk.copied");
      },
      () => {},
    );
  };
  return done(text, input, h("p", { class: "actions" }, button(copy, { on: { click: press } }), copied), ...more);
}
