// BG1: a sealed way in that needs two people, is over after an hour, rings every webhook, and leaves a review and a new seal behind.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { HttpReply } from '@holdfast/controls/probes/http.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { demandDone, SESSION, SESSIONS, textIn } from '#verification/account-asking.ts';
import { type Asked, askAs, ATTEMPT, cookieOf, membersOf, sealAttempt } from '#verification/asking.ts';
import { triesOf } from '#verification/families.ts';
import type { Tenant, Web } from '#verification/instance.ts';
import { fixtures } from './bg1-fixtures.ts';
import { FAMILIES, judgeBreakGlass, PLACES, USES } from './bg1-judge.ts';
import { type Target, twins } from './bg1-twins.ts';
import { readUses, type Uses } from './emergency-queries.ts';

export const breakGlassControl = defineControl<Target>({
  id: 'BG1',
  title:
    'Break-glass needs two people, is over after an hour, is told wherever alarms go, and is reviewed and sealed anew',
  severity: 'high',
  waivable: true,
  needs: [
    { kind: ATTEMPT, vantage: ['inside', 'outside'], min: 4 },
    { kind: USES, vantage: ['inside'] },
  ],
  judge: judgeBreakGlass,
  remedy:
    'Write the review of each use and seal a new credential, and after 180 days another (console: Break-glass). Twice within 90 days means that something else is broken: mend that, so that people sign in as themselves. An alarm that was given up: mend the receiver and send it again, or remove the webhook (console: Webhooks).',
  maps: { cwe: ['250', '613'], nist80053: ['AC-2', 'AC-6', 'CP-2'] },
  probe: async ({ web, tenants, accounts, database }, tools) => {
    if (web === undefined || tenants === undefined || accounts === undefined || database === undefined) return [];
    const { one } = await tenants.open(tools.signal);
    const tried = await accounts.borrow(({ probed }) => tryAll({ web, one, tools, slug: probed }), tools.signal);
    const uses = await readUses(database, tools.signal);
    return [...tried, ...(uses === undefined ? [] : [sealUses(uses, tools)])];
  },
  twins,
  fixtures,
});

type Looking = { readonly web: Web; readonly one: Tenant; readonly tools: ProbeTools; readonly slug: string };

const EMERGENCY = '/api/v1/emergency';
const REASON = 'the probe of control BG1';

/** From an address of its own each time: refusals use up the limit of one. */
function ask({ web, tools }: Looking, asked: Asked): Promise<HttpReply> {
  return askAs(web, { from: web.freshAddress(), ...asked }, tools.signal);
}

async function statusOf(looking: Looking, asked: Asked): Promise<number> {
  return (await ask(looking, asked)).status;
}

function show(looking: Looking, part: string, more: object): Promise<HttpReply> {
  return ask(looking, {
    method: 'POST',
    path: `${EMERGENCY}/open`,
    body: { organization: looking.slug, part, ...more },
  });
}

async function seal(looking: Looking): Promise<readonly string[]> {
  const reply = await ask(looking, { method: 'POST', path: `${EMERGENCY}/seal`, cookie: looking.one.cookie, body: {} });
  demandDone(reply.status, 'a seal');
  const { parts } = membersOf(reply);
  return Array.isArray(parts) ? parts.filter((part) => typeof part === 'string') : [];
}

async function tryAll(looking: Looking): Promise<readonly Evidence[]> {
  const [first = '', second = ''] = await seal(looking);
  const begun = await show(looking, first, { reason: REASON });
  demandDone(begun.status, 'a request');
  const [request, code] = [textIn(begun, 'request'), textIn(begun, 'code')];
  const collect = () => ask(looking, { method: 'POST', path: `${EMERGENCY}/session`, body: { request } });
  const waiting = (await collect()).status;
  const parts = {
    'the same part with the code': (await show(looking, first, { code })).status,
    'the other part with another code': (await show(looking, second, { code: 'aaaa-aaaa' })).status,
    'the other part with the code': (await show(looking, second, { code })).status,
    'a part that was spent': (await show(looking, first, { reason: REASON })).status,
  };
  const opened = await collect();
  const collecting = {
    'a request of one part': waiting,
    'a request that was granted': opened.status,
    'a request that was collected': (await collect()).status,
  };
  const reach = await tryReach(looking, cookieOf(opened) ?? 'none=none');
  // What is owed after a use: a seal whose parts nobody keeps, and no reminder for nobody.
  await seal(looking);
  return [
    tries(looking, PLACES.parts, parts),
    tries(looking, PLACES.collecting, collecting),
    tries(looking, PLACES.reach, reach),
    sealLength(looking, textIn(opened, 'expiresAt')),
  ];
}

async function tryReach(looking: Looking, cookie: string): Promise<Readonly<Record<string, number>>> {
  const { one } = looking;
  const key = { name: 'probe BG1', scopes: ['audit:read'] };
  const statuses = {
    'what an owner reads': await statusOf(looking, { path: '/api/v1/organization', cookie }),
    'sealing anew': await statusOf(looking, { method: 'POST', path: `${EMERGENCY}/seal`, cookie, body: {} }),
    'making a key': await statusOf(looking, { method: 'POST', path: '/api/v1/api-keys', cookie, body: key }),
    'listing sessions of a person': await statusOf(looking, { path: SESSIONS, cookie }),
  };
  const { uses } = membersOf(await ask(looking, { path: EMERGENCY, cookie: one.cookie }));
  const [newest] = Array.isArray(uses) ? (uses as readonly { readonly id?: unknown }[]) : [];
  const path = `${EMERGENCY}/uses/${typeof newest?.id === 'string' ? newest.id : 'none'}`;
  demandDone(await statusOf(looking, { method: 'POST', path: `${path}/end`, cookie: one.cookie, body: {} }), 'an end');
  const after = await statusOf(looking, { path: SESSION, cookie });
  const body = { note: 'The probe of control BG1; nothing was changed.' };
  await ask(looking, { method: 'POST', path: `${path}/review`, cookie: one.cookie, body });
  return { ...statuses, 'anything after its end': after };
}

function sealLength(looking: Looking, expiresAt: string): Evidence {
  const ms = Date.parse(expiresAt) - looking.tools.unixMs();
  const minutes = Number.isFinite(ms) ? Math.max(0, Math.round(ms / 60_000)) : 0;
  return sealFacts(looking, PLACES.length, { minutes });
}

function sealUses(data: Uses, tools: ProbeTools): Evidence {
  return tools.evidence({
    kind: USES,
    subject: PLACES.uses,
    at: PLACES.uses,
    data,
    vantage: 'inside',
    ttlSeconds: 300,
    reproduce: 'psql -U holdfast_runtime -c "select * from holdfast.look_at_emergencies()"',
  });
}

function tries(looking: Looking, place: string, statuses: Readonly<Record<string, number>>): Evidence {
  const family = FAMILIES[place];
  return sealFacts(looking, place, { tries: family === undefined ? [] : triesOf(family, statuses) });
}

function sealFacts({ web, tools }: Looking, at: string, facts: Readonly<Record<string, JsonValue>>): Evidence {
  return sealAttempt(web, { subject: at, at, facts }, tools);
}
