// @digitalbazaar/vc, knowing one cryptosuite or both.
//   node digitalbazaar.mjs verify rdfc|jcs|both RESOURCES FILE…
//   node digitalbazaar.mjs issue rdfc|jcs|both FOLDER FILE…
//   node digitalbazaar.mjs canonical FILE…          the SHA-256 of the canonical N-Quads, by jsonld.js
//   node digitalbazaar.mjs contexts FOLDER          the contexts of the packages as files, and a map of them
//   node digitalbazaar.mjs time ROUNDS FILE…        microseconds to sign and to verify
// `verify` and `issue` print one JSON object a line.
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as vc from '@digitalbazaar/vc';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {contexts, loader, resources} from './world.mjs';
import {createSignCryptosuite, createVerifyCryptosuite} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {basename} from 'node:path';
import {createHash} from 'node:crypto';
import {cryptosuite as rdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import jsonld from 'jsonld';

const KNOWN = {jcs: ['jcs'], rdfc: ['rdfc'], both: ['jcs', 'rdfc']};
const read = path => JSON.parse(readFileSync(path));
const checker = name => new DataIntegrityProof({cryptosuite: name === 'jcs' ? createVerifyCryptosuite() : rdfc});
const signerOf = (name, signer, date) =>
  new DataIntegrityProof({cryptosuite: name === 'jcs' ? createSignCryptosuite() : rdfc, signer, date});

/** A list that is not in the map leaves the question open, and this peer knows no open question: the list is not asked for. */
const status = (files, documentLoader, suite) => async options => {
  const {credentialStatus} = options.credential;
  const lists = [credentialStatus].flat().map(({statusListCredential}) => statusListCredential);
  return lists.every(list => files.has(list)) ?
    checkStatus({...options, documentLoader, suite, verifyBitstringStatusListCredential: true}) : {verified: true};
};

async function judge(credential, suite, files) {
  const documentLoader = loader(files);
  const result = await vc.verifyCredential({credential, suite, documentLoader, checkStatus: status(files, documentLoader, suite)});
  const reasons = [result.error?.message, ...(result.error?.errors ?? []).map(error => error.message),
    result.statusResult?.error?.message, result.statusResult?.error?.cause?.message];
  // `verified` says that the lists hold; what is written in them stands beside it.
  const set = (result.statusResult?.results ?? []).filter(({status}) => status).map(entry => entry.credentialStatus.statusPurpose);
  return {accepted: result.verified && !set.length, reason: [...new Set([...reasons, ...set].filter(Boolean))].join(' ')};
}

/** A key known to all, from a seed. */
async function issuer() {
  const seed = createHash('sha256').update('skillpass peer: digitalbazaar').digest();
  const key = await Ed25519Multikey.generate({seed});
  key.controller = `did:key:${key.publicKeyMultibase}`;
  key.id = `${key.controller}#${key.publicKeyMultibase}`;
  return key;
}

async function sign(credential, suites, key, date) {
  let signed = credential;
  for(const name of suites) {
    const suite = signerOf(name, key.signer(), date);
    // Each proof secures the document, and none another proof.
    const {proof: before, ...unsecured} = signed;
    const one = await vc.issue({credential: unsecured, suite, documentLoader: loader(new Map())});
    signed = {...unsecured, proof: [...(before ?? []), one.proof]};
  }
  // With one suite as its users know it: one object.
  return suites.length === 1 ? {...signed, proof: signed.proof[0]} : signed;
}

const [command, ...rest] = process.argv.slice(2);
if(command === 'verify') {
  const [known, map, ...paths] = rest;
  const files = resources(map);
  for(const path of paths) {
    const answer = await judge(read(path), KNOWN[known].map(checker), files).catch(error => ({accepted: false, reason: error.message}));
    console.log(JSON.stringify({file: path, ...answer}));
  }
} else if(command === 'issue') {
  const [known, folder, ...paths] = rest;
  mkdirSync(folder, {recursive: true});
  const key = await issuer();
  for(const path of paths) {
    let credential = read(path);
    credential.issuer = typeof credential.issuer === 'string' ? key.controller : {...credential.issuer, id: key.controller};
    let error = '';
    const file = `${folder}/${basename(path)}`;
    await sign(credential, KNOWN[known], key).then(
      signed => writeFileSync(file, JSON.stringify(signed, null, 1)), thrown => error = `${thrown.message} ${JSON.stringify(thrown.details ?? '')}`);
    console.log(JSON.stringify({file, accepted: !error, reason: error}));
  }
} else if(command === 'canonical') {
  for(const path of rest) {
    const {proof, ...unsecured} = read(path);
    const options = {algorithm: 'RDFC-1.0', format: 'application/n-quads', documentLoader: loader(new Map()), safe: true};
    const text = await jsonld.canonize(unsecured, options);
    console.log(JSON.stringify({file: path, digest: createHash('sha256').update(text).digest('hex')}));
  }
} else if(command === 'contexts') {
  const [folder] = rest;
  mkdirSync(folder, {recursive: true});
  const map = {};
  let number = 0;
  for(const [url, context] of contexts) {
    map[url] = `${++number}.json`;
    writeFileSync(`${folder}/${map[url]}`, JSON.stringify(context));
  }
  writeFileSync(`${folder}/map.json`, JSON.stringify(map, null, 1));
} else if(command === 'time') {
  const [rounds, ...paths] = rest;
  const key = await issuer();
  const microseconds = async work => {
    for(let round = 0; round < rounds / 10; ++round) {
      await work();
    }
    const start = process.hrtime.bigint();
    for(let round = 0; round < rounds; ++round) {
      await work();
    }
    return Number(process.hrtime.bigint() - start) / 1000 / rounds;
  };
  const bytes = new Uint8Array(64);
  const {sign: bare} = key.signer();
  const signature = await bare({data: bytes});
  const {verify: check} = key.verifier();
  const times = {bare: {
    sign: await microseconds(() => bare({data: bytes})), verify: await microseconds(() => check({data: bytes, signature}))}};
  for(const path of paths) {
    const {proof, ...credential} = read(path);
    credential.issuer = {...credential.issuer, id: key.controller};
    for(const name of ['jcs', 'rdfc']) {
      const signed = await sign(credential, [name], key);
      const row = times[`${basename(path, '.json')} ${name}`] = {};
      row.sign = await microseconds(() => sign(credential, [name], key));
      const suite = checker(name);
      const {accepted, reason} = await judge(signed, suite, new Map());
      if(!accepted) {
        throw new Error(reason);
      }
      row.verify = await microseconds(() => judge(signed, suite, new Map()));
    }
  }
  console.log(JSON.stringify(times));
}
