// Judges what operations declare, and what they answer to nobody. Pure.
import type { Finding } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { PUBLIC_OPERATIONS } from './public-operations.ts';

export const KINDS = { operation: 'http.operation', registry: 'http.registry', undeclared: 'http.undeclared' } as const;

/** Paths that no operation has: one of chance at each root, and those that are left open elsewhere. */
export function undeclaredPaths(chance: string): readonly { readonly subject: string; readonly path: string }[] {
  const chosen = ['/', '/api/', '/api/v1/', '/v1/'].map((root) => ({
    subject: `GET ${root}<chance>`,
    path: `${root}${chance}`,
  }));
  const known = ['/admin', '/internal', '/debug', '/graphql', '/actuator/env', '/.env'];
  return [...chosen, ...known.map((path) => ({ subject: `GET ${path}`, path }))];
}

export function judgeAccess(evidence: readonly Evidence[]): readonly Finding[] {
  const operations = evidence.filter(({ kind }) => kind === KINDS.operation);
  return [
    ...operations.flatMap(judgeDeclared),
    ...operations.flatMap(judgeBare),
    ...evidence.filter(({ kind }) => kind === KINDS.undeclared).flatMap(judgeUndeclared),
    ...evidence.filter(({ kind }) => kind === KINDS.registry).flatMap((each) => judgeRegistry(each, operations)),
  ];
}

function judgeDeclared(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const publicFor = facts.findText('publicFor');
  const isDeclared = publicFor === undefined ? facts.texts('permissions').length > 0 : publicFor.trim().length >= 10;
  const isListed = publicFor === undefined || PUBLIC_OPERATIONS.has(facts.text('id'));
  return [
    ...(isDeclared
      ? []
      : [failureOf(each, { at: 'access', expected: 'permissions, or a reason to be public', observed: 'neither' })]),
    ...(isListed
      ? []
      : [failureOf(each, { at: 'access', expected: 'a public operation of the list', observed: facts.text('id') })]),
  ];
}

/** Any answer but 401 came from behind the door; with a credential, 401 would mean that nobody gets in. */
function judgeBare(each: Evidence): readonly Finding[] {
  const facts = factsOf(each);
  const bare = facts.number('bare');
  if (facts.findText('publicFor') !== undefined) return judgePublic(each, bare);
  const found = failureOf(each, { expected: '401', observed: `${bare}` });
  return [
    ...(bare === 401 ? [] : [isBroken(bare) ? doubt(found) : found]),
    ...ownedOf(each)
      .filter((status) => status === 401 || isBroken(status))
      .map((status) => doubt(failureOf(each, { expected: 'an answer to the owner', observed: `${status}` }))),
  ];
}

function judgePublic(each: Evidence, bare: number): readonly Finding[] {
  return isBroken(bare) ? [doubt(failureOf(each, { expected: 'an answer to anybody', observed: `${bare}` }))] : [];
}

function judgeUndeclared(each: Evidence): readonly Finding[] {
  const status = factsOf(each).number('status');
  if (status === 404) return [];
  const found = failureOf(each, { expected: '404', observed: `${status}` });
  return [isBroken(status) ? doubt(found) : found];
}

/** Counted apart, so that a list that ends early shows; and somebody must have got in somewhere. */
function judgeRegistry(each: Evidence, operations: readonly Evidence[]): readonly Finding[] {
  const declared = factsOf(each).number('operations');
  const accepted = operations.flatMap(ownedOf).filter((status) => status >= 200 && status < 300);
  return [
    ...(declared === operations.length
      ? []
      : [doubt(failureOf(each, { expected: `${declared} operations`, observed: `${operations.length} were asked` }))]),
    ...(accepted.length > 0
      ? []
      : [doubt(failureOf(each, { expected: 'an operation that lets its owner in', observed: 'none' }))]),
  ];
}

/** Written as text, because it is there for some only. */
function ownedOf(each: Evidence): readonly number[] {
  const owned = factsOf(each).findText('owned');
  return owned === undefined ? [] : [Number(owned)];
}

function doubt(found: Finding): Finding {
  return { ...found, verdict: 'unknown' };
}

/** Neither an answer nor a refusal: too many calls, or a server in trouble. */
function isBroken(status: number): boolean {
  return status === 429 || status >= 500;
}
