// RL1: every operation has a limit, and a caller who is over one is told so and when to come back, alone.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { HttpReply } from '@holdfast/controls/probes/http.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import type { Operation, Web } from '#verification/instance.ts';
import { fixtures, type LimitsTarget, twins } from './rl1-fixtures.ts';
import { judgeLimits, KINDS, LIMITS_MAX, SUBJECTS } from './rl1-judge.ts';

const TTL_SECONDS = 3_600;

export const limitsControl = defineControl({
  id: 'RL1',
  title: 'Too many calls are refused, with when to come back',
  severity: 'high',
  waivable: true,
  needs: [
    { kind: KINDS.limits, vantage: ['inside'] },
    { kind: KINDS.classes, vantage: ['inside'] },
    { kind: KINDS.call, vantage: ['outside', 'inside'], min: Object.keys(SUBJECTS).length },
  ],
  judge: judgeLimits,
  remedy:
    'Set the HOLDFAST_RATE_… and HOLDFAST_FAILURES_… settings (docs/reference/configuration.md); see that the common store of limits is up, and that proxies pass on 429 with its headers.',
  maps: { asvs: ['2.4.1', '6.3.1'], cwe: ['307', '770', '799'], nist80053: ['AC-7', 'SC-5'] },
  probe: async ({ web, config, operations }: LimitsTarget, tools) => {
    if (web === undefined || config === undefined || operations === undefined) return [];
    const { ratesPerMinute } = config.limits;
    const limits = Object.keys(LIMITS_MAX).map((name) => [name, readNumber(ratesPerMinute, name)] as const);
    return [
      seal(tools, KINDS.limits, 'configured limits', Object.fromEntries(limits)),
      seal(tools, KINDS.classes, 'classes of operations', { operations: countClasses(operations) }),
      ...(await observe(web, ratesPerMinute.failuresPerAddress, tools)),
    ];
  },
  twins,
  fixtures,
});

function readNumber(limits: Readonly<Record<string, number>>, name: string): number {
  return limits[name] ?? 0;
}

function countClasses(operations: readonly Operation[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(operations, ({ rateClass }) => rateClass);
  return Object.fromEntries([...groups].map(([name, members]) => [name, members.length]));
}

function seal(tools: ProbeTools, kind: string, subject: string, data: JsonValue): Evidence {
  const reproduce = 'holdfast config check; docs/reference/routes.md';
  return tools.evidence({ kind, subject, at: kind, data, vantage: 'inside', ttlSeconds: TTL_SECONDS, reproduce });
}

type Call = {
  readonly from: string;
  readonly path?: string;
  readonly headers?: readonly (readonly [string, string])[];
};

/** Says at once what it is not: no look-up is made for it, and nobody's account is locked. */
const WRONG = ['Authorization', 'Bearer wrong-on-purpose'] as const;
const OPEN_PATH = '/api/v1/setup';
/** Some come back while the others are used up, on a slow machine. */
const SPARE = 5;

/** Uses up the failures of an address that nothing else asks from; undefined addresses make no attempt at all. */
async function observe(web: Web, failuresMax: number, tools: ProbeTools): Promise<readonly Evidence[]> {
  const [address, another] = [web.freshAddress(), web.freshAddress()];
  if (address === undefined || another === undefined) return [];
  const ask = ({ path = OPEN_PATH, ...rest }: Call): Promise<HttpReply> => web.ask({ path, ...rest }, tools.signal);
  const wrong = (from: string, ...more: readonly (readonly [string, string])[]): Promise<HttpReply> =>
    ask({ from, headers: [WRONG, ...more] });
  const first = await wrong(address);
  let over = first;
  for (let call = 1; call <= failuresMax + SPARE && over.status !== 429; call += 1) over = await wrong(address);
  const call = (subject: string, reply: HttpReply, tells = true): Evidence =>
    tools.evidence({
      kind: KINDS.call,
      subject,
      at: 'reply',
      data: { status: reply.status, tells },
      vantage: web.vantage,
      ttlSeconds: TTL_SECONDS,
      reproduce: `for i in $(seq ${failuresMax + 1}); do curl -sk -o /dev/null -w '%{http_code} ' -H 'Authorization: Bearer wrong' '${web.origin}${OPEN_PATH}'; done`,
    });
  const bystander = await ask({ from: address });
  return [
    call(SUBJECTS.first, first),
    call(SUBJECTS.over, over, isTold(over)),
    call(SUBJECTS.disguised, await wrong(address, ['X-Forwarded-For', '198.51.100.7'])),
    call(SUBJECTS.elsewhere, await wrong(another)),
    call(SUBJECTS.bystander, bystander, isCounted(bystander)),
  ];
}

function isTold(reply: HttpReply): boolean {
  const waits = reply.valuesOf('retry-after');
  return waits.length === 1 && /^[1-9]\d*$/.test(waits[0] ?? '') && remainingOf(reply) === 0 && hasPolicy(reply);
}

/** draft-ietf-httpapi-ratelimit-headers: `"policy";r=…;t=…`; -1 where nothing is said. */
function remainingOf(reply: HttpReply): number {
  return Number(/;r=(\d+)(?:;|$)/.exec(reply.valuesOf('ratelimit')[0] ?? '')?.[1] ?? -1);
}

/** What is left is less than what there was, by this call at the least; more of it comes back from moment to moment. */
function isCounted(reply: HttpReply): boolean {
  const quota = Number(/;q=(\d+);/.exec(reply.valuesOf('ratelimit-policy')[0] ?? '')?.[1] ?? 0);
  const remaining = remainingOf(reply);
  return hasPolicy(reply) && remaining >= 0 && remaining < quota;
}

function hasPolicy(reply: HttpReply): boolean {
  return /^"[a-z_]+";q=\d+;w=\d+/.test(reply.valuesOf('ratelimit-policy')[0] ?? '');
}
