// The kernel in this page: the same lines that the command line and the server run, as WebAssembly. A question goes in as bytes and an answer
// comes out; `src/wasm` has the operations.

/** Why there is no answer. */
export class KernelError extends Error {
  /** @param {string} code @param {Record<string, any>} params */
  constructor(code, params = {}) {
    super(code);
    this.code = code;
    this.params = params;
  }
}

/** @typedef {{ memory: WebAssembly.Memory, reserve: (length: number) => number, answer: () => number, length: () => number }} Doors */

/** One module, and what it was told before: a module that stopped is begun anew and told again. */
class Kernel {
  /** @param {WebAssembly.Module} module */
  constructor(module) {
    this.module = module;
    /** @type {Doors | null} */
    this.doors = null;
    /** The last question of each kind that the module keeps. @type {Map<string, [string, object, Uint8Array[]]>} */
    this.told = new Map();
  }

  /** Asks. @param {string} op @param {object} args @param {...Uint8Array} blobs @returns {any} the answer; its bytes, if any, are its `blobs` */
  call(op, args = {}, ...blobs) {
    const answer = this.#ask(op, args, blobs);
    if (op === "trust") this.told.set(op, [op, args, blobs]);
    if (op === "words") this.told.set(JSON.stringify(args), [op, args, blobs]);
    if (op === "trust-take") {
      const recognised = answer.packs.filter((/** @type {any} */ pack) => pack.standing === "recognised");
      this.told.set("trust", ["trust", { recognised: recognised.map((/** @type {any} */ pack) => pack.id) }, answer.blobs ?? []]);
    }
    return answer;
  }

  /** Brings the words of a language, once. @param {string} language */
  async speak(language) {
    if (this.told.has(JSON.stringify({ language }))) return;
    this.call("words", { language }, await words(language));
  }

  /** @param {string} op @param {object} args @param {Uint8Array[]} blobs @returns {any} */
  #ask(op, args, blobs) {
    if (!this.doors) {
      const { exports } = new WebAssembly.Instance(this.module, {});
      this.doors = /** @type {Doors} */ (/** @type {unknown} */ (exports));
      for (const before of this.told.values()) this.#ask(...before);
    }
    const { memory, reserve, answer, length } = this.doors;
    const head = new TextEncoder().encode(JSON.stringify({ args, blobs: blobs.map((blob) => blob.length), op }));
    const parts = [head, ...blobs];
    try {
      const at = reserve(parts.reduce((sum, part) => sum + part.length, 4));
      // The memory may have grown, and its old view with it gone.
      const question = new Uint8Array(memory.buffer, at);
      new DataView(memory.buffer, at).setUint32(0, head.length, true);
      let place = 4;
      for (const part of parts) {
        question.set(part, place);
        place += part.length;
      }
      const from = answer();
      return read(new Uint8Array(memory.buffer, from, length()).slice());
    } catch (error) {
      if (error instanceof KernelError) throw error;
      this.doors = null;
      throw new KernelError("stopped");
    }
  }
}

/** @param {Uint8Array} bytes */
function read(bytes) {
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  if (head.error) throw new KernelError(head.error.code, head.error.params);
  let place = 4 + length;
  const blobs = head.blobs.map((/** @type {number} */ size) => bytes.slice(place, (place += size)));
  return blobs.length ? { ...head.value, blobs } : head.value;
}

/** What was asked for, by its path: once, unless it did not come. @type {Map<string, Promise<any>>} */
const loaded = new Map();

/** @template T @param {string} path @param {(answer: Response) => Promise<T>} read @returns {Promise<T>} */
function load(path, read) {
  const known = loaded.get(path);
  if (known) return known;
  const loading = fetch(path).then((answer) => {
    if (!answer.ok) throw new KernelError("not-here", { path });
    return read(answer);
  });
  loading.catch(() => loaded.delete(path));
  loaded.set(path, loading);
  return loading;
}

/** Browsers of before 2021 have it, and do not let it in under our policy; Safari before 15 does not compile what is still coming. @param {Response} answer */
async function compiled(answer) {
  try {
    const asItComes = WebAssembly.compileStreaming;
    return new Kernel(await (asItComes ? asItComes(answer) : WebAssembly.compile(await answer.arrayBuffer())));
  } catch (error) {
    // The network went away meanwhile; Firefox says it by the second.
    if (error instanceof TypeError || /** @type {any} */ (error)?.name === "AbortError") throw error;
    throw new KernelError("no-wasm");
  }
}

/** The kernel, loaded once. @returns {Promise<Kernel>} */
export const kernel = () => load("/wasm/kernel.wasm", compiled);

/** The kernel and what reads files of rarer kinds, loaded when one needs it. @returns {Promise<Kernel>} */
export const reader = () => load("/wasm/reader.wasm", compiled);

/** The words of verdicts in a language. @param {string} language */
export const words = (language) => load(`/i18n/verdict/${language}.json`, async (answer) => new Uint8Array(await answer.arrayBuffer()));

/** The time as the kernel takes it. */
export const now = () => Math.floor(Date.now() / 1000);
