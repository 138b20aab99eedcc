// A clerk's file comes in: choose it, look at what was read, mend or leave out, bring in.

import { ask, onceKey, send, sendParts } from "./ask.js";
import { achievements } from "./catalogue.js";
import { h, icon } from "./dom.js";
import { field } from "./form.js";
import { button, done, empty, facts, heading, link, progress, trouble } from "./parts.js";
import { preview } from "./preview.js";
import { language, number, say } from "./words.js";

/** 128 MiB, as the server reads at most: a million people. */
const LARGEST = 128 * 1024 * 1024;

/** 4 MiB: a larger file goes up in parts, once, and stays there while its columns are explained. */
const IN_ONE = 4 * 1024 * 1024;

/** @type {[string, string][]} */
const LANGUAGES = [
  ["es", "Español"],
  ["pt", "Português"],
  ["en", "English"],
  ["fr", "Français"],
  ["ht", "Kreyòl"],
];

/** The file that is being worked on, for as long as the desk is open. @type {any} */
let held = null;

/** @param {any} place @param {any} desk */
export async function show(place, { names }) {
  const { titles } = await achievements();
  place.append(...heading(say("desk.page.import"), say("desk.import.lead")));
  if (!titles.length) return place.append(empty(say("desk.catalogue.none")));
  const choice = h(
    "div",
    { class: "choice" },
    field({ name: "achievement", label: say("desk.achievement"), options: titles, value: names[0] ?? held?.achievement }),
    field({ name: "language", label: say("desk.import.language"), options: LANGUAGES, value: held?.language ?? language() }),
    field({
      name: "archive",
      label: say("desk.import.kind"),
      hint: say("desk.import.kind.how"),
      options: [
        ["", say("desk.import.kind.new")],
        ["true", say("desk.import.kind.archive")],
      ],
      value: held?.archive ?? "",
    }),
  );
  const below = h("div", { class: "stack" });
  const value = (name) => choice.querySelector(`[name=${name}]`).value;
  const take = (file) => {
    if (file) away();
    if (file) held = { file, key: onceKey(), order: "", out: new Set(), one: new Set(), other: new Set() };
    if (held) look(below, Object.assign(held, { achievement: value("achievement"), language: value("language"), archive: value("archive") }));
  };
  choice.addEventListener("change", () => take(null));
  place.append(
    choice,
    drop(take),
    h("p", { class: "small" }, say("desk.import.sheet"), " ", link(say("desk.page.catalogue"), "#/catalogue", "plain")),
    below,
  );
  if (held) take(null);
}

/**
 * Where a file is dropped, or chosen. What cannot be taken is told of, and the file that is being worked on stays as it is.
 * @param {(file: File) => void} take
 */
function drop(take) {
  const told = h("div", { class: "told", role: "alert" });
  const tell = (words) => told.replaceChildren(...(words ? [h("p", { class: "alert" }, words)] : []));
  const input = h("input", {
    type: "file",
    accept: ".csv,.tsv,.txt,.xlsx,text/csv",
    on: {
      change: () => {
        tell("");
        take(input.files[0]);
        // The same file may be chosen again after it was mended.
        input.value = "";
      },
    },
  });
  const area = h("label", { class: "way drop" }, icon("file"), h("span", {}, say("desk.import.drop")), input);
  for (const kind of ["dragenter", "dragover"]) {
    area.addEventListener(kind, (event) => {
      // Else the browser itself gives the file to its field: the first of several, and a folder as if it were one.
      event.preventDefault();
      area.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) area.addEventListener(kind, () => area.classList.remove("over"));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    const words = refusal(event.dataTransfer);
    tell(words);
    if (!words) take(event.dataTransfer.files[0]);
  });
  return h("div", { class: "stack" }, area, told);
}

/** Why what was dropped is not one file, in words; nothing when it is. @param {DataTransfer} dropped */
function refusal({ files, items }) {
  if (!files.length) return say("desk.import.no-file");
  if (files.length > 1) return say("desk.import.several", { count: number(files.length) });
  const entry = items[0] && items[0].webkitGetAsEntry ? items[0].webkitGetAsEntry() : null;
  return entry && entry.isDirectory ? say("desk.import.folder") : "";
}

/** Lets go of the file, and has what came up of it taken away: it names people. */
function away() {
  // What cannot be taken away now is gone after an hour.
  if (held && held.upload) ask("DELETE", `uploads/${held.upload}`).catch(() => null);
  held = null;
}

/** @param {any} work the file and what was decided about it @param {string} query */
const path = (work, query) => {
  const asked = new URLSearchParams({ achievement: work.achievement, language: work.language });
  if (work.order) asked.set("dateOrder", work.order);
  if (work.one.size) asked.set("onePerson", [...work.one].join(","));
  if (work.other.size) asked.set("otherPerson", [...work.other].join(","));
  if (work.archive) asked.set("fromArchive", work.archive);
  if (work.upload) asked.set("upload", work.upload);
  if (work.allOut) asked.set("leaveOut", "wrong");
  return `imports?${asked}&${query}`;
};

/** What is said of the columns: in no address, for it is in the words of the file. A header holds ASCII alone. @param {any} work */
const explained = (work) =>
  work.columns
    ? { "x-skillpass-columns": JSON.stringify(work.columns).replace(/[\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`) }
    : {};

/** Sends the file to be read, and shows what was read. Nothing is kept yet. @param {any} below @param {any} work */
async function look(below, work) {
  const { file } = work;
  const name = h("p", { class: "chosen" }, icon("file"), h("bdi", {}, file.name));
  if (file.size > LARGEST) return below.replaceChildren(name, h("div", { class: "alert", role: "alert" }, say("desk.import.too-large")));
  const bar = progress(say("desk.import.sending"));
  below.replaceChildren(name, bar);
  const told = (share) => bar.set(share, share < 1 ? say("desk.import.sending") : say("desk.import.reading"));
  try {
    if (file.size > IN_ONE) work.upload ??= await sendParts(file, told);
    const read = await send(path(work, "preview=true"), work.upload ? new Blob([]) : file, explained(work), told);
    if (work !== held || !below.isConnected) return;
    seen(read);
  } catch (error) {
    // What keeps the whole file from being read is told like the rest.
    if (work.upload && error.status === 404) work.upload = undefined;
    if (error.code === "rows-open") seen({ ...error.problem, good: 0, problems: error.errors.map((one) => ({ ...one, row: 0 })) });
    else below.replaceChildren(name, trouble(error));
  }
  function seen(read) {
    below.replaceChildren(
      name,
      preview(read, work, {
        again: () => look(below, work),
        bring: (corrections) => bring(below, work, corrections),
        other: () => {
          away();
          below.replaceChildren();
        },
      }),
    );
    below.querySelector("h2")?.focus();
  }
}

/** Brings the rows in. A second press is the same import: it has the same key. @param {any} below @param {any} work @param {boolean} corrections */
async function bring(below, work, corrections) {
  const bar = progress(say("desk.import.bringing"));
  below.append(bar);
  const headers = { "idempotency-key": work.key, ...explained(work) };
  if (work.out.size && !work.allOut) headers["x-skillpass-leave-out"] = [...work.out].sort((one, other) => one - other).join(",");
  try {
    const take = () =>
      send(path(work, `preview=false${corrections ? "&corrections=true" : ""}`), work.upload ? new Blob([]) : work.file, headers, (share) => bar.set(share));
    // A long one may outlast a request, and goes on: asked again under its key, it is the same import.
    const came = await take().catch((refused) => (refused.code === "timed-out" ? take() : Promise.reject(refused)));
    held = null;
    const result = done(
      say("desk.import.done"),
      facts([
        [say("desk.import.enrolled"), number(came.enrolled ?? 0)],
        [say("desk.import.already"), number(came.already ?? 0)],
        [say("desk.import.left"), number(came.left ?? 0)],
        [say("desk.import.corrected"), came.corrected ? number(came.corrected) : ""],
      ]),
      h(
        "p",
        { class: "actions" },
        link(say("desk.propose"), "#/batches", "primary"),
        link(say("desk.page.register"), "#/register"),
        button(say("desk.import.another"), { on: { click: () => below.replaceChildren() } }),
      ),
    );
    below.replaceChildren(result);
    result.focus();
  } catch (error) {
    bar.remove();
    below.append(trouble(error));
  }
}
