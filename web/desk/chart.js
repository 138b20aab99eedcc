// A bar chart, drawn by us. Lengths are shares of the width, so that it fits any screen and its letters keep their size.

import { draw, h } from "./dom.js";

/** 40 bars are drawn; the table has the rest. */
const BARS = 40;

/** A count that is kept back has a bar of one length, which tells nothing: 3 % of the width. */
const KEPT = 3;

/** @param {string} label @param {{ label: string, count: number | null, words: string }[]} rows */
export function chart(label, rows) {
  const shown = rows.slice(0, BARS);
  const most = Math.max(1, ...shown.map(({ count }) => count ?? 0));
  const bar = ({ label: name, count, words }) => {
    const width = count === null ? KEPT : (count / most) * 100;
    const drawing = draw(
      "svg",
      { width: "100%", height: 14, "aria-hidden": "true" },
      draw("rect", { width: `${width}%`, height: 14, rx: 3, class: count === null ? "kept" : "bar" }),
    );
    return h("li", {}, h("span", {}, name), h("strong", {}, words), drawing);
  };
  return h("figure", { class: "chart card", "aria-label": label }, h("ul", {}, ...shown.map(bar)));
}
