// Broken twins of AU2: a log that writes headers, an audit log that keeps bodies and paths, a scanner that looks away.
import type { StartedTwin, Twin } from '@holdfast/controls/control.ts';
import type { TwinRequest } from '@holdfast/controls/twins/http.ts';
import { startTenantTwin } from '#verification/twin-tenants.ts';
import type { SecretsTarget } from './au2-look.ts';

type Damage = {
  /** What is written of a request beside its id. */
  readonly line?: (request: TwinRequest) => object;
  readonly facts?: (request: TwinRequest) => object;
  readonly scan?: (text: string) => string;
};

export const secretsTwins: readonly [Twin<SecretsTarget>, ...Twin<SecretsTarget>[]] = [
  twin('a server that logs headers', 'log', { line: ({ headers }) => headers }),
  twin('a server that logs the address', 'log', { line: ({ path }) => ({ path }) }),
  twin('an audit log that keeps bodies', 'audit log', { facts: ({ body }) => ({ body }) }),
  twin('a scanner that looks away', 'scanner', { scan: (text) => text }),
];

function twin(name: string, hits: string, damage: Damage): Twin<SecretsTarget> {
  return { name, hits, start: () => startWriter(damage) };
}

/** Accepts whatever comes, and keeps what it wants to know of it. */
function startWriter({ line = () => ({}), facts = () => ({}), scan }: Damage): Promise<StartedTwin<SecretsTarget>> {
  const lines: string[] = [];
  const entries: object[] = [];
  const log = { listen: () => ({ lines: () => lines, [Symbol.dispose]: () => undefined }) };
  const answers = {
    'GET /api/v1/audit': () => ({ status: 200, body: JSON.stringify({ items: entries }) }),
    '*': (request: TwinRequest) => {
      const requestId = request.headers['x-request-id'];
      lines.push(JSON.stringify({ requestId, ...line(request) }));
      entries.push({ action: 'provider.deleted', requestId, facts: facts(request) });
      return { status: 200, body: '{"id":"made"}' };
    },
  };
  const more = { log, config: { logLevel: 'info' as const }, ...(scan === undefined ? {} : { scan }) };
  return startTenantTwin(answers, more);
}
