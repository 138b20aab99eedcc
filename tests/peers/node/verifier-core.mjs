// @digitalcredentials/verifier-core: node verifier-core.mjs verify FILE…   One JSON object a line.
// Its answer is a log of four steps; what is judged here is the first, the signature. It knows no registry with our issuers, and fetches
// status lists, of which a test machine has none.
import {readFileSync} from 'node:fs';
import {verifyCredential} from '@digitalcredentials/verifier-core';

// It says on the console what it could not fetch.
console.error = () => {};
const say = console.log;
console.log = () => {};
const [, ...paths] = process.argv.slice(2);
for(const path of paths) {
  const credential = JSON.parse(readFileSync(path));
  const result = await verifyCredential({credential, knownDIDRegistries: []});
  const step = result.log?.find(({id}) => id === 'valid_signature');
  const rest = (result.log ?? []).filter(({id}) => id !== 'valid_signature' && id !== 'registered_issuer');
  const notes = rest.map(({id, valid, error}) => `${id}: ${valid ?? error?.name}`);
  const errors = (result.errors ?? []).map(error => error.message ?? String(error));
  say(JSON.stringify({file: path, accepted: step?.valid === true && !errors.length, reason: [...errors, ...notes].join('; ')}));
}
