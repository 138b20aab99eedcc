// How the institution has its certificates on paper: the logo, the size, who signs by hand. Settled once.

import { ask, send } from "./ask.js";
import { h, icon } from "./dom.js";
import { field, form } from "./form.js";
import { button, done, heading, progress, trouble } from "./parts.js";
import { say } from "./words.js";

/** 4 MiB, as the server reads at most. */
const LARGEST = 4 * 1024 * 1024;
/** 4 people sign one sheet by hand. */
const SIGNATORIES = 4;

/** @param {any} place @param {any} desk */
export async function show(place) {
  const settled = await ask("GET", "stationery");
  place.append(...heading(say("desk.page.paper"), say("desk.stationery.lead")), logo(settled.logo), paper(settled));
}

/** @param {boolean} there */
function logo(there) {
  const picture = h("div", { class: "logo" });
  const note = h("div", { "aria-live": "polite" });
  const draw = (has) =>
    picture.replaceChildren(
      has
        ? h("img", { src: `/api/desk/stationery/logo?${Date.now()}`, alt: say("desk.stationery.logo") })
        : h("p", { class: "small" }, say("desk.stationery.no-logo")),
      has ? button(say("desk.stationery.take-logo"), { class: "danger quiet", on: { click: take } }) : "",
    );
  async function take() {
    try {
      await ask("DELETE", "stationery/logo");
      draw(false);
    } catch (error) {
      note.replaceChildren(trouble(error));
    }
  }
  async function put(file) {
    if (!file) return;
    if (file.size > LARGEST) return note.replaceChildren(h("div", { class: "alert", role: "alert" }, say("desk.stationery.too-large")));
    const bar = progress(say("desk.import.sending"));
    note.replaceChildren(bar);
    try {
      await send("stationery/logo", file, {}, (share) => bar.set(share), "PUT");
      draw(true);
      note.replaceChildren(done(say("desk.stationery.saved")));
    } catch (error) {
      note.replaceChildren(trouble(error));
    }
  }
  const input = h("input", {
    type: "file",
    accept: "image/png,image/jpeg",
    on: {
      change: () => {
        put(input.files[0]);
        input.value = "";
      },
    },
  });
  draw(there);
  return h(
    "div",
    { class: "card" },
    h("h2", {}, say("desk.stationery.logo")),
    h("p", { class: "small" }, say("desk.stationery.logo.how")),
    picture,
    h("label", { class: "way drop" }, icon("file"), h("span", {}, say("desk.stationery.drop")), input),
    note,
  );
}

/** @param {any} settled */
function paper({ size, signatories }) {
  const people = Array.from({ length: SIGNATORIES }, (_, place) => signatories[place] ?? { name: "", post: "" });
  const fields = people.flatMap(({ name, post }, place) => [
    field({ name: `name${place}`, label: say("desk.stationery.name", { number: place + 1 }), value: name, maxlength: 120, autocomplete: "off" }),
    field({ name: `post${place}`, label: say("desk.stationery.post", { number: place + 1 }), value: post, maxlength: 120, autocomplete: "off" }),
  ]);
  const element = form(
    [
      field({
        name: "size",
        label: say("desk.paper.size"),
        value: size,
        options: [
          ["a4", say("desk.paper.a4")],
          ["letter", say("desk.paper.letter")],
        ],
      }),
      h("p", { class: "small" }, say("desk.stationery.signatories.how")),
      ...fields,
    ],
    say("desk.save"),
    async (values) => {
      const named = people.map((_, place) => ({ name: values[`name${place}`], post: values[`post${place}`] }));
      await ask("PUT", "stationery", { size: values.size, signatories: named.filter(({ name }) => name) });
      element.append(done(say("desk.stationery.saved")));
    },
  );
  return h("div", { class: "card" }, h("h2", {}, say("desk.stationery.signatories")), element);
}
