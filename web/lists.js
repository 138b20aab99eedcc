// The lists at the foot of the page: whose they are and of when, and how one comes in from a file.

import { prepare } from "./judge.js";
import { KernelError, now } from "./kernel.js";
import { at, complain, quiet, sentences } from "./notice.js";
import { renewed, take } from "./packs.js";
import { LARGEST } from "./ways.js";
import { clock, say } from "./words.js";

/** 86,400 seconds. */
const DAY = 86_400;

/** What is shown, for another language. @type {{ lists: any[], refused?: string } | null} */
let shown = null;

/** Whose lists this device has, and of when; without an argument the same in another language. @param {any[]=} lists @param {string=} refused why the server's were not taken in */
export function showLists(lists, refused) {
  if (lists) shown = { lists, refused };
  if (shown) draw(shown);
}

/** @param {{ lists: any[], refused?: string }} what */
function draw({ lists, refused }) {
  at("lists").replaceChildren(
    ...lists.map((list) => {
      const item = document.createElement("li");
      const days = Math.max(0, Math.floor((now() - list.made) / DAY));
      // A date does not break in two.
      const age = document.createElement("span");
      age.textContent = say("page.lists.age").replace("{date}", list.asOf).replace("{days}", String(days));
      item.append(`${list.authority} · ${say(`country.${list.country}`)} · `, age, list.pilot ? ` · ${say("pilot")}` : "");
      // On another's word it stands as far as that word goes.
      if (list.recognisedBy) item.append(` · ${say("page.recognised-by.label")}: ${list.recognisedBy}`);
      return item;
    }),
  );
  at("lists-renewed").textContent = say(renewed() ? "page.lists.renewed" : "page.lists.never").replace("{time}", clock(renewed()));
  at("lists-renewed").hidden = !lists.length;
  at("no-lists").hidden = lists.length > 0;
  at("lists-refused").textContent = refused ? [say("page.lists.refused"), ...sentences(`pack.${refused}`).slice(1)].join(" ") : "";
  at("lists-refused").hidden = !refused;
}

/**
 * Takes in a list that somebody brought; of an authority that is not known here, once its fingerprint was compared.
 * @param {Blob} file @param {() => Promise<void>} then is called before anything is said, when other lists are here @param {string[]=} accepted
 */
export async function takeIn(file, then, accepted = []) {
  quiet();
  at("stranger").hidden = true;
  if (file.size > LARGEST) return complain(...sentences("notread.file-too-large"));
  const left = (/** @type {any[]} */ packs) => {
    const strangers = accepted.length ? [] : packs.filter((pack) => pack.code === "unknown-root" && pack.fingerprint);
    const other = packs.find((pack) => !strangers.includes(pack));
    if (other) complain(...sentences(`pack.${other.code}`, other.facts));
    if (!strangers.length) return;
    at("stranger-list").replaceChildren(...strangers.flatMap(stranger));
    at("stranger-accept").onclick = () => takeIn(file, then, strangers.map(({ fingerprint }) => fingerprint));
    at("stranger").hidden = false;
    at("stranger").focus();
  };
  try {
    const one = await prepare(showLists);
    const { packs, problems } = await take(one, new Uint8Array(await file.arrayBuffer()), { accepted });
    showLists(packs);
    await then();
    left(problems);
    at("status").textContent = say("page.lists.taken");
  } catch (error) {
    const { code, params } = error instanceof KernelError ? error : new KernelError("not-a-pack");
    if (params?.packs) left(params.packs);
    else complain(...(say(`pack.${code}`) === `pack.${code}` ? [say("page.check.failed")] : sentences(`pack.${code}`)));
  }
}

/** @param {{ authority: string, country: string, asOf: string, fingerprint: string }} pack */
function stranger({ authority, country, asOf, fingerprint }) {
  const [term, mark] = [document.createElement("dt"), document.createElement("dd")];
  const name = document.createElement("bdi");
  name.textContent = authority;
  term.append(name, ` · ${say(`country.${country}`)} · ${asOf}`);
  mark.textContent = fingerprint;
  return [term, mark];
}
