// TN5: what belongs to another organization does not exist, whoever asks for it stands in the log at once, and who goes on is told of.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeTools } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { HttpReply } from '@holdfast/controls/probes/http.ts';
import { newUuid } from '#crypto/random.ts';
import { EXCHANGE } from '#verification/exchange.ts';
import type { Tenant, Web } from '#verification/instance.ts';
import { encodeId } from '../fields.ts';
import { itemsOf, membersOf, requestOf, sealSeen } from './asking.ts';
import { fixtures, type ForeignTarget, twins } from './tn5-fixtures.ts';
import { PROBED } from '../probing.ts';
import { judgeForeign, SUBJECTS, TRIES, type Arrival } from './tn5-judge.ts';

export const foreignObjectsControl = defineControl({
  id: 'TN5',
  title:
    'Another organization’s objects do not exist, and asking for one is logged; asking again and again raises an alarm',
  severity: 'critical',
  waivable: false,
  needs: [{ kind: EXCHANGE, vantage: ['outside', 'inside'], min: Object.keys(SUBJECTS).length }],
  judge: judgeForeign,
  remedy:
    'See that the walls stand (TN1) and that the audit log is written (AU1); report an object that shows as a vulnerability (SECURITY.md).',
  maps: { asvs: ['8.2.2', '8.4.1', '16.3.2'], cwe: ['639', '778'], nist80053: ['AC-3', 'AU-2'] },
  probe: async ({ web, tenants, patienceMs = PATIENCE_MS }: ForeignTarget, tools) => {
    if (web === undefined || tenants === undefined) return [];
    const { one, other } = await tenants.open(tools.signal);
    const read = (tenant: Tenant, id: string): Promise<HttpReply> =>
      web.ask(requestOf(web, { tenant, by: 'session' }, { path: `/api/v1/api-keys/${id}` }), tools.signal);
    const [own, ofOther, foreign, absent] = await Promise.all([
      read(one, one.keyId),
      read(other, other.keyId),
      read(one, other.keyId),
      read(one, encodeId('key', newUuid())),
    ]);
    const arrival = await awaitEntry(web, one, { reply: foreign, asked: other.keyId }, patienceMs, tools);
    const alarm = await awaitAlarm(web, { one, other }, patienceMs, tools);
    const seal = (subject: string, reply: HttpReply): Evidence =>
      sealSeen(web, tools, {
        subject,
        at: 'reply',
        reply,
        facts: { code: codeOf(reply), shows: reply.body.includes(other.keyId) ? ['the other'] : [] },
        reproduce: `curl -sk -b "$COOKIE" '${web.origin}/api/v1/api-keys/<id>'`,
      });
    return [
      seal(SUBJECTS.own, own),
      seal(SUBJECTS.ofOther, ofOther),
      seal(SUBJECTS.foreign, foreign),
      seal(SUBJECTS.absent, absent),
      sealSeen(web, tools, {
        subject: SUBJECTS.log,
        at: 'audit log',
        reply: arrival.reply,
        facts: { arrival: arrival.arrival },
        reproduce: `curl -sk -b "$COOKIE" '${web.origin}/api/v1/audit'`,
      }),
      sealSeen(web, tools, {
        subject: SUBJECTS.alarm,
        at: 'alarm',
        reply: alarm.reply,
        facts: { refused: alarm.refused, alarms: alarm.alarms },
        reproduce: `curl -sk -b "$COOKIE" '${web.origin}/api/v1/audit?action=${PROBED}'`,
      }),
    ];
  },
  twins,
  fixtures,
});

function codeOf(reply: HttpReply): string | null {
  const { code, type } = membersOf(reply);
  const named = code ?? type;
  return typeof named === 'string' ? named : null;
}

/** The promise. */
const IN_TIME_MS = 1_000;
/** How long is looked for what is late. */
const PATIENCE_MS = 2_500;
const PAUSE_MS = 100;

type Refused = { readonly reply: HttpReply; readonly asked: string };

/** Looks for the entry of a refused call, by the id that its reply had, until it is there. */
async function awaitEntry(
  web: Web,
  tenant: Tenant,
  refused: Refused,
  patienceMs: number,
  tools: ProbeTools,
): Promise<{ readonly reply: HttpReply; readonly arrival: Arrival }> {
  const beganMs = tools.unixMs();
  for (;;) {
    const path = '/api/v1/audit?limit=50';
    // What a look finds was there when the look began.
    const waitedMs = tools.unixMs() - beganMs;
    const reply = await web.ask(requestOf(web, { tenant, by: 'session' }, { path }), tools.signal);
    if (itemsOf(reply).some((item) => isEntryOf(item, refused)))
      return { reply, arrival: waitedMs <= IN_TIME_MS ? 'in time' : 'late' };
    if (waitedMs > patienceMs) return { reply, arrival: 'never' };
    await sleep(PAUSE_MS, undefined, { signal: tools.signal });
  }
}

type Alarmed = { readonly reply: HttpReply; readonly refused: number; readonly alarms: number };

/** Asks for the other's key, and for keys that are none, as a session that has asked for nothing yet; all at once. */
async function awaitAlarm(
  web: Web,
  { one, other }: Readonly<Record<'one' | 'other', Tenant>>,
  patienceMs: number,
  tools: ProbeTools,
): Promise<Alarmed> {
  const { email, password } = one;
  const from = web.freshAddress();
  const entering = { method: 'POST', path: '/api/v1/session', body: { email, password }, from };
  const entered = await web.ask(requestOf(web, undefined, entering), tools.signal);
  const cookie = entered.valuesOf('set-cookie')[0]?.split(';')[0] ?? '';
  const caller = { tenant: { ...one, cookie }, by: 'session' } as const;
  const ask = (asked: { readonly method?: string; readonly path: string }): Promise<HttpReply> =>
    web.ask(requestOf(web, caller, asked), tools.signal);
  const ids = Array.from({ length: TRIES }, (_, at) => (at % 2 === 0 ? other.keyId : encodeId('key', newUuid())));
  const replies = await Promise.all(ids.map((id) => ask({ path: `/api/v1/api-keys/${id}` })));
  const requests = new Set(replies.flatMap((reply) => reply.valuesOf('x-request-id')));
  const refused = replies.filter(({ status }) => status === 404).length;
  const beganMs = tools.unixMs();
  for (;;) {
    const waitedMs = tools.unixMs() - beganMs;
    const reply = await ask({ path: `/api/v1/audit?action=${PROBED}&limit=50` });
    const alarms = itemsOf(reply).filter(
      ({ action, requestId }) => action === PROBED && typeof requestId === 'string' && requests.has(requestId),
    ).length;
    if (alarms > 0 || waitedMs > patienceMs) {
      await ask({ method: 'DELETE', path: '/api/v1/session' });
      return { reply, refused, alarms };
    }
    await sleep(PAUSE_MS, undefined, { signal: tools.signal });
  }
}

function isEntryOf(item: Readonly<Record<string, unknown>>, { reply, asked }: Refused): boolean {
  const [requestId] = reply.valuesOf('x-request-id');
  return (
    requestId !== undefined &&
    item['requestId'] === requestId &&
    item['outcome'] === 'denied' &&
    JSON.stringify(item['facts'] ?? {}).includes(asked)
  );
}
