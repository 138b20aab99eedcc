// Asking the server. A refusal is an error with its problem's own title and advice (RFC 9457).

import { language, say } from "./words.js";

/** What the server refused, in words. */
export class Refused extends Error {
  /** @param {number} status @param {any} problem */
  constructor(status, problem) {
    super(problem?.title || say("desk.failed"));
    this.status = status;
    this.code =
      problem?.code ??
      String(problem?.type ?? "")
        .split(/[/:#]/)
        .pop() ??
      "";
    this.advice = problem?.detail || (problem?.title ? "" : say("desk.failed.next"));
    this.errors = problem?.problems ?? problem?.errors ?? [];
    this.problem = problem ?? {};
  }
}

/** Who wants to know that the session is over. @type {() => void} */
let signedOut = () => {};

/** @param {() => void} listener */
export const whenSignedOut = (listener) => {
  signedOut = listener;
};

const headers = () => ({ accept: "application/json", "accept-language": language(), "x-skillpass-desk": "1" });

/**
 * One request, and what came back as JSON; `null` for an empty answer.
 * @param {string} method @param {string} path under `/api/desk/` @param {any=} body @param {Record<string, string>=} more headers
 */
export async function ask(method, path, body, more = {}) {
  const answer = await answered(method, path, body, more);
  const said = settle(answer.status, await answer.text());
  // A long list comes in pages, each of which names the next one (RFC 8288).
  const next = /<(\?[^>]*)>; rel="next"/.exec(answer.headers.get("link") ?? "");
  return next && Array.isArray(said) ? said.concat(await ask(method, path.split("?")[0] + next[1], body, more)) : said;
}

/** @param {string} method @param {string} path @param {any=} body @param {Record<string, string>=} more headers */
async function answered(method, path, body, more = {}) {
  const sent = body === undefined ? {} : { "content-type": "application/json" };
  const text = body === undefined ? undefined : JSON.stringify(body);
  const wanted = { method, body: text, headers: { ...headers(), ...sent, ...more }, cache: /** @type {const} */ ("no-store") };
  try {
    return await fetch(`/api/desk/${path}`, wanted);
  } catch {
    throw new Refused(0, { title: say("desk.no-line"), detail: say("desk.no-line.next") });
  }
}

/** One request that is answered with a file. @param {string} path @param {any} body @returns {Promise<{ name: string, bytes: ArrayBuffer }>} */
export async function askFile(path, body) {
  const answer = await answered("POST", path, body);
  if (!answer.ok) settle(answer.status, await answer.text());
  const [, name] = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "") ?? [];
  return { name: name ?? "", bytes: await answer.arrayBuffer() };
}

/**
 * A file on its way up, with its progress.
 * @param {string} path @param {Blob} file @param {Record<string, string>} more headers @param {(share: number) => void} progress from 0 to 1
 * @param {string=} method
 * @returns {Promise<any>}
 */
export function send(path, file, more, progress, method = "POST") {
  return new Promise((done, failed) => {
    const line = new XMLHttpRequest();
    line.open(method, `/api/desk/${path}`);
    for (const [name, value] of Object.entries({ ...headers(), "content-type": "application/octet-stream", ...more })) {
      line.setRequestHeader(name, value);
    }
    line.upload.addEventListener("progress", (event) => progress(event.lengthComputable ? event.loaded / event.total : 0));
    line.addEventListener("load", () => {
      try {
        done(settle(line.status, line.responseText));
      } catch (refused) {
        failed(refused);
      }
    });
    line.addEventListener("error", () => failed(new Refused(0, { title: say("desk.no-line"), detail: say("desk.no-line.next") })));
    line.send(file);
  });
}

/**
 * A file on its way up in parts, each sent again once if the line broke. Ends with its name at the server.
 * @param {Blob} file @param {(share: number) => void} progress from 0 to 1
 */
export async function sendParts(file, progress) {
  const { id, part } = await ask("POST", "uploads", {});
  for (let at = 0; at < file.size; at += part) {
    const piece = file.slice(at, at + part);
    const told = (share) => progress((at + share * piece.size) / file.size);
    const put = () => send(`uploads/${id}?at=${at}`, piece, {}, told, "PUT");
    await put()
      .catch((refused) => {
        if (refused.status) throw refused;
        return put();
      })
      .catch((refused) => {
        // Half a file is no use, and names people.
        ask("DELETE", `uploads/${id}`).catch(() => null);
        throw refused;
      });
  }
  return id;
}

/** A key that makes a repeated request the same request. */
export function onceKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {number} status @param {string} text */
function settle(status, text) {
  let said = null;
  try {
    said = text ? JSON.parse(text) : null;
  } catch {
    // A proxy's own page: the status says enough.
  }
  if (status >= 200 && status < 300) return said;
  const refused = new Refused(status, said);
  if (refused.code === "signed-out") signedOut();
  throw refused;
}
