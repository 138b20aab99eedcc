// Finding people by name; capitals and accents do not matter.

import { ask } from "./ask.js";
import { h, icon } from "./dom.js";
import { field } from "./form.js";
import { done, empty, link, trouble } from "./parts.js";
import { say } from "./words.js";

/** Rows of the register. @param {string} words */
const inRegister = async (words) => (await ask("POST", "awards/search", { words })).awards;

/**
 * The form. Nothing asked: everybody again.
 * @param {any} list where it is shown @param {() => void} all @param {(found: any[]) => any} shown @param {(one: any) => boolean} [among]
 * @param {(words: string) => Promise<any[]>} [search]
 */
export function finder(list, all, shown, among = () => true, search = inRegister) {
  const element = h(
    "form",
    { class: "finder", role: "search", novalidate: true },
    field({ name: "words", label: say("desk.find"), hint: say("desk.find.hint"), type: "search", autocomplete: "off", spellcheck: "false" }),
    h("button", { type: "submit", class: "quiet" }, icon("look"), h("span", {}, say("desk.find.button"))),
  );
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    const words = element.querySelector("input").value.trim();
    if (!words) return all();
    try {
      const found = (await search(words)).filter(among);
      list.replaceChildren(
        found.length
          ? h("div", { class: "stack" }, done(say("desk.found", { count: found.length })), shown(found))
          : empty(say("desk.find.none"), ...(search === inRegister ? [link(say("desk.page.register"), "#/register")] : [])),
      );
      list.querySelector(".done")?.focus();
    } catch (error) {
      list.replaceChildren(trouble(error));
    }
  });
  return element;
}
