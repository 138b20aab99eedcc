// A certificate of whichever institution and the holder's new key: verified by the server and proposed; a second person releases it.

import { ask, onceKey } from "./ask.js";
import { h } from "./dom.js";
import { field, form } from "./form.js";
import { heading } from "./parts.js";
import { say } from "./words.js";

/** @param {any} place @param {any} desk */
export async function show(place, { go }) {
  const key = onceKey();
  const text = (name, label, hint, rows) => field({ name, label: say(label), hint: say(hint), rows, spellcheck: "false", autocomplete: "off" });
  const certificate = text("certificate", "desk.rebind.certificate", "desk.rebind.certificate.how", 5);
  const delegation = text("delegation", "desk.rebind.delegation", "desk.rebind.delegation.how", 3);
  const holder = field({ name: "holder", label: say("desk.rebind.holder"), hint: say("desk.rebind.holder.how"), autocomplete: "off", spellcheck: "false", required: true });
  const file = h("input", { type: "file", accept: ".json,.txt", "aria-label": say("desk.rebind.file") });
  file.addEventListener("change", async () => {
    const [chosen] = file.files ?? [];
    if (chosen) certificate.querySelector("textarea").value = await chosen.text();
  });
  const send = async (values) => {
    const delegations = values.delegation.trim() ? [values.delegation.trim()] : [];
    const wanted = { certificate: values.certificate.trim(), delegations, holder: values.holder.trim() };
    const batch = await ask("POST", "rebindings", wanted, { "idempotency-key": `${key}-${await digest(JSON.stringify(wanted))}` });
    go(`batch/${batch.id}`);
  };
  place.append(
    ...heading(say("desk.page.rebind"), say("desk.rebind.lead")),
    h(
      "div",
      { class: "card" },
      h("h2", {}, say("desk.rebind.propose")),
      h("p", { class: "small" }, say("desk.rebind.offline")),
      form([h("p", {}, file), certificate, holder, delegation], say("desk.rebind.propose"), send),
    ),
    h("p", { class: "small" }, say("desk.rebind.unseen")),
  );
}

/** Another key for another proposal. @param {string} text */
async function digest(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(bytes.slice(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
