// Changes something for real in a probed organization, and looks for what the log says of it; refused changes too.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeTools } from '@holdfast/controls/control.ts';
import type { HttpReply } from '@holdfast/controls/probes/http.ts';
import { decodeId, encodeId } from '@holdfast/protocol/ids.ts';
import { z } from 'zod';
import { newUuid } from '#crypto/random.ts';
import { type Asked, askAs, membersOf } from '#verification/asking.ts';
import type { Tenant, Web } from '#verification/instance.ts';

const Shown = z.object({
  action: z.string(),
  outcome: z.string(),
  at: z.string(),
  requestId: z.string(),
  actor: z.record(z.string(), z.unknown()),
  target: z.record(z.string(), z.unknown()).nullable(),
  facts: z.record(z.string(), z.unknown()),
});
type Shown = z.output<typeof Shown>;
const Page = z.object({ items: z.array(Shown) });

/** What the log says of one change: each a word that is the same in every run. */
export type Told = {
  readonly action: string;
  readonly outcome: string;
  readonly actor: string;
  readonly target: string;
  readonly time: string;
  readonly facts: string;
  readonly events: number;
};

export type Trail = {
  readonly made: Told;
  readonly revoked: Told;
  /** Statuses of changes that were refused, and the events that tell of them as if they had taken effect. */
  readonly refusals: readonly { readonly name: string; readonly status: number; readonly taken: number }[];
  readonly visibleMs: number;
  /** When the last change was made, by the clock of the log; undefined when the log does not tell of it. */
  readonly toldAt: string | undefined;
};

const KEYS = '/api/v1/api-keys';
const NAME = 'probe AU1';
const POLL_MS = 100;
const CLOCKS_APART_MS = 60_000;

type Probing = { readonly web: Web; readonly tenant: Tenant; readonly tools: ProbeTools; readonly patienceMs: number };

/** Makes and revokes a key, and before that tries what is refused; reads the log until it tells of the revocation. */
export async function leaveTrail(probing: Probing): Promise<Trail> {
  const { tools } = probing;
  const refused = [
    await change(probing, { method: 'POST', path: KEYS, body: { name: NAME, scopes: ['nothing:ever'] } }),
    await change(probing, { method: 'DELETE', path: `${KEYS}/${encodeId('key', newUuid())}` }),
  ];
  const made = await change(probing, {
    method: 'POST',
    path: KEYS,
    body: { name: NAME, scopes: ['audit:verify'], expiresInDays: 1 },
  });
  const key = membersOf(made.reply);
  const revoked = await change(probing, { method: 'DELETE', path: `${KEYS}/${textOf(key['id'])}` });
  const beganMs = tools.unixMs();
  const items = await readUntil(probing, revoked.requestId);
  const expected = { keyId: decodeId('key', textOf(key['id'])), owner: decodeId('usr', textOf(key['ownerUserId'])) };
  const tell = (requestId: string): Told => toldOf(items, requestId, expected, beganMs);
  return {
    made: tell(made.requestId),
    revoked: tell(revoked.requestId),
    refusals: ['a scope that cannot be given', 'a key that is not there'].map((name, at) => ({
      name,
      status: refused[at]?.reply.status ?? 0,
      taken: items.filter((item) => item.requestId === refused[at]?.requestId && item.outcome === 'allowed').length,
    })),
    visibleMs: tools.unixMs() - beganMs,
    toldAt: items.find((item) => item.requestId === revoked.requestId)?.at,
  };
}

/** `requestId` is what the reply says, by which anybody would look for the event. */
async function change(
  { web, tenant, tools }: Probing,
  asked: Asked,
): Promise<{ readonly reply: HttpReply; readonly requestId: string }> {
  const headers = [['X-Request-ID', newUuid()]] as const;
  const reply = await askAs(web, { ...asked, cookie: tenant.cookie, headers }, tools.signal);
  return { reply, requestId: reply.valuesOf('x-request-id')[0] ?? 'none' };
}

async function readUntil(probing: Probing, requestId: string): Promise<readonly Shown[]> {
  const { web, tenant, tools, patienceMs } = probing;
  const untilMs = tools.unixMs() + patienceMs;
  for (;;) {
    const reply = await askAs(web, { path: '/api/v1/audit?limit=200', key: tenant.key }, tools.signal);
    const { items } = Page.parse(JSON.parse(reply.body));
    if (items.some((item) => item.requestId === requestId) || tools.unixMs() >= untilMs) return items;
    await sleep(POLL_MS, undefined, { signal: tools.signal });
  }
}

function toldOf(
  items: readonly Shown[],
  requestId: string,
  expected: { readonly keyId: string | undefined; readonly owner: string | undefined },
  nowMs: number,
): Told {
  const own = items.filter((item) => item.requestId === requestId);
  const [event] = own;
  if (event === undefined) return NOT_TOLD;
  const isOwner = event.actor['kind'] === 'user' && event.actor['user'] === expected.owner;
  const isKey = event.target?.['kind'] === 'api_key' && event.target['id'] === expected.keyId;
  return {
    action: event.action,
    outcome: event.outcome,
    actor: isOwner ? 'who did it' : 'another',
    target: isKey ? 'what it was done to' : 'another',
    time: Math.abs(Date.parse(event.at) - nowMs) <= CLOCKS_APART_MS ? 'when it was done' : 'another',
    facts: event.facts['name'] === NAME ? 'what it was called' : 'another',
    events: own.length,
  };
}

const NOT_TOLD: Told = {
  action: 'none',
  outcome: 'none',
  actor: 'none',
  target: 'none',
  time: 'none',
  facts: 'none',
  events: 0,
};

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
