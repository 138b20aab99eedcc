// Keeps the checker on this device, so that it works with the network gone. The server puts LIST before this line when it serves it: the name of
// this version, and the SHA-256 of every file in it. A file with other bytes is not kept and not shown.

/* global LIST */

/** What every visit needs, beside the page in one's own language. */
const CORE = LIST.core;

/** Where the pages on rights are. */
const RIGHTS = "/rights/";

/** What the scanner consists of, but for its strongest decoder. */
const SCANNER = ["/scan/", "/vendor/qr/"];

/** The page at an address: there is one for each language. @param {URLSearchParams} asked */
function pageFor(asked) {
  const wanted = [asked.get("lang"), ...self.navigator.languages.map((tag) => tag.split("-")[0])];
  return wanted.map((tag) => `/?lang=${tag}`).find((path) => path in LIST.files) ?? "/?lang=es";
}

/** A file of this version: the kept one, else from the server when its bytes are the right ones. @param {string} path @param {boolean=} must whether it has to be kept */
async function file(path, must = false) {
  const cache = await caches.open(LIST.name);
  const kept = await cache.match(path);
  if (kept) return kept;
  const answer = await fetch(path, { integrity: `sha256-${LIST.files[path]}`, cache: "no-cache" });
  const put = answer.ok ? cache.put(path, answer.clone()) : Promise.resolve();
  // Where the storage is full, what is in the hand is good all the same.
  await (must ? put : put.catch(() => {}));
  return answer;
}

async function install() {
  const page = pageFor(new URLSearchParams());
  const tag = page.slice(-2);
  const wanted = [...CORE, page, `/i18n/${tag}.json`, `/i18n/verdict/${tag}.json`];
  // What was kept of the version before (another language, the reader) is wanted of this one too.
  for (const name of (await caches.keys()).filter((name) => name.startsWith("skillpass-") && name !== LIST.name)) {
    const before = await (await caches.open(name)).keys();
    wanted.push(...before.map(({ url }) => new URL(url)).map(({ pathname, search }) => pathname + search));
  }
  // Of the wallet and of the scanner half is as good as nothing.
  if (wanted.includes(LIST.apart)) wanted.push(...LIST.wallet);
  if (wanted.some((path) => path.startsWith(SCANNER[0]))) wanted.push(...Object.keys(LIST.files).filter((path) => SCANNER.some((part) => path.startsWith(part))));
  const answers = await Promise.all([...new Set(wanted)].filter((path) => path in LIST.files).map((path) => file(path, true)));
  if (!answers.every((answer) => answer.ok)) throw new TypeError("a file of this version is not here");
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith("skillpass-") && name !== LIST.name);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** How many windows this one is keeping every file for. */
let keeping = 0;

/** Lets a newer version in that is waiting. What another app handed over is in the memory of this one; and while it is at work it does not go, so a page
 * that waited for that would begin anew again and again. */
function giveWay() {
  const waits = handed || keeping ? null : self.registration.waiting;
  waits?.postMessage("take over");
  return Boolean(waits);
}

/** Whether a page is kept here: the others come from the server each time, and all that they load with them. @param {string} path */
const isOurs = (path) => path === "/" || path === LIST.apart || (path.startsWith(RIGHTS) && path in LIST.files);

/** Of a page that begins anew and does nothing else. One that is told to by a header stays as it is where a code stands behind the `#`: that would be
 * no other page. */
const AGAIN = { "content-type": "text/html", "content-security-policy": "default-src 'none'; script-src 'sha256-9gOBGqEQINNDuds+tkXbNzih6klbz+KeCyxEj4KRLeM='" };

/** Opening such a page: a newer version that is waiting takes over first. @param {Request} request @param {URL} url */
async function navigate(request, url) {
  if (giveWay()) return new Response("<script>location.reload()</script>", { headers: AGAIN });
  const path = url.pathname === "/" ? pageFor(url.searchParams) : url.pathname;
  try {
    return await file(path);
  } catch {
    // In another language, with which the page speaks the one that was asked for; else as the server has it today.
    const cache = await caches.open(LIST.name);
    const kept = path.startsWith("/?") && (await Promise.all(Object.keys(LIST.files).map((other) => other.startsWith("/?") && cache.match(other)))).find(Boolean);
    return kept || fetch(request);
  }
}

/** Whether a newer version is being asked for. */
let asks = false;

/** A page to which a part did not come, for the server has a newer one alone: once that version is here, the page begins anew with it. A browser asks
 * for none while a page waits for its answer, so this one is not kept waiting. @param {WindowClient} page */
async function renew(page) {
  if (asks) return;
  asks = true;
  try {
    await self.registration.update();
    const { installing } = self.registration;
    await (installing && new Promise((done) => installing.addEventListener("statechange", done, { once: true })));
    if (self.registration.waiting) await page.navigate(page.url);
  } catch {
    // Without the network this one is the newest; the page says that it did not begin.
  }
  asks = false;
}

/** What a page loads: of this version for pages of this version, and for no other. @param {FetchEvent} event @param {string} path */
async function part(event, path) {
  const asking = event.clientId ? await self.clients.get(event.clientId) : undefined;
  if (asking?.type === "window" && !isOurs(new URL(asking.url).pathname)) return fetch(event.request);
  const answer = await file(path).catch(() => null);
  if (!answer?.ok && asking?.type === "window") renew(/** @type {WindowClient} */ (asking));
  return answer ?? Response.error();
}

/** What another app handed over, until the page takes it: in memory alone. @type {{ files: File[], text: string } | null} */
let handed = null;
/** Ends the waiting for the page. */
let taken = () => {};

/** The share target: what comes stays on this device (the address is asked of nobody). @param {FetchEvent} event */
async function share(event) {
  try {
    const form = await event.request.formData();
    const text = ["text", "url", "title"].map((name) => form.get(name)).find((value) => typeof value === "string" && value);
    handed = { files: form.getAll("file").filter((value) => typeof value !== "string"), text: text ?? "" };
  } catch {
    handed = null; // The page says that nothing came.
  }
  return Response.redirect("/?shared", 303);
}

/** 30 seconds for the page to open and take it; then it is gone. */
const HANDED_MS = 30_000;

/** Keeps every file of this version, one after the other, and says how far it is. @param {MessagePort} port */
async function keepAll(port) {
  const paths = Object.keys(LIST.files);
  keeping += 1;
  try {
    for (const [done, path] of paths.entries()) {
      port.postMessage({ done, count: paths.length });
      if (!(await file(path, true)).ok) throw new TypeError(path);
    }
    port.postMessage({ done: paths.length, count: paths.length });
  } catch {
    port.postMessage({ failed: true });
  } finally {
    keeping -= 1;
  }
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  const { data, ports } = event;
  if (data === "take over") self.skipWaiting();
  // Whoever opened the wallet has it here from then on; whoever only checks never loads it.
  else if (data === "wallet") LIST.wallet.forEach((path) => file(path).catch(() => {}));
  else if (data === "keep all") event.waitUntil(keepAll(ports[0]));
  else if (data === "shared") {
    ports[0].postMessage(handed);
    handed = null;
    taken();
  }
  // What the page loaded before this worker was there.
  else if (Array.isArray(data)) data.filter((path) => path in LIST.files).forEach((path) => file(path).catch(() => {}));
});
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin) return;
  if (event.request.method === "POST" && event.request.mode === "navigate" && url.pathname === "/share") {
    event.respondWith(share(event));
    // Stays awake until the page has it, and not longer than that.
    event.waitUntil(new Promise((done) => ((taken = done), setTimeout(done, HANDED_MS))).then(() => (handed = null)));
    return;
  }
  if (event.request.method !== "GET") return;
  if (event.request.mode === "navigate") {
    if (isOurs(url.pathname)) event.respondWith(navigate(event.request, url));
    else giveWay();
  } else if (url.pathname in LIST.files) {
    event.respondWith(part(event, url.pathname));
  }
});
