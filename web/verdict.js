// A verdict on the screen. Everything from a certificate becomes a text node: there is no HTML from text anywhere.

import { aloud } from "./aloud.js";
import { offer } from "./file.js";
import { fill, language, say } from "./words.js";

/** Icons by outcome and by answer; what is none of them is not known, and shown so. */
const ICONS = new Map([
  ["accept", "yes"],
  ["reject", "no"],
  ["undecided", "cannot-tell"],
  ["yes", "yes"],
  ["no", "no"],
]);

/** A fresh copy of a template. @param {string} id @returns {HTMLElement} */
function copy(id) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById(id));
  fill(template.content);
  return /** @type {HTMLElement} */ (/** @type {Element} */ (template.content.firstElementChild).cloneNode(true));
}

/** Puts each text where the template names it; what has none goes. @param {HTMLElement} element @param {Record<string, any>} values */
function put(element, values) {
  for (const place of element.querySelectorAll("[data-fill]")) {
    const value = values[/** @type {HTMLElement} */ (place).dataset.fill ?? ""];
    if (typeof value === "string" && value !== "") place.textContent = value;
    else place.remove();
  }
}

/** @param {HTMLElement} element @param {string} code */
const icon = (element, code) => element.querySelector("[data-icon]")?.setAttribute("href", `#i-${ICONS.get(code) ?? "cannot-tell"}`);

/** Shows what is hidden in the template, or takes it away. @param {HTMLElement} element @param {string} selector @param {boolean} show */
function keep(element, selector, show) {
  for (const part of element.querySelectorAll(selector)) show ? part.removeAttribute("hidden") : part.remove();
}

/** A row of a description list. @param {any} list @param {string} label @param {string | undefined} value @param {string=} note */
function row(list, label, value, note) {
  if (!value) return;
  const [term, text] = [document.createElement("dt"), document.createElement("dd")];
  term.textContent = label;
  const isolated = document.createElement("bdi");
  isolated.textContent = value;
  text.append(isolated);
  if (note) text.append(` · ${note}`);
  list.append(term, text);
}

/** In a row of many, where no answers follow: what the certificate is not good for, instead of "see below". @param {any} verdict */
export const why = ({ answers, headline, outcome }) => (outcome === "reject" && answers.find(({ answer }) => answer === "no")?.text) || headline;

/** One verdict as an article. @param {any} verdict @param {() => Promise<Uint8Array | null>=} fileOf gives the certificate's file @param {(button: HTMLElement) => void=} receipt makes a receipt */
export function show(verdict, fileOf, receipt) {
  const element = copy("verdict");
  const guest = verdict.foreign && { ...verdict.foreign, kindWord: say("foreign.label"), achievement: verdict.foreign.title };
  const credential = verdict.credential ?? guest;
  const claims = credential?.mark === "claims";
  element.dataset.outcome = ICONS.has(verdict.outcome) ? verdict.outcome : "undecided";
  icon(element, verdict.outcome);
  put(element, { ...credential, host: location.host, printed: printed(verdict), headline: verdict.headline, next: verdict.next, link: verdict.link?.text, regulated: verdict.regulated, testCode: verdict.testCode });
  keep(element, ".regulated", Boolean(verdict.regulated));
  keep(element, ".link", Boolean(verdict.link));
  keep(element, ".pilot, .pilot-text", verdict.pilot === true);
  keep(element, ".claims", claims);
  keep(element, ".translated", Boolean(credential?.achievementTranslated));
  if (claims) element.querySelector(".sheet")?.classList.add("claimed");
  // Without a signature that holds there is no content, and no empty frame for it.
  // Somebody else's kind means what its issuer says; whose it is stands among its facts.
  if (!verdict.credential) for (const part of element.querySelectorAll(".person, .meaning")) part.remove();
  if (!credential) for (const part of element.querySelectorAll(".kind, .achievement")) part.remove();

  const answers = element.querySelector(".answers ol");
  for (const answer of verdict.answers) {
    const item = copy("answer");
    item.dataset.answer = ICONS.has(answer.answer) ? answer.answer : "cannot-tell";
    icon(item, answer.answer);
    put(item, answer);
    answers?.append(item);
  }
  answers?.after(...(verdict.worth ?? []).map(said));
  who(element.querySelector(".who"), verdict);
  facts(element.querySelector(".facts"), verdict);
  more(element.querySelector(".more"), verdict);
  lists(element, verdict);
  element.querySelector(".print")?.addEventListener("click", () => print());
  element.querySelector(".save")?.addEventListener("click", () => save(verdict));
  keep(element, ".receipt", Boolean(receipt));
  element.querySelector(".receipt")?.addEventListener("click", ({ currentTarget }) => receipt?.(/** @type {any} */ (currentTarget)));
  aloud(/** @type {any} */ (element.querySelector(".aloud")), verdict);
  if (fileOf) {
    element.querySelector(".file")?.removeAttribute("hidden");
    element.querySelector(".file")?.addEventListener("click", async () => {
      const bytes = await fileOf();
      if (bytes) offer(`skillpass-certificate.${bytes[0] === 0x89 ? "png" : bytes[0] === 0x3c ? "svg" : "json"}`, "application/octet-stream", /** @type {any} */ (bytes));
    });
  }
  return element;
}

/** Who says so. A name in large type is a name from the signed list, never from the certificate itself. @param {any} list @param {any} verdict */
function who(list, { issuer, authority, authorityRecognisedBy: by, successor }) {
  if (issuer) row(list, say("page.issuer.label"), issuer.name, issuer.countryName);
  if (successor) list.lastElementChild?.append(document.createElement("br"), successor);
  if (authority) row(list, say("page.authority.label"), authority.name, authority.countryName);
  if (by) row(list, say("page.recognised-by.label"), by.name, by.countryName);
  if (!list.children.length) list.remove();
}

/** What a country's rule or decision says in full. @param {any} statement */
function said(statement) {
  const element = copy("statement");
  put(element, { title: say("page.worth.label").replace("{country}", statement.countryName), by: statement.by });
  for (const detail of statement.details) row(element.querySelector("dl"), detail.label, detail.value);
  return element;
}

/** What a person wants to know next. @param {any} list @param {any} verdict */
function facts(list, { credential, foreign, evidence }) {
  for (const detail of foreign?.details ?? []) row(list, detail.label, detail.value);
  if (credential) {
    row(list, say("page.awarded.label"), credential.awardedText);
    row(list, say("page.validity.label"), credential.validUntilText);
    for (const detail of credential.details) row(list, detail.label, detail.value);
  }
  if (evidence) row(list, say("page.asof.label"), evidence.asOfText, evidence.age);
  if (!list.children.length) list.remove();
}

/** When it was asked, and of which lists: a sheet of paper says it by itself. @param {any} verdict */
function printed({ checkedAt, evidence }) {
  if (!checkedAt) return "";
  const time = `${say("page.receipt.checked")}: ${checkedAt.slice(0, 16).replace("T", " ")} UTC`;
  if (!evidence) return time;
  return `${time} · ${say("page.receipt.versions").replace("{institutions}", evidence.accreditationVersion).replace("{withdrawals}", evidence.freshnessVersion)}`;
}

/** For the curious. @param {any} list @param {any} verdict */
function more(list, verdict) {
  const { credential } = verdict;
  for (const text of [credential?.description, credential?.criteria]) {
    if (!text) continue;
    const line = document.createElement("p");
    line.textContent = text;
    list.before(line);
  }
  row(list, say("page.issuer.label"), credential?.claimedIssuerName, say("mark.claims"));
  row(list, say("page.issuer.id"), verdict.claimedIssuer);
  row(list, say("page.credential.id"), credential?.id);
  row(list, say("page.achievement.id"), credential?.achievementId);
  row(list, say("page.digest"), verdict.digest);
  row(list, say("page.receipt.checked"), verdict.checkedAt);
}

/** @param {HTMLElement} element @param {any} verdict */
function lists(element, verdict) {
  for (const proof of verdict.proofs) {
    const item = document.createElement("li");
    item.textContent = `${proof.cryptosuite} · ${say(`proof.${proof.state}`)} · ${proof.verificationMethod}`;
    element.querySelector(".proofs")?.append(item);
  }
  for (const finding of verdict.findings) {
    const item = document.createElement("li");
    item.textContent = `${say(`check.${finding.check}`)}: ${finding.text}`;
    element.querySelector(".findings")?.append(item);
  }
}

/** The verdict as a file. Its name says nothing about the person. @param {any} verdict */
const save = (verdict) => offer(`skillpass-${language()}.json`, "application/json", JSON.stringify(verdict, null, 2));
