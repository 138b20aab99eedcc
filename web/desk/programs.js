// Programs that issue: their tokens, and the standing releases without which a token issues nothing.

import { ask } from "./ask.js";
import { achievements } from "./catalogue.js";
import { h } from "./dom.js";
import { field, form, mark, passphrase } from "./form.js";
import { shownOnce } from "./once.js";
import { badge, button, empty, heading, link, ofAll, table } from "./parts.js";
import { question } from "./question.js";
import { hour, named, number, say } from "./words.js";

/** 366 days: a token that nobody renews ends. */
const DAYS_MOST = 366;
/** 100,000 certificates in one standing release. */
const COUNT_MOST = 100_000;

/** @param {any} place @param {any} desk */
export async function show(place, desk) {
  const [tokens, releases, { titles, title }] = await Promise.all([ask("GET", "tokens"), ask("GET", "standing"), achievements()]);
  const note = h("div", { "aria-live": "polite" });
  const again = () => desk.go("programs");
  const none = () => empty(desk.may("administrator") ? say("desk.tokens.none") : say("desk.tokens.none.other"));
  const list = h("div", {}, tokens.length ? tokenTable(tokens, desk, again) : none());
  // The new one is shown once, so the page is not drawn anew; its row is.
  const made = async () => list.replaceChildren(tokenTable(await ask("GET", "tokens"), desk, again));
  place.append(
    ...heading(say("desk.page.programs"), say("desk.programs.lead")),
    note,
    h("h2", {}, say("desk.tokens")),
    list,
    ...(desk.may("administrator") ? [make(note, made)] : []),
    h("h2", {}, say("desk.standing")),
    releases.length ? releaseTable(releases, tokens, title, desk, again) : empty(say("desk.standing.none")),
    ...(desk.may("clerk", "signatory") ? [propose(tokens, titles, again)] : []),
    h("p", { class: "small" }, say("desk.programs.how"), " ", link(say("desk.programs.api"), "/api/openapi.json", "plain", true)),
  );
}

/** @param {any} token */
const stateOf = ({ expires, revoked }) => (revoked ? "ended" : Date.parse(expires) < Date.now() ? "over" : "good");

/** @param {any[]} tokens @param {any} desk @param {() => void} again */
function tokenTable(tokens, { may }, again) {
  const end = ({ name, prefix }) =>
    question({ title: say("desk.token.end", { name }), text: say("desk.token.end.text"), sure: say("desk.token.end.sure") }, () =>
      ask("DELETE", `tokens/${encodeURIComponent(prefix)}`),
    ).then((ended) => ended && again());
  const act = (token) =>
    stateOf(token) === "good"
      ? button(say("desk.token.end.sure"), {
          class: "quiet small-button danger",
          "aria-label": say("desk.token.end", { name: token.name }),
          on: { click: () => end(token) },
        })
      : "";
  return table(
    say("desk.tokens"),
    [
      { label: say("desk.token.name"), cell: ({ name }) => h("bdi", {}, name), kind: "main" },
      { label: say("desk.token.prefix"), cell: ({ prefix }) => h("span", { class: "mono" }, `${prefix}…`) },
      { label: say("desk.token.scope"), cell: ({ scope }) => named("desk.scope", scope) },
      { label: say("desk.token.expires"), cell: ({ expires }) => hour(expires) },
      { label: say("desk.state"), cell: (token) => badge("desk.token-state", stateOf(token)) },
      ...(may("administrator") ? [{ label: say("desk.change"), cell: act, kind: "acts" }] : []),
    ],
    [...tokens].reverse(),
  );
}

/** @param {any} note @param {() => Promise<void>} made */
function make(note, made) {
  const element = form(
    [
      field({ name: "name", label: say("desk.token.name"), hint: say("desk.token.name.how"), required: true, maxlength: 100, autocomplete: "off" }),
      field({ name: "scope", label: say("desk.token.scope"), options: [["issue", named("desk.scope", "issue")]] }),
      field({
        name: "days",
        label: say("desk.token.days"),
        hint: say("desk.token.days.how", { most: DAYS_MOST }),
        inputmode: "numeric",
        value: "365",
        required: true,
        autocomplete: "off",
      }),
    ],
    say("desk.token.make"),
    async ({ name, days }, element) => {
      if (!/^\d+$/.test(days)) return mark(element, "days", say("desk.token.days.how", { most: DAYS_MOST }))?.focus();
      const { token } = await ask("POST", "tokens", { name, days: Number(days) });
      element.reset();
      const shown = shownOnce(
        say("desk.token.made"),
        { name: "token", label: say("desk.token"), value: token, copy: say("desk.token.copy") },
        h("p", { class: "small" }, say("desk.token.care")),
        h("p", {}, say("desk.token.next")),
      );
      note.replaceChildren(shown);
      shown.focus();
      await made().catch(() => {});
    },
  );
  return h("details", { class: "card make-token" }, h("summary", {}, say("desk.token.make")), element);
}

/** @param {any} release */
function standingOf({ approved, ended, until, used, count }) {
  if (ended) return "ended";
  if (Date.parse(until) < Date.now() || used >= count) return "over";
  return approved ? "good" : "waits";
}

/** @param {any[]} releases @param {any[]} tokens @param {(code: string) => string} title @param {any} desk @param {() => void} again */
function releaseTable(releases, tokens, title, { may, session }, again) {
  const nameOf = (prefix) => tokens.find((token) => token.prefix === prefix)?.name ?? prefix;
  const what = (release) => say("desk.standing.what", { title: title(release.achievement), token: nameOf(release.token) });
  const approve = (release) =>
    question(
      {
        title: say("desk.standing.approve"),
        text: say("desk.standing.approve.text", { what: what(release), count: number(release.count), until: hour(release.until) }),
        sure: say("desk.standing.approve"),
        danger: false,
        fields: [passphrase()],
        at: { "passphrase-wrong": "passphrase" },
      },
      ({ passphrase }) => ask("POST", `standing/${release.id}/approve`, { passphrase }),
    ).then((done) => done && again());
  const end = (release) =>
    question({ title: say("desk.standing.end"), text: say("desk.standing.end.text", { what: what(release) }), sure: say("desk.standing.end") }, () =>
      ask("POST", `standing/${release.id}/end`, {}),
    ).then((done) => done && again());
  const acts = (release) => {
    const state = standingOf(release);
    const second = state === "waits" && may("signatory") && release.proposed.who !== session.member.id;
    const of = (label, click, kind) => button(label, { class: kind, "aria-label": `${label}: ${what(release)}`, on: { click } });
    return h(
      "div",
      { class: "acts" },
      second ? of(say("desk.standing.approve"), () => approve(release), "quiet small-button approve") : null,
      state === "waits" && !second ? h("span", { class: "small" }, say("desk.standing.second")) : null,
      may("administrator", "signatory") && (state === "good" || state === "waits")
        ? of(say("desk.standing.end"), () => end(release), "quiet small-button danger")
        : null,
    );
  };
  const hand = (by) => (by ? `${by.name} · ${hour(by.at)}` : "");
  return table(
    say("desk.standing"),
    [
      { label: say("desk.achievement"), cell: ({ achievement }) => title(achievement), kind: "main" },
      { label: say("desk.token"), cell: ({ token }) => h("bdi", {}, nameOf(token)) },
      { label: say("desk.standing.used"), cell: ({ used, count }) => ofAll(used, count) },
      { label: say("desk.standing.until"), cell: ({ until }) => hour(until) },
      { label: say("desk.proposed"), cell: ({ proposed }) => hand(proposed) },
      { label: say("desk.standing.approved"), cell: ({ approved }) => hand(approved) },
      { label: say("desk.state"), cell: (release) => badge("desk.standing-state", standingOf(release)) },
      { label: say("desk.change"), cell: acts, kind: "acts" },
    ],
    releases,
  );
}

/** @param {any[]} tokens @param {[string, string][]} titles @param {() => void} again */
function propose(tokens, titles, again) {
  const open = tokens.filter((token) => stateOf(token) === "good");
  const summary = h("summary", {}, say("desk.standing.propose"));
  if (!open.length) return h("details", { class: "card" }, summary, h("p", {}, say("desk.standing.no-token")));
  const element = form(
    [
      h("p", {}, say("desk.standing.how")),
      field({ name: "token", label: say("desk.token"), options: open.map(({ name, prefix }) => [prefix, `${name} (${prefix}…)`]) }),
      field({ name: "achievement", label: say("desk.achievement"), options: titles }),
      field({
        name: "count",
        label: say("desk.standing.count"),
        hint: say("desk.standing.count.how", { most: number(COUNT_MOST) }),
        inputmode: "numeric",
        required: true,
        autocomplete: "off",
      }),
      field({ name: "until", label: say("desk.standing.until"), type: "date", required: true }),
    ],
    say("desk.standing.propose"),
    async ({ token, achievement, count, until }, element) => {
      if (!/^\d+$/.test(count)) return mark(element, "count", say("desk.standing.count.how", { most: number(COUNT_MOST) }))?.focus();
      // To the end of the day, in this computer's own time zone.
      const end = new Date(`${until}T23:59:59`);
      await ask("POST", "standing", { token, achievement, count: Number(count), until: end.toISOString().replace(/\.\d+Z$/, "Z") });
      again();
    },
  );
  return h("details", { class: "card propose-standing" }, summary, element);
}
