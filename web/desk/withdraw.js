// Withdrawing, suspending and resuming certificates: asked first, with the passphrase of the institution's key.

import { ask } from "./ask.js";
import { field } from "./form.js";
import { question } from "./question.js";
import { named, say } from "./words.js";

export const REASONS = ["error", "replaced", "withdrawn-by-holder", "fraud-confirmed"];

/**
 * Asks, and does it. Ends with what the server said, or `null` if it was called off.
 * @param {"revoke" | "suspend" | "resume"} what @param {string[]} serials
 */
export function withdraw(what, serials) {
  const reason = field({ name: "reason", label: say("desk.reason"), options: REASONS.map((code) => [code, named("withdrawal", code)]) });
  const secret = field({ name: "passphrase", label: say("desk.passphrase"), type: "password", autocomplete: "off", required: true });
  return question(
    {
      title: say(`desk.${what}`),
      text: say(`desk.${what}.text`),
      sure: say(`desk.${what}`),
      danger: what === "revoke",
      count: serials.length > 1 ? serials.length : undefined,
      fields: what === "revoke" ? [reason, secret] : [secret],
      at: { "passphrase-wrong": "passphrase" },
    },
    ({ reason, passphrase }) => ask("POST", `certificates/${what}`, { serials, ...(reason ? { reason } : {}), passphrase }),
  );
}
