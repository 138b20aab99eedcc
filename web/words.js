// The texts of the chosen language. The server has already put them into the page; here they change with the switch.

/** @type {Record<string, string>} */
let texts = {};

/** The language that the page is in. */
export const language = () => document.documentElement.lang;

/** A text by its identifier; the identifier itself when there is none. @param {string} id */
export const say = (id) => texts[id] ?? id;

/** Every identifier that begins so. @param {string} prefix */
export const beginning = (prefix) => Object.keys(texts).filter((id) => id.startsWith(prefix));

/** Loads a language and puts its texts into the page. @param {string} tag @param {string=} folder where this page's texts are @returns {Promise<boolean>} whether it is here */
export async function speak(tag, folder = "/i18n") {
  const came = await fetch(`${folder}/${tag}.json`).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
  if (!came) return false;
  texts = came;
  document.documentElement.lang = tag;
  fill(document);
  // A page that names another title says nothing of what it is.
  const named = document.documentElement.dataset.title;
  document.title = named ? say(named) : `${say("page.title")} · Skillpass`;
  for (const link of document.querySelectorAll("a[data-language]")) {
    if (link.getAttribute("data-language") === tag) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  for (const link of document.querySelectorAll("a[data-rights]")) link.setAttribute("href", `/rights/${tag}`);
  return true;
}

/** Puts texts where an element names one. @param {ParentNode} root */
export function fill(root) {
  for (const element of root.querySelectorAll("[data-say]")) {
    if (element instanceof HTMLElement) element.textContent = say(element.dataset.say ?? "");
  }
  for (const element of root.querySelectorAll("[data-say-label]")) {
    if (element instanceof HTMLElement) element.setAttribute("aria-label", say(element.dataset.sayLabel ?? ""));
  }
  for (const template of root.querySelectorAll("template")) fill(template.content);
}

/** A time as dates of lists are written, in this device's own zone. @param {number} seconds since 1970 */
export function clock(seconds) {
  const at = new Date(seconds * 1000);
  at.setMinutes(at.getMinutes() - at.getTimezoneOffset());
  return at.toISOString().slice(0, 16).replace("T", " ");
}

/** The visitor's choice, kept in this browser alone. @param {"country" | "language"} what */
export const remembered = (what = "language") => {
  try {
    return localStorage.getItem(what);
  } catch {
    return null; // Storage is switched off.
  }
};

/** @param {string} choice none: what was kept goes @param {"country" | "language"} what */
export const remember = (choice, what = "language") => {
  try {
    if (choice) localStorage.setItem(what, choice);
    else localStorage.removeItem(what);
  } catch {
    // Then the choice is good for this page alone.
  }
};
