// Tests SCRAM verifiers against the exchange published in RFC 7677 section 3, and their form against RFC 5803.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { sha256 } from './hash.ts';
import { makeScramVerifier } from './scram.ts';
import { toSecret } from './secret.ts';

const SALT = 'W22ZaJ0SNY7soEsUEjb6gQ==';
const NONCE = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
const AUTH_MESSAGE = ['n=user,r=rOprNGfwEbeRWgbNEkqO', `r=${NONCE},s=${SALT},i=4096`, `c=biws,r=${NONCE}`].join(',');
const CLIENT_PROOF = 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=';
const SERVER_SIGNATURE = '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=';

const sign = (key: Buffer): Buffer => createHmac('sha256', key).update(AUTH_MESSAGE).digest();

test('the verifier accepts the published proof and gives the published signature', () => {
  const verifier = makeScramVerifier(toSecret('pencil'), { salt: Buffer.from(SALT, 'base64'), iterations: 4096 });
  const match = /^SCRAM-SHA-256\$4096:([^$]+)\$([^:]+):(.+)$/.exec(verifier);
  const [, salt, stored = '', server = ''] = match ?? [];
  assert.equal(salt, SALT);
  const storedKey = Buffer.from(stored, 'base64');
  const proof = Buffer.from(CLIENT_PROOF, 'base64');
  const clientKey = sign(storedKey).map((byte, at) => byte ^ (proof[at] ?? 0));
  assert.deepEqual(sha256(clientKey), storedKey);
  assert.equal(sign(Buffer.from(server, 'base64')).toString('base64'), SERVER_SIGNATURE);
});

test('two verifiers of one password share no salt and no key', () => {
  const parts = (text: string): readonly string[] => text.split(/[$:]/).slice(2);
  const [one, other] = [makeScramVerifier(toSecret('pencil')), makeScramVerifier(toSecret('pencil'))].map(parts);
  assert.equal(one?.length, 3);
  assert.equal(new Set([...(one ?? []), ...(other ?? [])]).size, 6);
});

test('a password that SASLprep could change is not taken', () => {
  for (const text of ['', 'pass word', 'pässword', 'IX\u00ad', 'tab\t', '\u2168']) {
    assert.throws(() => makeScramVerifier(toSecret(text)), TypeError, JSON.stringify(text));
  }
});
