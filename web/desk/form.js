// Forms: fields with their labels, hints and errors, sent at most once at a time.

import { fresh, h } from "./dom.js";
import { trouble } from "./parts.js";
import { named, say } from "./words.js";

/**
 * A field with its label, its hint and its place for an error.
 * @param {{ name: string, label: string, hint?: string, type?: string, options?: [string, string][], value?: any, rows?: number } & Record<string, any>} what
 */
export function field({ name, label, hint, type = "text", options, value, rows, ...attributes }) {
  const [id, about, wrong] = [fresh(), fresh(), fresh()];
  const kind = { id, name, "aria-describedby": hint ? `${about} ${wrong}` : wrong, ...attributes };
  let input;
  if (options) input = h("select", kind, ...options.map(([code, text]) => h("option", { value: code, selected: code === value }, text)));
  else if (rows) input = h("textarea", { ...kind, rows }, value ?? "");
  else input = h("input", { ...kind, type, value: value ?? null });
  return h(
    "div",
    { class: "field", "data-field": name },
    h("label", { for: id }, label),
    hint ? h("p", { class: "small", id: about }, hint) : null,
    input,
    h("p", { class: "wrong", id: wrong }),
  );
}

/** What opens the institution's keys. */
export const passphrase = () =>
  field({
    name: "passphrase",
    label: say("desk.passphrase"),
    hint: say("desk.passphrase.hint"),
    type: "password",
    autocomplete: "off",
    required: true,
  });

/** A group of boxes to tick. @param {string} name @param {string} label @param {[string, string, string?][]} options @param {string[]} chosen */
export function boxes(name, label, options, chosen) {
  const box = ([code, text, hint]) => {
    const id = fresh();
    return h(
      "div",
      { class: "tick" },
      h("input", { type: "checkbox", id, name, value: code, checked: chosen.includes(code) }),
      h("label", { for: id }, text, hint ? h("small", {}, hint) : null),
    );
  };
  return h("fieldset", { class: "field", "data-field": name }, h("legend", {}, label), ...options.map(box), h("p", { class: "wrong" }));
}

/** Says at a field what is wrong with it, and gives the field. @param {Element} form @param {string} name @param {string} text */
export function mark(form, name, text) {
  const place = form.querySelector(`[data-field="${CSS.escape(name)}"]`);
  const input = place?.querySelector("input, select, textarea");
  if (!place || !(input instanceof HTMLElement)) return null;
  input.setAttribute("aria-invalid", "true");
  const wrong = place.querySelector(".wrong");
  if (wrong) wrong.textContent = text;
  return input;
}

/** Takes every mark away. @param {Element} form */
function unmark(form) {
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  for (const wrong of form.querySelectorAll(".wrong")) wrong.textContent = "";
  for (const alert of form.querySelectorAll(":scope > .alert, :scope > .done")) alert.remove();
}

/**
 * A form that is sent at most once at a time. What is refused is said at its field, if it has one, else above the button.
 * @param {any[]} content @param {string} label @param {(values: any, form: any) => Promise<any>} work
 * @param {{ danger?: boolean, at?: Record<string, string>, beside?: any[] }=} more `at`: the field that a problem's code is about
 */
export function form(content, label, work, { danger = false, at = {}, beside = [] } = {}) {
  const submit = h("button", { type: "submit", class: danger ? "danger" : "primary" }, h("span", {}, label));
  const element = h("form", { novalidate: true }, ...content, h("p", { class: "actions" }, submit, ...beside));
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (submit.disabled) return;
    unmark(element);
    const missing = [...element.querySelectorAll("[required]")].find((input) => !input.value.trim());
    if (missing) return mark(element, missing.name, say("desk.needed"))?.focus();
    submit.disabled = true;
    element.setAttribute("aria-busy", "true");
    try {
      await work(valuesOf(element), element);
    } catch (error) {
      refuse(element, error, at);
    } finally {
      submit.disabled = false;
      element.removeAttribute("aria-busy");
    }
  });
  return element;
}

/** @param {any} element @param {any} error @param {Record<string, string>} at */
function refuse(element, error, at) {
  /** @type {HTMLElement | null} */
  let first = null;
  for (const entry of error.errors ?? []) {
    const value =
      String(entry.pointer ?? "")
        .split("/")
        .pop() ?? "";
    const text = [entry.text ?? entry.title, entry.fix].filter(Boolean).join(" ") || named("desk.value", value);
    first ??= mark(element, entry.field ?? entry.column ?? (value === "member-name" ? "name" : value), text);
  }
  if (at[error.code]) first ??= mark(element, at[error.code], `${error.message} ${error.advice}`);
  if (first) return first.focus();
  element.insertBefore(trouble(error), element.lastElementChild);
}

/** @param {any} element @returns {any} */
function valuesOf(element) {
  /** @type {Record<string, any>} */
  const values = {};
  for (const input of element.querySelectorAll("input[name], select[name], textarea[name]")) {
    if (input.type === "checkbox") values[input.name] = [...(values[input.name] ?? []), ...(input.checked ? [input.value] : [])];
    else if (input.type === "radio") values[input.name] = input.checked ? input.value : (values[input.name] ?? "");
    else values[input.name] = input.type === "password" ? input.value : input.value.trim();
  }
  return values;
}
