// Certificates of invented people, to try out, where the server has some.

import { at } from "./notice.js";
import { fill } from "./words.js";

/** Brings what there is to try out. @param {(code: string, label: string) => void} choose */
export async function about(choose) {
  const answer = await fetch("/about").catch(() => null);
  if (!answer?.ok) return;
  const { demo } = await answer.json();
  at("examples").replaceChildren(...demo.map((/** @type {any} */ one) => example(one, choose)));
  at("demo").hidden = !demo.length || !at("verdicts").hidden;
}

/** @param {{ code: string, label: string, page?: string }} one @param {(code: string, label: string) => void} choose */
function example({ code, label, page }, choose) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", () => {
    choose(code, label);
    at("check").focus();
  });
  item.append(button);
  if (page) {
    const link = document.createElement("a");
    link.href = page;
    link.dataset.say = "page.print";
    item.append(link);
    fill(item);
  }
  return item;
}
