// RL5: a change that is sent again with its Idempotency-Key is made once, and answered as it was.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { HttpReply } from '@holdfast/controls/probes/http.ts';
import { newUuid } from '#crypto/random.ts';
import { EXCHANGE } from '#verification/exchange.ts';
import type { Tenant, Web } from '#verification/instance.ts';
import { type Asked, itemsOf, membersOf, requestOf, sealSeen, type TenantsTarget } from './asking.ts';
import { fixtures, twins } from './rl5-fixtures.ts';
import { judgeIdempotency, SUBJECTS } from './rl5-judge.ts';

export const idempotencyControl = defineControl({
  id: 'RL5',
  title: 'A change sent again with its idempotency key is made once',
  severity: 'medium',
  waivable: true,
  needs: [{ kind: EXCHANGE, vantage: ['outside', 'inside'], min: Object.keys(SUBJECTS).length }],
  judge: judgeIdempotency,
  remedy:
    'Let nothing in front of the server remove or reuse Idempotency-Key; see that the database keeps `holdfast.idempotency` (restore it from the migrations).',
  maps: { asvs: ['2.3.3'], cwe: ['837'] },
  probe: async ({ web, tenants }: TenantsTarget, tools) => {
    if (web === undefined || tenants === undefined) return [];
    const { one } = await tenants.open(tools.signal);
    return observe(web, one, tools);
  },
  twins,
  fixtures,
});

const PATH = '/api/v1/api-keys';

async function observe(web: Web, tenant: Tenant, tools: ProbeTools): Promise<readonly Evidence[]> {
  const ask = (asked: Asked): Promise<HttpReply> =>
    web.ask(requestOf(web, { tenant, by: 'session' }, asked), tools.signal);
  const run = newUuid();
  const bodyOf = (name: string) => ({ name: `${name} ${run}`, scopes: ['models:use'], expiresInDays: 1 });
  const make = (key: string, name: string): Promise<HttpReply> =>
    ask({ method: 'POST', path: PATH, headers: [['Idempotency-Key', `${key}-${run}`]], body: bodyOf(name) });
  const first = await make('probe', 'made once');
  const again = await make('probe', 'made once');
  const changed = await make('probe', 'made never');
  const second = await make('probe-2', 'made once');
  const items = itemsOf(await ask({ path: `${PATH}?limit=200` }));
  const ids = [first, again, changed, second].map(idOf);
  await Promise.all([...new Set(ids)].filter((id) => id !== undefined).map((id) => revoke(ask, id)));
  const count = (name: string): number => items.filter((item) => item['name'] === bodyOf(name).name).length;
  const seal = (subject: string, reply: HttpReply): Evidence =>
    sealSeen(web, tools, {
      subject,
      at: 'reply',
      reply,
      facts: {
        isSameAnswer: reply.body === first.body,
        isSameObject: idOf(reply) !== undefined && idOf(reply) === idOf(first),
        objects: subject === SUBJECTS.changed ? count('made never') : count('made once'),
      },
      reproduce: `curl -sk -b "$COOKIE" -H 'Idempotency-Key: k1' --json '{"name":"probe","scopes":["models:use"]}' '${web.origin}${PATH}'`,
    });
  return [
    seal(SUBJECTS.first, first),
    seal(SUBJECTS.again, again),
    seal(SUBJECTS.changed, changed),
    seal(SUBJECTS.second, second),
  ];
}

function idOf(reply: HttpReply): string | undefined {
  const { id } = membersOf(reply);
  return typeof id === 'string' ? id : undefined;
}

/** What is left is revoked when it expires, within a day. */
async function revoke(ask: (asked: Asked) => Promise<HttpReply>, id: string): Promise<void> {
  await ask({ method: 'DELETE', path: `${PATH}/${id}` });
}
