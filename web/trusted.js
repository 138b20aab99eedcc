// The only addresses that may become code: under Trusted Types a worker's address is refused unless a policy made it.

/** Every worker of ours. */
const NAMED = ["/scan/worker.js", "/sw.js"];

/** @param {string} address */
function named(address) {
  if (NAMED.includes(address)) return address;
  throw new TypeError("not one of ours");
}

/** Browsers before Chrome 83, and others, have no Trusted Types; there the address is checked all the same. */
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("skillpass", { createScriptURL: named }) ?? {
  createScriptURL: named,
};

/** An address from the list, as `Worker` and `register` take it. @param {string} address @returns {any} */
export const scriptUrl = (address) => policy.createScriptURL(address);
