// A certificate that somebody brings to the counter: by the camera, on a photograph, in a PDF, as a file or as text. Read and judged as at a checker's.

import { again, judged, offeredAs } from "../judge.js";
import { KernelError } from "../kernel.js";
import { show as drawn } from "../verdict.js";
import { camera, codeIn } from "../ways.js";
import { speak } from "../words.js";
import { Refused } from "./ask.js";
import { h, icon } from "./dom.js";
import { field } from "./form.js";
import { button, trouble } from "./parts.js";
import { language, say } from "./words.js";

/** What is there to be used. @typedef {{ verdict: any, text: string }} Brought */

/** The language in which the verdict's own modules speak. */
let spoken = "";

/** Gives the checker's modules their words. */
async function learn() {
  if (spoken === language()) return;
  const title = document.title;
  await speak(language(), "/desk/i18n");
  document.title = title;
  spoken = language();
}

/** What could not be read, in words. @param {any} error */
function refusal(error) {
  if (!(error instanceof KernelError)) return error;
  const { code, params } = error;
  if (params.title) return new Refused(0, { title: params.title, detail: params.next });
  if (say(code) === code) return error;
  const next = `${code}.next`;
  return new Refused(0, { title: say(code), detail: say(next) === next ? "" : say(next) });
}

/** @param {string} id @param {string} next */
const refused = (id, next) => new Refused(0, { title: say(id), detail: say(next) });

/** 0x89 and 0x3C: how a PNG begins, and a drawing, into which a badge was baked. */
const PICTURES = [0x89, 0x3c];

/** The certificate of a verdict as a text: of a picture what is in it, else as it was offered. @param {any} verdict @returns {Promise<string>} */
async function textOf(verdict) {
  const offered = offeredAs(verdict);
  const bytes = PICTURES.includes(offered[0]) ? (await again("receive", verdict, {})).blobs[0] : offered;
  return new TextDecoder().decode(bytes);
}

/** The one verdict of what was offered. @param {string | Blob} offered @param {string} country where it is brought: what it is worth there */
async function lookAt(offered, country) {
  await learn();
  const { differs, notRead, verdicts } = await judged(offered, country);
  if (differs) throw refused("scan.pdf.differs", "scan.pdf.differs.next");
  if (verdicts.length > 1) throw refused("desk.bring.several", "desk.bring.several.next");
  if (!verdicts.length) throw new KernelError(notRead[0]?.code ?? "", notRead[0]);
  return verdicts[0];
}

/**
 * The ways to bring one, and its verdict below them.
 * @param {any} place the page; the camera goes when it is left @param {any} desk @param {string} how what is said above the ways
 * @param {(brought: Brought | null) => void} brought hears what there is, and when it is there no more
 */
export function bring(place, { session }, how, brought) {
  const [film, below] = [h("div", { class: "film" }), h("div", { class: "brought" })];
  const text = field({ name: "certificate", label: say("desk.bring.text"), rows: 3, spellcheck: "false", autocomplete: "off", autocapitalize: "off" });
  const area = text.querySelector("textarea");
  /** @type {any} */
  let scanner = null;
  let asked = 0;
  let looked = "";

  const check = async (/** @type {string | Blob} */ offered) => {
    asked += 1;
    const mine = asked;
    looked = typeof offered === "string" ? offered : "";
    scanner?.close();
    brought(null);
    below.replaceChildren(h("p", { role: "status" }, say("page.check.working")));
    try {
      const verdict = await lookAt(offered, session.institution.country);
      const text = await textOf(verdict);
      if (mine !== asked || !place.isConnected) return;
      const article = drawn(verdict);
      // What a checker's page offers besides, and is of no use here.
      for (const part of article.querySelectorAll(".again, .here, .receipt, .print, .file, .save")) part.remove();
      below.replaceChildren(article);
      looked = text;
      // It stays when the language changes, as whatever is typed does.
      area.value = looked;
      brought({ verdict, text: looked });
      article.querySelector("h2")?.focus();
    } catch (error) {
      if (mine === asked) below.replaceChildren(trouble(refusal(error)));
    }
  };
  const look = () => {
    const code = codeIn(area.value);
    if (code && code !== looked) check(code);
  };
  const scan = async () => {
    try {
      await learn();
      scanner ??= await camera(film, { say, onText: check, onClose: () => {} });
      await scanner.open();
    } catch (error) {
      below.replaceChildren(trouble(refusal(error)));
    }
  };
  const input = h("input", {
    type: "file",
    accept: "image/*,application/pdf,.pdf,application/json,.json,text/plain,.txt",
    on: {
      change: () => {
        const [file] = input.files ?? [];
        if (file) check(file);
        input.value = "";
      },
    },
  });
  area.addEventListener("change", look);
  place.addEventListener("left", () => scanner?.close());
  return h(
    "div",
    { class: "stack" },
    h(
      "div",
      { class: "card bring" },
      h("h2", {}, say("desk.bring")),
      h("p", { class: "small" }, how),
      h("p", { class: "actions" }, button(say("desk.bring.camera"), { class: "quiet scan-code", on: { click: scan } }, icon("look"))),
      film,
      h("label", { class: "way drop" }, icon("file"), h("span", {}, say("desk.bring.file")), input),
      text,
      h("p", { class: "actions" }, button(say("desk.bring.look"), { class: "quiet take", on: { click: look } })),
    ),
    below,
  );
}
