// What RL3 tells apart: an edge with a bound for everything, and one that can be filled or held.
import type { Fixtures } from '@holdfast/controls/control.ts';
import { fixtureEvidence } from '@holdfast/controls/fixtures.ts';
import { type AttemptLook, attemptFixture } from '#verification/asking.ts';
import {
  BODY_SIZE,
  DEPTH,
  HEAD_SIZE,
  type Limits,
  observeLimits,
  SLOW,
  type SizeFacts,
  sizeLook,
  slowLook,
  WAITING,
} from './rl3-evidence.ts';

const limits: Limits = {
  bodyBytesMax: 1_048_576,
  streamBodyBytesMax: 33_554_432,
  headerBytesMax: 16_384,
  headerTimeoutSeconds: 10,
  requestTimeoutSeconds: 60,
  keepAliveSeconds: 75,
  connectionsMax: 4_096,
};
const configured = (changes: Partial<Limits> = {}) => fixtureEvidence(observeLimits({ ...limits, ...changes }));
const tried = (name: string, at: string, facts: SizeFacts) => attemptFixture(sizeLook(name, at, facts));
const slow = (facts: Partial<Parameters<typeof slowLook>[0]> = {}): AttemptLook =>
  slowLook({ isWatched: true, isCut: true, status: 200, ...facts });

const small = [
  tried('a small body', BODY_SIZE, { isLarge: false, status: 400, code: 'request.invalid' }),
  tried('a small head', HEAD_SIZE, { isLarge: false, status: 200, code: null }),
];
const announced = (facts: Partial<SizeFacts> = {}) =>
  tried('a body of a gigabyte, announced', BODY_SIZE, {
    isLarge: true,
    status: 413,
    code: 'request.too_large',
    ...facts,
  });
const streamed = (facts: Partial<SizeFacts> = {}) =>
  tried('a large body, unannounced', BODY_SIZE, { isLarge: true, status: 413, code: 'request.too_large', ...facts });
const head = (facts: Partial<SizeFacts> = {}) =>
  tried('a large head', HEAD_SIZE, { isLarge: true, status: 431, code: 'request.headers_too_large', ...facts });
const deep = (facts: Partial<SizeFacts> = {}) =>
  tried('deep JSON', DEPTH, { isLarge: true, status: 400, code: 'request.malformed', ...facts });

const large = [announced(), streamed(), head(), deep()];
const good = [configured(), ...small, ...large, attemptFixture(slow())];
const from = 'a bound for everything';
const replacing = (evidence: (typeof good)[number]) =>
  good.map((each) => (each.subject === evidence.subject ? evidence : each));
const mutant = (name: string, hits: string, evidence: (typeof good)[number]) => ({
  name,
  from,
  apply: () => replacing(evidence),
  hits,
});
const withLimit = (name: keyof Limits, value: number) =>
  mutant(`${name} of ${value}`, `limit ${name}`, configured({ [name]: value }));
const read = { status: 400, code: 'request.invalid' };

export const sizeFixtures: Fixtures = {
  good: [
    { name: from, evidence: good },
    {
      name: 'a time too long to wait for',
      evidence: replacing(attemptFixture(slow({ isWatched: false, isCut: false }))),
    },
  ],
  mutants: [
    mutant('an announced body is taken', BODY_SIZE, announced({ status: 200, code: null })),
    mutant('an announced body is waited for', BODY_SIZE, announced({ status: 0, code: WAITING })),
    mutant('an announced body is overlooked', BODY_SIZE, announced(read)),
    mutant('a streamed body is taken', BODY_SIZE, streamed({ status: 201, code: null })),
    mutant('a streamed body is read', BODY_SIZE, streamed(read)),
    mutant('a large head is taken', HEAD_SIZE, head({ status: 200, code: null })),
    mutant('deep JSON is read', DEPTH, deep(read)),
    mutant('deep JSON is taken', DEPTH, deep({ status: 200, code: null })),
    mutant('a slow head is borne', SLOW, attemptFixture(slow({ isCut: false }))),
    withLimit('bodyBytesMax', 0),
    withLimit('bodyBytesMax', 67_108_865),
    withLimit('streamBodyBytesMax', 268_435_457),
    withLimit('headerBytesMax', 65_537),
    withLimit('headerTimeoutSeconds', 0),
    withLimit('headerTimeoutSeconds', 61),
    withLimit('requestTimeoutSeconds', 601),
    withLimit('requestTimeoutSeconds', -1),
    withLimit('keepAliveSeconds', 601),
    withLimit('connectionsMax', 0),
    withLimit('connectionsMax', 65_537),
  ],
  notApplicable: [],
  blind: [
    { name: 'a server that is down', evidence: [configured(), ...small, announced({ status: 503 }), ...good.slice(4)] },
    { name: 'a head that only broke off', evidence: replacing(head({ status: 0, code: null })) },
    { name: 'deep JSON that broke the server', evidence: replacing(deep({ status: 500, code: 'server.error' })) },
    {
      name: 'small ones refused too',
      evidence: replacing(tried('a small body', BODY_SIZE, { isLarge: false, status: 413, code: 'request.too_large' })),
    },
    { name: 'others not served meanwhile', evidence: replacing(attemptFixture(slow({ status: 503 }))) },
    { name: 'no configuration', evidence: good.slice(1) },
    { name: 'no slow head', evidence: good.slice(0, -1) },
  ],
  same: [{ name: 'deep JSON too large to process', as: from, evidence: replacing(deep({ status: 413, code: null })) }],
};
