// What this institution awards, and an empty sheet for each.

import { ask } from "./ask.js";
import { h } from "./dom.js";
import { empty, heading, link } from "./parts.js";
import { language, named, number, say } from "./words.js";

/** What stands for an achievement where a certificate is bound to a new key (`trust::accreditation::REBIND`). */
const REBIND = "urn:skillpass:scope:rebind";

/** The forms of an empty sheet that the server makes. */
const SHEETS = [["xlsx", "Excel"], ["csv", "CSV"]];

/**
 * The achievements as options of a field, and the title of one by its identifier.
 * @returns {Promise<{ titles: [string, string][], title: (id: string) => string }>}
 */
export async function achievements() {
  const all = await ask("GET", "achievements");
  return { titles: all.map(({ code, title }) => [code, title]), title: (id) => (id === REBIND ? say("desk.rebind.batch") : null) ?? all.find((one) => one.id === id || one.code === id)?.title ?? id };
}

/** @param {any} place @param {any} desk */
export async function show(place, { may }) {
  const all = await ask("GET", "achievements");
  place.append(...heading(say("desk.page.catalogue"), say("desk.catalogue.lead")));
  if (!all.length) return place.append(empty(say("desk.catalogue.none")));
  place.append(h("ul", { class: "cards" }, ...all.map((one) => card(one, may("clerk")))));
}

/** @param {any} achievement @param {boolean} clerk */
function card({ code, kind, title, hours }, clerk) {
  const sheet = (form) => `/api/desk/achievements/${encodeURIComponent(code)}/sheet?form=${form}&lang=${language()}`;
  return h(
    "li",
    { class: "card" },
    h("p", { class: "kind" }, named("kind", kind)),
    h("h2", {}, title),
    h("p", { class: "small" }, code, hours ? ` · ${say("desk.hours", { hours: number(hours) })}` : ""),
    clerk
      ? h(
          "p",
          { class: "actions" },
          ...SHEETS.map(([form, name]) => link(say("desk.sheet", { form: name }), sheet(form), "quiet", true)),
          link(say("desk.page.import"), `#/import/${encodeURIComponent(code)}`),
        )
      : null,
  );
}
