// Elements from data. Everything said is a text node: there is no HTML from text anywhere.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. Attributes that are `true` stand bare, those that are `false`, `null` or `undefined` are left out; `on` holds listeners.
 * @param {string} name @param {Record<string, any>=} attributes @param {...any} children
 * @returns {any}
 */
export function h(name, attributes = {}, ...children) {
  return furnish(document.createElement(name), attributes, children);
}

/** An element of a drawing. @param {string} name @param {Record<string, any>=} attributes @param {...any} children @returns {any} */
export function draw(name, attributes = {}, ...children) {
  return furnish(document.createElementNS(SVG, name), attributes, children);
}

/** One of the shell's icons. @param {string} name */
export const icon = (name) => draw("svg", { class: "icon", "aria-hidden": "true" }, draw("use", { href: `#i-${name}` }));

/** @param {Element} element @param {Record<string, any>} attributes @param {any[]} children */
function furnish(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [kind, listener] of Object.entries(value)) element.addEventListener(kind, listener);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

let made = 0;

/** An identifier that no other element of the page has. */
export const fresh = () => `e${(made += 1)}`;
