// What certificates come to together: packages of several modules, from whatever institutions and countries; and skills, by their names.

/** @typedef {{ id: string, names: Record<string, string>, requires: string[] }} Achievement */
/** @typedef {{ id: string, names: Record<string, string>, done: string[], missing: string[], places: number[], institutions: number, countries: number }} Pathway */

/** Whether a certificate counts: another word than "accepted" does not, and a delegation is none. @param {any} verdict */
export const counts = (verdict) => verdict.outcome === "accept" && !verdict.to;

/** The packages that a certificate here belongs to. A module counts once however often it is held, and only while it is good. @param {Achievement[]} catalogue @param {any[]} verdicts @returns {Pathway[]} */
export function pathwaysOf(catalogue, verdicts) {
  const packages = catalogue.filter(({ requires }) => requires.length > 1);
  const found = packages.map(({ id, names, requires }) => {
    const places = verdicts.map((_, of) => of).filter((of) => [id, ...requires].includes(verdicts[of].credential?.achievementId));
    // Having been there, or being vouched for, completes no module.
    const good = places.map((of) => verdicts[of]).filter((verdict) => counts(verdict) && !["attendance", "endorsement"].includes(verdict.credential.kind));
    const has = new Set(good.map(({ credential }) => credential.achievementId));
    // Whoever has the package's own certificate has done all of it.
    const done = requires.filter((module) => has.has(module) || has.has(id));
    const missing = requires.filter((module) => !done.includes(module));
    const institutions = new Set(good.map(({ claimedIssuer }) => claimedIssuer)).size;
    const countries = new Set(good.map(({ issuer }) => issuer?.country)).size;
    return { id, names, done, missing, places, institutions, countries };
  });
  return found.filter(({ places }) => places.length);
}

/** @typedef {{ title: string | null, signed: string | null, tag: string, codes: { framework: string, code: string, name: string }[], units: string[] }} Skill */

/**
 * What good certificates say that somebody can. A title is in the reader's language when it was signed in it or the list of the authority has
 * it; else it is `null`, and the codes stand for it with their English labels.
 * @param {string[]} certificates @param {any[]} verdicts @param {string} tag @returns {Skill[]}
 */
export function skillsOf(certificates, verdicts, tag) {
  const seen = new Set();
  const skills = [];
  for (const [of, verdict] of verdicts.entries()) {
    const { credential } = verdict;
    // A decision or an endorsement speaks about another certificate.
    if (!counts(verdict) || !credential || ["endorsement", "recognition"].includes(credential.kind) || seen.has(credential.achievementId)) continue;
    seen.add(credential.achievementId);
    const own = credential.achievementLanguage === tag ? credential.achievement : null;
    const subject = JSON.parse(certificates[of]).credentialSubject;
    const rows = subject.achievement.alignment ?? [];
    const codes = rows.map((/** @type {any} */ row) => ({ framework: row.targetFramework ?? "", code: row.targetCode ?? "", name: row.targetName }));
    const units = (subject.result ?? []).filter((/** @type {any} */ row) => row.resultDescription.endsWith(":unit")).map((/** @type {any} */ row) => row.value);
    const title = credential.achievementTranslated ?? own;
    skills.push({ title, signed: title ? null : credential.achievement, tag: credential.achievementLanguage, codes, units });
  }
  return skills;
}
