// A verdict read aloud, by a voice of this device alone: others send the text to whoever speaks.

import { language, say } from "./words.js";

const speech = globalThis.speechSynthesis;

/** A voice for the language that needs no network. */
const voice = () => speech.getVoices().find((one) => one.localService && one.lang.toLowerCase().split(/[-_]/)[0] === language());

/** What is said: the answer first. @param {any} verdict */
const sentences = ({ answers, credential, headline, next, pilot }) =>
  [
    headline,
    pilot ? say("pilot") : "",
    credential?.mark === "claims" ? say("page.claims.heading") : "",
    ...(credential ? [credential.kindWord, credential.achievement, `${say("page.holder.label")}: ${credential.name}`] : []),
    ...(credential ? [`${say("page.born.label")}: ${credential.birthYear}`] : []),
    ...answers.map(({ title, word, text }) => `${title} ${word}. ${text}`),
    next,
  ].filter(Boolean);

/** Nobody is spoken to after the verdict is gone. */
export const hush = () => speech?.cancel();

/** Shows the button where there is a voice. @param {HTMLElement} button @param {any} verdict */
export function aloud(button, verdict) {
  if (!speech) return;
  const show = () => (button.hidden = !voice());
  show();
  // Voices may come later.
  speech.addEventListener?.("voiceschanged", show);
  button.addEventListener("click", () => {
    if (speech.speaking) return hush();
    for (const sentence of sentences(verdict)) {
      const spoken = new SpeechSynthesisUtterance(sentence);
      spoken.lang = language();
      spoken.voice = voice() ?? null;
      speech.speak(spoken);
    }
  });
}
