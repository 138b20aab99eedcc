// The desk's texts in the chosen language, and how it writes numbers, days and hours.

import { remember, remembered } from "../words.js";

/** @type {Record<string, string>} */
let texts = {};

const KNOWN = ["es", "pt", "en", "fr", "ht"];

/** The language that the page is in. */
export const language = () => document.documentElement.lang;

/** Whether there is a text. @param {string} id */
export const has = (id) => id in texts;

/** A text, with its facts in place; the identifier itself when there is none. @param {string} id @param {Record<string, any>=} facts */
export function say(id, facts = {}) {
  const text = texts[id] ?? id;
  return text.replace(/\{([a-zA-Z]+)\}/g, (braces, name) => (name in facts ? String(facts[name]) : braces));
}

/** A text for a code; the code itself when a newer server knows more than this page. @param {string} group @param {string} code */
export const named = (group, code) => texts[`${group}.${code}`] ?? code;

/** The language to begin with: asked for, chosen before, the browser's, Spanish. */
export function first() {
  const asked = new URLSearchParams(location.search).get("lang");
  const browser = navigator.languages.map((tag) => tag.slice(0, 2));
  return [asked, remembered(), ...browser].find((tag) => tag && KNOWN.includes(tag)) ?? "es";
}

/** Loads a language. @param {string} tag @param {boolean=} chosen the visitor asked for it @param {string=} folder where the page's texts are */
export async function speak(tag, chosen = false, folder = "/desk/i18n") {
  const answer = await fetch(`${folder}/${tag}.json`);
  if (!answer.ok) return;
  texts = await answer.json();
  document.documentElement.lang = tag;
  if (chosen) remember(tag);
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.getAttribute("data-say") ?? "");
  for (const element of document.querySelectorAll("[data-say-label]")) {
    element.setAttribute("aria-label", say(element.getAttribute("data-say-label") ?? ""));
  }
  for (const link of document.querySelectorAll("[data-language]")) {
    if (link.getAttribute("data-language") === tag) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

/** French rules serve for Kreyòl, which browsers do not know. */
const locale = () => (language() === "ht" ? "fr" : language());

/** @param {number} count */
export const number = (count) => new Intl.NumberFormat(locale()).format(count);

/** `2026-03-14` as the language and our certificates write it. @param {string | null | undefined} date */
export function day(date) {
  const [, year, month, of] = /^(\d{4})-(\d\d)-(\d\d)/.exec(date ?? "") ?? [];
  if (!year) return date ?? "";
  return say("date", { day: of === "01" ? say("day.first") : Number(of), month: say(`month.${Number(month)}`), year });
}

/** `2026-03` as the language writes it. @param {string} month */
export function monthOf(month) {
  const [, year, of] = /^(\d{4})-(\d\d)$/.exec(month) ?? [];
  return year ? `${say(`month.${Number(of)}`)} ${year}` : month;
}

/** A moment in this computer's own time zone. @param {string | null | undefined} moment */
export function hour(moment) {
  const date = new Date(moment ?? "");
  if (Number.isNaN(date.getTime())) return moment ?? "";
  return new Intl.DateTimeFormat(locale(), { year: "numeric", month: "short", day: "numeric", hour: "numeric", minute: "2-digit" }).format(date);
}
