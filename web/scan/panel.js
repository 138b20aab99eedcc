// The camera on a page: its picture, what it is doing in words, light, zoom, a photograph instead, and close.
// Any page mounts it: `const scanner = panel({ say, onText }); main.append(scanner.element); await scanner.open();`

import { CameraError, open } from "./camera.js";
import { PictureError, textsIn } from "./picture.js";

/**
 * @param {{ say: (id: string) => string, onText: (text: string) => void, onClose?: () => void }} page `say` gives the words of
 *   `scan.*` in the page's language; `onText` takes each text, and may close the panel; `onClose` hears that the camera is off, and that the panel is closed.
 */
export function panel({ say, onText, onClose = () => {} }) {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.setAttribute("playsinline", "");
  const window_ = part("div", "scan-window", video, part("span", "scan-aim"));
  const status = part("p", "scan-status");
  const next = part("p", "scan-next");
  const words = part("div", "scan-words", status, next);
  words.setAttribute("role", "status");
  const torch = button("scan-torch");
  const zoom = document.createElement("input");
  zoom.type = "range";
  const zoomName = part("span", "");
  const zoomLabel = part("label", "scan-zoom", zoomName, zoom);
  const again = button("scan-again");
  const photo = document.createElement("input");
  photo.type = "file";
  photo.accept = "image/*";
  const photoName = part("span", "");
  const photoLabel = part("label", "scan-photo", photoName, photo);
  const close = button("scan-close");
  const element = part("section", "scan", window_, words, part("div", "scan-tools", torch, zoomLabel, again, photoLabel, close));
  element.hidden = true;

  /** @type {Awaited<ReturnType<typeof open>> | null} */
  let camera = null;
  /** What is being said, so that another language can say it. */
  let said = "";
  /** Each opening has a number; one that was closed while it began is not shown any more. */
  let opening = 0;

  /** The words of a state or an error. @param {string} id */
  function tell(id) {
    said = id;
    element.dataset.state = id.split(".").at(-1);
    status.textContent = say(id);
    const advice = say(`${id}.next`);
    next.textContent = advice === `${id}.next` ? "" : advice;
  }

  /** Puts the words of the page's language in. */
  function speak() {
    element.setAttribute("aria-label", say("scan.panel.label"));
    video.setAttribute("aria-label", say("scan.video.label"));
    torch.textContent = say("scan.torch");
    zoomName.textContent = say("scan.zoom");
    again.textContent = say("scan.again");
    photoName.textContent = say("scan.photo");
    close.textContent = say("scan.close");
    if (said) tell(said);
  }

  /** @param {string} state */
  function become(state) {
    tell(`scan.state.${state}`);
    if (!["absent", "lost", "stopped"].includes(state)) return;
    camera = null;
    asleep();
    onClose();
  }

  /** No camera: its tools go, the photograph and another try stay. */
  function asleep() {
    window_.hidden = true;
    torch.hidden = true;
    zoomLabel.hidden = true;
    again.hidden = false;
  }

  async function start() {
    opening += 1;
    const mine = opening;
    speak();
    element.hidden = false;
    // What was pressed is hidden now; whoever goes by the keyboard goes on from here.
    close.focus({ preventScroll: true });
    again.hidden = true;
    window_.hidden = false;
    torch.hidden = true;
    zoomLabel.hidden = true;
    try {
      const opened = await open(video, onText, { onState: (state) => mine === opening && become(state) });
      if (mine !== opening) return opened.close();
      camera = opened;
      tools(opened.can);
    } catch (error) {
      if (mine !== opening) return;
      asleep();
      tell(`scan.error.${error instanceof CameraError ? error.code : "failed"}`);
    }
  }

  /** What this camera can. @param {{ torch: boolean, zoom: { min: number, max: number, step?: number } | null }} can */
  function tools({ torch: light, zoom: range }) {
    torch.hidden = !light;
    torch.setAttribute("aria-pressed", "false");
    zoomLabel.hidden = !range;
    if (!range) return;
    zoom.min = String(range.min);
    zoom.max = String(range.max);
    zoom.step = String(range.step || "any");
    zoom.value = zoom.min;
  }

  function stop() {
    opening += 1;
    camera?.close();
    camera = null;
    said = "";
    status.textContent = "";
    next.textContent = "";
    if (element.hidden) return;
    element.hidden = true;
    onClose();
  }

  torch.addEventListener("click", async () => {
    const on = torch.getAttribute("aria-pressed") !== "true";
    if (await camera?.torch(on)) torch.setAttribute("aria-pressed", String(on));
  });
  zoom.addEventListener("input", () => camera?.zoom(zoom.valueAsNumber));
  again.addEventListener("click", start);
  close.addEventListener("click", stop);
  element.addEventListener("keydown", ({ key }) => key === "Escape" && stop());
  photo.addEventListener("change", async () => {
    const file = photo.files?.[0];
    photo.value = ""; // The same photograph can be chosen again, and its name is not kept.
    if (!file) return;
    const mine = (opening += 1);
    camera?.close();
    camera = null;
    asleep();
    tell("scan.photo.reading");
    try {
      const texts = await textsIn(file);
      // Whoever closed it took the photograph along.
      if (mine !== opening) return;
      tell(texts.length ? "scan.state.found" : "scan.photo.none");
      texts.forEach(onText);
    } catch (error) {
      if (mine === opening) tell(`scan.photo.${error instanceof PictureError ? error.code : "damaged"}`);
    }
  });

  return { element, open: start, close: stop, speak };
}

/** @param {string} tag @param {string} kind @param {...Node} inside */
function part(tag, kind, ...inside) {
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  element.append(...inside);
  return element;
}

/** @param {string} kind */
function button(kind) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = kind;
  return element;
}
