// ID3: guessing is throttled, by account and by address, tells nobody who has an account, and shuts no owner out.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { randomBytes } from '#crypto/random.ts';
import { ATTEMPT, askAs, codeOf, cookieOf, sealAttempt } from '#verification/asking.ts';
import type { Tenant, Web } from '#verification/instance.ts';
import { fixtures } from './id3-fixtures.ts';
import { BAR, judgeGuessing, PLACES } from './id3-judge.ts';
import { addUp, endSession, guess, type Series, SESSION } from './id3-series.ts';
import { type Target, twins } from './id3-twins.ts';

export const guessingControl = defineControl<Target>({
  id: 'ID3',
  title: 'Guessing passwords is throttled, tells nobody who has an account, and shuts no owner out',
  severity: 'high',
  waivable: true,
  needs: [{ kind: ATTEMPT, vantage: ['inside', 'outside'], min: 5 }],
  judge: judgeGuessing,
  remedy:
    'Leave HOLDFAST_FAILURES_PER_ACCOUNT_PER_MINUTE and HOLDFAST_FAILURES_PER_ADDRESS_PER_MINUTE at 5 and 20 or below, and see that HOLDFAST_TRUSTED_PROXIES names every proxy in front, so that addresses are those of callers.',
  maps: { asvs: ['6.3.1'], cwe: ['204', '307'], nist80053: ['AC-7'] },
  probe: probeGuessing,
  twins,
  fixtures,
});

/** One more than the bar, so that one is refused. */
const TIMES = BAR.account + 1;
/** Units of the address's limit that may come back while it is used up, on a slow machine. */
const COMING_BACK_MAX = 4;

/**
 * Wrong passwords cost a hash each, so no more are sent than the limits need: about as many as an address may have. They
 * come at once: what is counted after a password was looked at would let them all through.
 */
async function probeGuessing({ web, tenants, config }: Target, tools: ProbeTools): Promise<readonly Evidence[]> {
  if (web === undefined || tenants === undefined) return [];
  const { one } = await tenants.open(tools.signal);
  const rates = config?.limits.ratesPerMinute;
  const limits = {
    account: rates?.failuresPerAccount ?? BAR.account,
    address: rates?.failuresPerAddress ?? BAR.address,
  };
  const from = web.freshAddress();
  const startedMs = tools.unixMs();
  const [known, unknown, ...others] = await Promise.all([
    guess(web, { email: one.email, times: TIMES, from }, tools),
    guess(web, { email: stranger(), times: TIMES, from }, tools),
    ...Array.from({ length: BAR.address / BAR.account - 2 }, () =>
      guess(web, { email: stranger(), times: BAR.account, from }, tools),
    ),
  ]);
  const inside = await lookAtRight(web, { one, from, at: PLACES.inside }, tools);
  const [elsewhere, last] = await Promise.all([
    lookAtRight(web, { one, from: web.freshAddress(), at: PLACES.elsewhere }, tools),
    useUpAddress(web, from, addUp([known, unknown, ...others]), tools),
  ]);
  const seconds = Math.ceil((tools.unixMs() - startedMs) / 1_000);
  // Where an address may have fewer, others have used them up.
  const afresh = (email: string, series: Series): Promise<Series> | Series =>
    series.answered > 0 ? series : guess(web, { email, times: TIMES, from: web.freshAddress() }, tools);
  const all = addUp([known, unknown, ...others, ...last]);
  return [
    seal(web, { at: PLACES.known, series: await afresh(one.email, known), limit: limits.account }, tools),
    seal(web, { at: PLACES.unknown, series: await afresh(stranger(), unknown), limit: limits.account }, tools),
    seal(web, { at: PLACES.address, series: all, limit: limits.address, seconds }, tools),
    inside,
    elsewhere,
  ];
}

/** Nobody has it, and nobody ever had. */
function stranger(): string {
  return `nobody-${randomBytes(8).toString('hex')}@probe.invalid`;
}

/** Goes on, each time as another account, until the address itself is refused. */
async function useUpAddress(
  web: Web,
  from: string | undefined,
  { answered }: Series,
  tools: ProbeTools,
): Promise<readonly Series[]> {
  const all: Series[] = [];
  while (answered + all.length < BAR.address + COMING_BACK_MAX) {
    const series = await guess(web, { email: stranger(), times: 1, from }, tools);
    all.push(series);
    if (series.answered === 0) break;
  }
  return all;
}

type Sealed = {
  readonly at: string;
  readonly series: Series;
  readonly limit: number;
  readonly seconds?: number;
};

function seal(web: Web, { at, series, limit, seconds }: Sealed, tools: ProbeTools): Evidence {
  const { waits, ...counts } = series;
  return sealAttempt(
    web,
    {
      subject: at,
      at,
      facts: { ...counts, waits, limit, ...(seconds === undefined ? {} : { seconds }) },
      // How many fit while time passes, and how long to wait, differ from run to run.
      volatile: ['answered', 'throttled', 'waits', ...(seconds === undefined ? [] : ['seconds'])],
    },
    tools,
  );
}

type Right = { readonly one: Tenant; readonly from: string | undefined; readonly at: string };

async function lookAtRight(web: Web, { one, from, at }: Right, tools: ProbeTools): Promise<Evidence> {
  const body = { email: one.email, password: one.password };
  const reply = await askAs(web, { method: 'POST', path: SESSION, body, from }, tools.signal);
  await endSession(web, reply, tools.signal);
  const facts = { status: reply.status, code: codeOf(reply), opens: cookieOf(reply) !== undefined };
  return sealAttempt(web, { subject: at, at, facts }, tools);
}
