// TR10: whoever is no declared proxy cannot speak for another address, whatever header they write it into.
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { ProbeTools } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { factsOf } from '@holdfast/controls/facts.ts';
import type { HttpReply } from '@holdfast/controls/probes/http.ts';
import { type Attempt, judgePair, type Outcome } from '@holdfast/controls/paired.ts';
import type { TwinRequest } from '@holdfast/controls/twins/http.ts';
import { anyCidrContains, type Config, parseAddress } from '#config.ts';
import { ATTEMPT, type AttemptLook, attemptFixture, sealAttempt } from '#verification/asking.ts';
import { startWebTwin } from '#verification/exchange.ts';
import type { Web } from '#verification/instance.ts';

type Target = { readonly web?: Web; readonly config?: Pick<Config, 'trustedProxies'> };

/** Everybody may ask it, and it tells what is left of the budget that the address has. */
const PATH = '/api/v1/setup';
const PLACE = 'forwarding header';
/** RFC 5737: an address for documents, which is nobody's. */
const CLAIMED = '203.0.113.7';
const CLAIMED_HOST = 'forwarded.example';
/** One header each: a server may read any of them. */
const FORGED: readonly (readonly [name: string, value: string])[] = [
  ['X-Forwarded-For', CLAIMED],
  ['Forwarded', `for=${CLAIMED}`],
  ['X-Real-IP', CLAIMED],
  ['True-Client-IP', CLAIMED],
  ['CF-Connecting-IP', CLAIMED],
  ['X-Forwarded-Host', CLAIMED_HOST],
  ['X-Forwarded-Proto', 'https'],
];
/** So many, that the budget of one address is visibly smaller than that of a new one. */
const PLAIN_CALLS = 4;
/** Malformed, forbidden, misdirected. */
const REFUSALS: readonly number[] = [400, 403, 421];
const EXPECTED = 'the request refused, or counted as the address it came from';

const look = (subject: string, facts: AttemptLook['facts']): AttemptLook => ({
  subject,
  at: PLACE,
  facts,
  volatile: ['remaining', 'remainingAtFirst'],
});
const plain = (facts: AttemptLook['facts'] = {}) =>
  attemptFixture(
    look('without a header', {
      isForged: false,
      isDeclared: false,
      status: 200,
      remaining: 96,
      remainingAtFirst: 99,
      isEchoed: false,
      ...facts,
    }),
  );
const forged = (name: string, facts: AttemptLook['facts'] = {}) =>
  attemptFixture(
    look(`with ${name}`, {
      isForged: true,
      isDeclared: false,
      status: 421,
      remaining: -1,
      remainingAtFirst: 99,
      isEchoed: false,
      ...facts,
    }),
  );
const others = FORGED.slice(1).map(([name]) => forged(name));
const fixtures = (facts: AttemptLook['facts']): readonly Evidence[] => [
  plain(),
  forged('X-Forwarded-For', facts),
  ...others,
];
const refused = fixtures({});
const mutant = (name: string, facts: AttemptLook['facts']) => ({
  name,
  from: 'every header refused',
  apply: () => fixtures(facts),
  hits: PLACE,
});

export const forwardedControl = defineControl({
  id: 'TR10',
  title: 'Nobody but a declared proxy can speak for another address',
  severity: 'high',
  waivable: true,
  needs: [{ kind: ATTEMPT, vantage: ['outside', 'inside'], min: FORGED.length + 1 }],
  judge: (evidence) => {
    const attempts = evidence.map(readAttempt);
    return judgePair({
      good: attempts.filter(({ isForged }) => !isForged),
      bad: attempts.filter(({ isForged }) => isForged),
      expected: EXPECTED,
    });
  },
  remedy:
    'Name the addresses of your own proxies, and no others, in HOLDFAST_TRUSTED_PROXIES, and have them overwrite the header that HOLDFAST_PROXY_HEADER names.',
  maps: { asvs: ['4.1.3', '15.3.4'], cwe: ['290', '348'], nist80053: ['SC-7'] },
  probe: async ({ web, config }: Target, tools) => {
    if (web === undefined) return [];
    const from = web.freshAddress();
    const address = parseAddress(from ?? '127.0.0.1');
    const isDeclared = address !== undefined && anyCidrContains(config?.trustedProxies ?? [], address);
    return seeAttempts(web, { from, isDeclared }, tools);
  },
  twins: [
    {
      name: 'an edge that believes X-Forwarded-For of everybody',
      hits: PLACE,
      start: () => startCountingTwin((headers) => headers['x-forwarded-for']?.toString() ?? 'peer'),
    },
    {
      name: 'an edge that believes Forwarded of everybody',
      hits: PLACE,
      start: () => startCountingTwin((headers) => headers.forwarded ?? 'peer'),
    },
    {
      name: 'an edge that takes its name from the request',
      hits: PLACE,
      start: () =>
        startWebTwin({
          '*': ({ headers }) => ({
            status: 200,
            headers: { ratelimit: '"read";r=1;t=1' },
            body: `https://${String(headers['x-forwarded-host'] ?? 'holdfast.example')}/`,
          }),
        }),
    },
  ],
  fixtures: {
    good: [
      { name: 'every header refused', evidence: refused },
      { name: 'a header that changes nothing', evidence: fixtures({ status: 200, remaining: 95 }) },
    ],
    mutants: [
      mutant('a budget of its own for the claimed address', { status: 200, remaining: 99 }),
      mutant('a larger budget', { status: 200, remaining: 500 }),
      mutant('the claimed name in the answer', { status: 200, remaining: 95, isEchoed: true }),
    ],
    notApplicable: [],
    blind: [
      { name: 'a server that is down', evidence: [plain({ status: 503 }), forged('X-Forwarded-For'), ...others] },
      { name: 'no answer to what is left', evidence: fixtures({ status: 200, remaining: -1 }) },
      { name: 'limited anyway', evidence: fixtures({ status: 429 }) },
      { name: 'asked as a declared proxy', evidence: fixtures({ isDeclared: true }) },
      { name: 'one header not tried', evidence: [plain(), ...others] },
    ],
    same: [
      { name: 'refused as malformed', as: 'every header refused', evidence: fixtures({ status: 400 }) },
      { name: 'refused as forbidden', as: 'every header refused', evidence: fixtures({ status: 403 }) },
    ],
  },
});

function readAttempt(evidence: Evidence): Attempt & { readonly isForged: boolean } {
  const facts = factsOf(evidence);
  const [status, remaining, atFirst] = [
    facts.number('status'),
    facts.number('remaining'),
    facts.number('remainingAtFirst'),
  ];
  const [isForged, isEchoed, isDeclared] = [facts.flag('isForged'), facts.flag('isEchoed'), facts.flag('isDeclared')];
  const left = remaining < 0 ? 'nothing said of a budget' : `${remaining} of ${atFirst} calls left`;
  const shown = `${status}, ${isEchoed ? 'the claimed name in the answer' : left}`;
  const isServed = status >= 200 && status < 300;
  if (!isForged) return { evidence, isForged, shown, outcome: isServed ? 'accepted' : 'other' };
  if (isDeclared) {
    return { evidence, isForged, shown: 'asked from the address of a declared proxy', outcome: 'other' };
  }
  const outcome = isServed ? outcomeOfServed({ isEchoed, remaining, atFirst }) : refusedOrOther(status);
  return { evidence, isForged, shown, outcome };
}

type Served = { readonly isEchoed: boolean; readonly remaining: number; readonly atFirst: number };

/** Counted with the calls before it, the header meant nothing; with a budget of its own it did. */
function outcomeOfServed({ isEchoed, remaining, atFirst }: Served): Outcome {
  if (isEchoed) return 'accepted';
  if (remaining < 0 || atFirst < 0) return 'other';
  return remaining < atFirst ? 'refused' : 'accepted';
}

function refusedOrOther(status: number): Outcome {
  return REFUSALS.includes(status) ? 'refused' : 'other';
}

type Peer = { readonly from: string | undefined; readonly isDeclared: boolean };

async function seeAttempts(web: Web, { from, isDeclared }: Peer, tools: ProbeTools): Promise<readonly Evidence[]> {
  const ask = (headers: readonly (readonly [string, string])[]): Promise<HttpReply> =>
    web.ask({ path: PATH, headers, ...(from === undefined ? {} : { from }) }, tools.signal);
  // One after the other: which of them was counted first must be certain.
  const first = await ask([]);
  let last = first;
  for (let call = 1; call < PLAIN_CALLS; call += 1) last = await ask([]);
  const atFirst = remainingIn(first);
  const seal = (subject: string, isForged: boolean, reply: HttpReply, header: string): Evidence =>
    sealAttempt(
      web,
      {
        ...look(subject, {
          isForged,
          isDeclared,
          status: reply.status,
          remaining: remainingIn(reply),
          remainingAtFirst: atFirst,
          isEchoed: isForged && isEchoing(reply),
        }),
        reproduce: `curl -sk -D - ${header}'${web.origin}${PATH}'`,
      },
      tools,
    );
  const seen = [seal('without a header', false, last, '')];
  for (const [name, value] of FORGED) {
    seen.push(seal(`with ${name}`, true, await ask([[name, value]]), `-H '${name}: ${value}' `));
  }
  return seen;
}

/** Of the first policy named; -1 where nothing is said. */
function remainingIn(reply: HttpReply): number {
  const [value = ''] = [...reply.valuesOf('ratelimit'), ...reply.valuesOf('ratelimit-remaining')];
  const found = /(?:;\s*r=|^)(\d{1,9})/.exec(value)?.[1];
  return found === undefined ? -1 : Number(found);
}

/** A refusal may name what it refuses; what is served may not. */
function isEchoing(reply: HttpReply): boolean {
  const text = `${reply.body} ${reply.valuesOf('location').join(' ')}`;
  return reply.status < 400 && (text.includes(CLAIMED_HOST) || text.includes(CLAIMED));
}

/** Gives every key that requests name a budget of ten. */
function startCountingTwin(keyOf: (headers: TwinRequest['headers']) => string) {
  const used = new Map<string, number>();
  return startWebTwin({
    '*': ({ headers }) => {
      const count = (used.get(keyOf(headers)) ?? 0) + 1;
      used.set(keyOf(headers), count);
      return { status: 200, headers: { ratelimit: `"read";r=${20 - count};t=1` } };
    },
  });
}
