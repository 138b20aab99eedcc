// A delegation among what is held: what binds a certificate to the key of this device. It is no certificate, and is judged and named as what it is.

import { language, say } from "../words.js";
import { now } from "../kernel.js";

const OUTCOMES = new Map([["yes", "accept"], ["no", "reject"]]);

/** @param {string} text */
const bytesOf = (text) => new TextEncoder().encode(text);

/** The types of one, in their order (src/credential/delegation.rs). */
const TYPES = "VerifiableCredential HolderKeyDelegation";

/** Whether a text is of the type of one; what else a certificate says makes it none. @param {string} text */
export function isDelegation(text) {
  try {
    const { type } = JSON.parse(text);
    return Array.isArray(type) && type.join(" ") === TYPES;
  } catch {
    return false;
  }
}

/** Which certificate it speaks of: where that is here. @param {string} text @param {any[]} verdicts */
function placeOf(text, verdicts) {
  const digest = JSON.parse(text).relatedResource?.[0]?.digestMultibase;
  return verdicts.findIndex((verdict) => verdict && verdict.digest === digest);
}

/**
 * What is said of one, in the form of a verdict without answers; none when it is not of the form that the kernel reads.
 * @param {any} one the kernel @param {string[]} certificates @param {any[]} verdicts of those that are certificates @param {number} of its own place
 */
export function delegated(one, certificates, verdicts, of) {
  const about = placeOf(certificates[of], verdicts);
  const beside = about < 0 ? [] : [bytesOf(certificates[about])];
  const said = one.call("delegation", { language: language(), now: now() }, bytesOf(certificates[of]), ...beside);
  if (!said) return null;
  const { credential, foreign } = verdicts[about] ?? {};
  const name = credential?.achievementTranslated ?? credential?.achievement ?? foreign?.title;
  return {
    outcome: OUTCOMES.get(said.answer) ?? "undecided",
    title: name ? say("wallet.delegation.of").replace("{name}", () => name) : say("wallet.delegation"),
    headline: said.text,
    next: said.next ?? say(said.answer === "yes" ? "wallet.delegation.next" : "wallet.delegation.none.next"),
    to: said.to,
    answers: [],
    findings: [],
    proofs: [],
  };
}
