// Signs or verifies documents with @digitalbazaar/vc (eddsa-rdfc-2022); contexts and keys are in
// memory. Reads a job of documents, then for each line on standard input goes through some of them
// and prints how many it did in a second.
import fs from 'node:fs';
import readline from 'node:readline';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';

const {mode, documents, known} = JSON.parse(fs.readFileSync(process.argv[2]));
const loaded = new Map(Object.entries(known));
const documentLoader = async url => {
  if(!loaded.has(url)) throw new Error(`not in memory: ${url}`);
  return {contextUrl: null, documentUrl: url, document: loaded.get(url)};
};
const key = await Ed25519Multikey.generate({controller: 'did:example:issuer'});
key.id = `${key.controller}#key`;

async function sign(credential) {
  const suite = new DataIntegrityProof({signer: key.signer(), cryptosuite});
  const signed = await vc.issue({credential, suite, documentLoader});
  return Boolean(signed.proof.proofValue);
}
async function verify(credential) {
  const suite = new DataIntegrityProof({cryptosuite});
  const checkStatus = async () => ({verified: true});
  return (await vc.verifyCredential({credential, suite, documentLoader, checkStatus})).verified;
}
const step = mode === 'sign' ? sign : verify;

async function go(number) {
  const copies = Array.from({length: number}, (_, i) => structuredClone(documents[i % documents.length]));
  const start = performance.now();
  for(const credential of copies) {
    if(!await step(credential)) throw new Error('refused');
  }
  return number / ((performance.now() - start) / 1000);
}

await go(40); // warm
console.log('ready');
for await (const line of readline.createInterface({input: process.stdin})) {
  console.log(await go(Number(line)));
}
