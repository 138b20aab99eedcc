// What every page of the desk is made of: headings, fields, tables, troubles, questions.

import { Refused } from "./ask.js";
import { h, icon } from "./dom.js";
import { named, number, say } from "./words.js";

/** A page's own heading, which takes the focus when the page is opened. @param {string} title @param {string=} lead */
export const heading = (title, lead) => [h("h1", { tabindex: "-1" }, title), ...(lead ? [h("p", { class: "lead" }, lead)] : [])];

/** @param {string} label @param {Record<string, any>=} attributes @param {any=} sign */
export const button = (label, attributes = {}, sign = null) =>
  h("button", { type: "button", class: "quiet", ...attributes }, sign, h("span", {}, label));

/** @param {string} label @param {string} href @param {string=} kind @param {boolean=} download */
export const link = (label, href, kind = "quiet", download = false) => h("a", { class: kind, href, download }, h("span", {}, label));

/** Nothing is here yet, and what to do first. @param {string} text @param {...any} actions */
export const empty = (text, ...actions) =>
  h("div", { class: "empty card" }, icon("empty"), h("p", {}, text), h("p", { class: "actions" }, ...actions));

/** Where something stands, in a word. @param {string} group @param {string} code */
export const badge = (group, code) => h("span", { class: "badge", "data-state": code }, named(group, code));

/** What went wrong, and what to do. It takes the focus. @param {any} error */
export function trouble(error) {
  const refused = error instanceof Refused ? error : new Refused(0, null);
  // What is no refusal is a mistake of this page; the console is where its maker looks.
  if (refused !== error) console.error(error);
  const box = h("div", { class: "alert", role: "alert", tabindex: "-1" }, h("strong", {}, refused.message), " ", refused.advice);
  queueMicrotask(() => box.focus());
  return box;
}

/** Rows that could not be signed as they stand. @param {any[]} errors */
export const faults = (errors) =>
  h(
    "ul",
    { class: "notes" },
    ...errors.slice(0, 100).map((one) => h("li", {}, h("a", { href: `#/award/${one.award}` }, say("desk.open")), " ", one.text, " ", one.fix ?? "")),
  );

/** Something that went well, said aloud. @param {string} text @param {...any} more */
export const done = (text, ...more) =>
  h("div", { class: "done", role: "status", tabindex: "-1" }, icon("yes"), h("div", {}, h("p", {}, text), ...more));

/** A command as it is typed. @param {string} text */
export const command = (text) => h("p", { class: "mono command" }, text);

/**
 * A table; on a narrow screen each row is a card. The roles are written out because the change of layout takes them away.
 * @param {string} caption @param {{ label: string, cell: (row: any) => any, kind?: string }[]} columns @param {any[]} rows
 */
export function table(caption, columns, rows) {
  const body = h("tbody", { role: "rowgroup" });
  const element = h(
    "table",
    { role: "table" },
    h("caption", {}, caption),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ...columns.map(({ label }) => h("th", { role: "columnheader", scope: "col" }, label)))),
    body,
  );
  element.add = (more) => {
    const cells = (row) => columns.map(({ label, cell, kind }) => h("td", { role: "cell", class: kind, "data-label": label }, cell(row)));
    body.append(...more.map((row) => h("tr", { role: "row" }, ...cells(row))));
  };
  element.add(rows);
  return element;
}

/**
 * A list that is longer than one answer: what is here, and a button for what follows.
 * @param {(after: string | null) => Promise<{ rows: any[], next: string | null }>} load
 * @param {(rows: any[]) => any} show makes the table @param {() => any} none what stands there when there is nothing
 */
export function pages(load, show, none) {
  const place = h("div", { class: "pages", "aria-live": "polite" }, h("p", { class: "small" }, say("desk.loading")));
  const again = async (after, element) => {
    try {
      const { rows, next } = await load(after);
      place.querySelector(".more")?.remove();
      if (element) element.add(rows);
      else place.replaceChildren(rows.length ? (element = show(rows)) : none());
      if (next) place.append(h("p", { class: "actions more" }, button(say("desk.more"), { on: { click: () => again(next, element) } })));
    } catch (error) {
      place.append(trouble(error));
    }
  };
  again(null, null);
  return place;
}

/** Terms and what they say. @param {[string, any][]} rows */
export const facts = (rows) =>
  h(
    "dl",
    { class: "facts" },
    ...rows
      .filter(([, value]) => value !== null && value !== undefined && value !== "")
      .map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value))),
  );

/** A bar that fills, and its words. @param {string} label */
export function progress(label) {
  const [bar, text] = [h("progress", { max: "1", value: "0", "aria-label": label }), h("p", { role: "status" }, label)];
  const element = h("div", { class: "progress" }, text, bar);
  element.set = (share, words) => {
    bar.value = share;
    // Said only when it changes: a reader of the screen is not talked over.
    if (words && text.textContent !== words) text.textContent = words;
  };
  return element;
}

/** @param {number} signed @param {number} count */
export const ofAll = (signed, count) => `${number(signed)} / ${number(count)}`;
