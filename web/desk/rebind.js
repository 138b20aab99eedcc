// A certificate of whichever institution and the holder's new key: looked at here, verified by the server and proposed; a second person releases it.

import { ask, onceKey } from "./ask.js";
import { bring } from "./bring.js";
import { h, icon } from "./dom.js";
import { field, form } from "./form.js";
import { heading } from "./parts.js";
import { say } from "./words.js";

/** @param {any} place @param {any} desk */
export async function show(place, desk) {
  const key = onceKey();
  const below = h("div", {});
  const brought = (/** @type {import("./bring.js").Brought | null} */ one) => {
    if (!one) below.replaceChildren();
    else if (one.verdict.outcome === "accept") below.replaceChildren(proposal(one, key, desk.go));
    else below.replaceChildren(h("p", { class: "alert plain not-bound" }, say("desk.rebind.not-good")));
  };
  place.append(
    ...heading(say("desk.page.rebind"), say("desk.rebind.lead")),
    bring(place, desk, `${say("desk.bring.how")} ${say("desk.rebind.offline")}`, brought),
    below,
    h("p", { class: "small" }, say("desk.rebind.unseen")),
  );
}

/** Whom it is to belong to. @param {import("./bring.js").Brought} one @param {string} key @param {(path: string) => void} go */
function proposal({ text }, key, go) {
  const holder = field({ name: "holder", label: say("desk.rebind.holder"), hint: say("desk.rebind.holder.how"), autocomplete: "off", spellcheck: "false", required: true });
  const delegation = field({ name: "delegation", label: say("desk.rebind.delegation"), hint: say("desk.rebind.delegation.how"), rows: 3, autocomplete: "off", spellcheck: "false" });
  const file = h("input", { type: "file", accept: ".json,application/json" });
  file.addEventListener("change", async () => {
    const [chosen] = file.files ?? [];
    if (chosen) delegation.querySelector("textarea").value = await chosen.text();
  });
  const send = async (/** @type {any} */ values) => {
    const delegations = values.delegation ? [values.delegation] : [];
    const wanted = { certificate: text, delegations, holder: values.holder };
    const batch = await ask("POST", "rebindings", wanted, { "idempotency-key": `${key}-${await digest(JSON.stringify(wanted))}` });
    go(`batch/${batch.id}`);
  };
  return h("div", { class: "card" }, h("h2", {}, say("desk.rebind.propose")), form([holder, delegation, h("label", { class: "way drop" }, icon("file"), h("span", {}, say("desk.rebind.delegation.file")), file)], say("desk.rebind.propose"), send));
}

/** Another key for another proposal. @param {string} text */
async function digest(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(bytes.slice(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
