// A receipt: what was asked of which lists, when, and what the answer was. It names no person, and nobody signs it: whoever doubts it asks again.

import { offer } from "./file.js";
import { language, say } from "./words.js";

/** The lines of a receipt. @param {any} verdict @returns {string[]} */
export function lines({ answers, authority, checkedAt, digest, evidence, headline, outcome, pilot }) {
  const versions = evidence
    ? say("page.receipt.versions")
        .replace("{institutions}", String(evidence.accreditationVersion))
        .replace("{withdrawals}", String(evidence.freshnessVersion))
    : "";
  const rows = [
    [say("page.receipt.result"), `${headline} (${outcome})`],
    ...answers.map(({ title, word }) => [title, word]),
    [say("page.receipt.checked"), checkedAt],
    [say("page.receipt.digest"), digest],
    [say("page.receipt.list"), authority ? `${authority.name} (${authority.country})` : say("page.receipt.none")],
    [say("page.receipt.version"), versions],
    [say("page.asof.label"), evidence?.asOf],
    [say("page.host.label"), location.host],
  ];
  return [
    say("page.receipt.heading"),
    ...(pilot ? [say("pilot")] : []),
    ...rows.filter(([, value]) => value).map(([label, value]) => `${label}: ${value}`),
    say("page.receipt.plain"),
  ];
}

/** @param {any} verdict */
export const receipt = (verdict) => offer(`skillpass-receipt-${language()}.txt`, "text/plain", `${lines(verdict).join("\r\n")}\r\n`);
