// RB7: every operation says who may call it and asks for it; what is public is one short list; there is nothing else.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { HttpReply } from '@holdfast/controls/probes/http.ts';
import { newUuid } from '#crypto/random.ts';
import type { Operation, Tenant, Web } from '#verification/instance.ts';
import { requestOf, TENANTS_TTL_SECONDS } from './asking.ts';
import { type AccessTarget, fixtures, twins } from './rb7-fixtures.ts';
import { judgeAccess, KINDS, undeclaredPaths } from './rb7-judge.ts';

export const declaredAccessControl = defineControl({
  id: 'RB7',
  title: 'Every operation asks who is calling, but for one short list',
  severity: 'critical',
  waivable: false,
  needs: [
    { kind: KINDS.operation, vantage: ['outside', 'inside'], min: 3 },
    { kind: KINDS.registry, vantage: ['inside'] },
    { kind: KINDS.undeclared, vantage: ['outside', 'inside'], min: undeclaredPaths('').length },
  ],
  judge: judgeAccess,
  remedy:
    'Give the route its permissions (`access`), or add it to public-operations.ts with what stands in the place of a credential; let no proxy serve anything of its own under this origin.',
  maps: { asvs: ['8.2.1', '8.3.1'], cwe: ['306', '862'], nist80053: ['AC-3', 'AC-14'] },
  probe: async ({ web, operations, tenants }: AccessTarget, tools) => {
    if (web === undefined || operations === undefined || tenants === undefined) return [];
    const { one } = await tenants.open(tools.signal);
    const asking: Asking = { web, tenant: one, from: web.freshAddress(), tools };
    const looks = [
      ...operations.map((operation) => () => lookAtOperation(asking, operation)),
      ...undeclaredPaths(newUuid()).map(
        ({ subject, path }) =>
          () =>
            lookAtUndeclared(asking, subject, path),
      ),
    ];
    return [await sealRegistry(operations, tools), ...(await inTurns(looks))];
  },
  twins,
  fixtures,
});

type Asking = {
  readonly web: Web;
  readonly tenant: Tenant;
  readonly from: string | undefined;
  readonly tools: ProbeTools;
};

/** Each on a connection of its own, some at a time. */
async function inTurns(looks: readonly (() => Promise<Evidence>)[]): Promise<readonly Evidence[]> {
  const evidence: Evidence[] = [];
  const queue = looks.values();
  const work = async (): Promise<void> => {
    for (const look of queue) evidence.push(await look());
  };
  await Promise.all([work(), work(), work(), work()]);
  return evidence;
}

async function sealRegistry(operations: readonly Operation[], tools: ProbeTools): Promise<Evidence> {
  return tools.evidence({
    kind: KINDS.registry,
    subject: 'operations',
    at: 'registry',
    data: { operations: operations.length },
    vantage: 'inside',
    ttlSeconds: TENANTS_TTL_SECONDS,
    reproduce: 'docs/reference/routes.md',
  });
}

/** Fits no route: where nobody asked for a credential, the form of the request is refused before anything happens. */
const UNFIT = { probe: 'of RB7' } as const;

async function lookAtOperation({ web, tenant, from, tools }: Asking, operation: Operation): Promise<Evidence> {
  const { id, method, publicFor, permissions } = operation;
  const path = operation.path.replaceAll(/:\w+/g, 'probe');
  const asked = { method, path, from, ...(method === 'GET' ? {} : { body: UNFIT }) };
  const ask = async (tenantOrNobody: Tenant | undefined): Promise<HttpReply> => {
    const caller = tenantOrNobody === undefined ? undefined : { tenant: tenantOrNobody, by: 'session' as const };
    return web.ask(requestOf(web, caller, asked), tools.signal);
  };
  const bare = await ask(undefined);
  const isPair = method === 'GET' && publicFor === undefined && !operation.path.includes(':');
  const owned = isPair ? await ask(tenant) : undefined;
  return tools.evidence({
    kind: KINDS.operation,
    subject: `${method} ${operation.path}`,
    at: 'without a credential',
    data: {
      id,
      publicFor: publicFor ?? null,
      permissions,
      bare: bare.status,
      owned: owned === undefined ? null : `${owned.status}`,
    },
    vantage: web.vantage,
    ttlSeconds: TENANTS_TTL_SECONDS,
    reproduce: `curl -sk -o /dev/null -w '%{http_code}' -X ${method} '${web.origin}${path}'`,
  });
}

async function lookAtUndeclared({ web, from, tools }: Asking, subject: string, path: string): Promise<Evidence> {
  const { status } = await web.ask(requestOf(web, undefined, { path, from }), tools.signal);
  return tools.evidence({
    kind: KINDS.undeclared,
    subject,
    at: 'undeclared path',
    data: { status },
    vantage: web.vantage,
    ttlSeconds: TENANTS_TTL_SECONDS,
    reproduce: `curl -sk -o /dev/null -w '%{http_code}' '${web.origin}${subject.replace('GET ', '')}'`,
  });
}
