// Paper again, from a scan: any listed institution prints a certificate of whichever school, after the server has verified it (design §7).

import { ask, askFile } from "./ask.js";
import { bring } from "./bring.js";
import { h } from "./dom.js";
import { field, form } from "./form.js";
import { done, heading } from "./parts.js";
import { say } from "./words.js";

/** The paper's languages, each by its own name. @type {[string, string][]} */
const LANGUAGES = [
  ["es", "Español"],
  ["pt", "Português"],
  ["en", "English"],
  ["fr", "Français"],
  ["ht", "Kreyòl"],
];

/** @param {any} place @param {any} desk */
export async function show(place, desk) {
  const { size } = await ask("GET", "stationery");
  const below = h("div", {});
  const brought = (/** @type {import("./bring.js").Brought | null} */ one) => below.replaceChildren(...(one ? [offered(place, one, size)] : []));
  place.append(...heading(say("desk.page.reprint"), say("desk.reprint.lead")), bring(place, desk, say("desk.bring.how"), brought), below);
}

/** What can be done with it. @param {any} place @param {import("./bring.js").Brought} one @param {string} size */
function offered(place, { verdict, text }, size) {
  const { credential, issuer, outcome } = verdict;
  const told = (/** @type {string} */ id, /** @type {string=} */ next) => h("p", { class: "alert plain not-printed" }, h("strong", {}, say(id)), next ? ` ${say(next)}` : null);
  if (outcome === "reject") return told("desk.reprint.rejected", "desk.reprint.rejected.next");
  if (!credential || credential.mark === "claims") return told("desk.reprint.unknown");
  const undecided = outcome !== "accept";
  const paper = h("div", { "aria-live": "polite" });
  const send = async (/** @type {any} */ values) => {
    paper.replaceChildren();
    const language = values.language ? { language: values.language } : {};
    const { name, bytes } = await askFile("reprints", { certificate: text, size: values.size, undecided, ...language });
    const address = URL.createObjectURL(new Blob([bytes], { type: "application/pdf" }));
    place.addEventListener("left", () => URL.revokeObjectURL(address));
    const link = h("a", { class: "primary", href: address, download: name }, h("span", {}, say("desk.reprint.fetch")));
    const ready = done(say("desk.reprint.done", { issuer: issuer?.name ?? credential.claimedIssuerName ?? "" }), h("p", { class: "actions" }, link));
    paper.replaceChildren(ready);
    ready.focus();
  };
  const fields = [
    field({
      name: "size",
      label: say("desk.paper.size"),
      value: size,
      options: [
        ["a4", say("desk.paper.a4")],
        ["letter", say("desk.paper.letter")],
      ],
    }),
    field({ name: "language", label: say("desk.reprint.language"), value: "", options: [["", say("desk.reprint.own-language")], ...LANGUAGES] }),
  ];
  return h(
    "div",
    { class: "card printing" },
    h("h2", {}, say("desk.page.reprint")),
    undecided ? h("p", { class: "alert plain" }, say("desk.reprint.undecided")) : null,
    form(fields, say(undecided ? "desk.reprint.undecided.sure" : "desk.reprint.print"), send),
    paper,
  );
}
