// What the page says beside a verdict: how far it is, or what went wrong and what to do.

import { say } from "./words.js";

/** @param {string} id @returns {any} */
export const at = (id) => document.getElementById(id);

/** Takes back what was said. */
export function quiet() {
  at("status").textContent = "";
  at("error").hidden = true;
  at("send").hidden = true;
}

/** Says what is wrong and what to do. @param {string} title @param {string=} next */
export function complain(title, next) {
  at("status").textContent = "";
  at("error-title").textContent = title;
  at("error-next").textContent = next ?? "";
  const error = at("error");
  // Beside a verdict the questions are hidden, and what stands among them.
  if (at("ask").hidden) at("ask").before(error);
  else at("status").after(error);
  error.hidden = false;
  error.focus();
}

/** What is wrong and what to do, by their identifier. @param {string} id @param {Record<string, any>=} facts what they speak of @returns {[string, string]} */
export const sentences = (id, facts = {}) => {
  const filled = (/** @type {string} */ text) =>
    text.replace(/\{(\w+)\}/g, (_, name) => (name === "part" ? say(`part.${facts.part}`) : String(facts[name] ?? "")));
  return [filled(say(id)), say(`${id}.next`) === `${id}.next` ? "" : filled(say(`${id}.next`))];
};
