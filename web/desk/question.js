// A question before what cannot be undone: it says what will happen, and where it concerns many it asks for their number.

import { fresh, h } from "./dom.js";
import { field, form } from "./form.js";
import { button, heading } from "./parts.js";
import { number, say } from "./words.js";

/**
 * Asks in a window of its own. Ends with what `work` gave, or `null` if it was called off.
 * @param {{ title: string, text: string, sure: string, count?: number, fields?: any[], danger?: boolean, at?: Record<string, string> }} what
 * @param {(values: any) => Promise<any>} work
 */
export function question({ title, text, sure, count, fields = [], danger = true, at = {} }, work) {
  return new Promise((end) => {
    const label = fresh();
    let result = null;
    const counted =
      count === undefined
        ? []
        : [
            field({
              name: "count",
              label: say("desk.type-count", { count: number(count) }),
              inputmode: "numeric",
              autocomplete: "off",
              required: true,
            }),
          ];
    const element = h("dialog", { "aria-labelledby": label });
    const asked = form(
      [...counted, ...fields],
      sure,
      async (values, at_) => {
        if (count !== undefined && values.count.replace(/\D/g, "") !== String(count)) {
          const input = at_.querySelector("[name=count]");
          input.setAttribute("aria-invalid", "true");
          at_.querySelector("[data-field=count] .wrong").textContent = say("desk.type-count.wrong");
          return input.focus();
        }
        result = (await work(values)) ?? true;
        element.close();
      },
      { danger, at, beside: [button(say("desk.cancel"), { on: { click: () => element.close() } })] },
    );
    const [head] = heading(title);
    head.id = label;
    element.append(head, h("p", {}, text), asked);
    element.addEventListener("close", () => {
      element.remove();
      end(result);
    });
    document.body.append(element);
    element.showModal();
    (element.querySelector("input, select, textarea") ?? element.querySelector(".quiet"))?.focus();
  });
}
