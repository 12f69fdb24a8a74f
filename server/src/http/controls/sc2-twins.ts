// Broken twins of disclosure: a small server and a policy beside it, sound but for one thing.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProbeTools, StartedTwin } from '@holdfast/controls/control.ts';
import type { Config } from '#config.ts';
import { startWebTwin } from '#verification/exchange.ts';
import type { Web } from '#verification/instance.ts';
import { PATHS } from './sc2-fixtures.ts';

type Target = { readonly web: Web; readonly config: Pick<Config, 'exposed' | 'security'>; readonly home: string };
type Fault = { readonly expiresInDays?: number; readonly page?: string; readonly policy?: string };

const DAY_MS = 86_400_000;
const PROMISE = 'Report privately. A person answers within 72 hours.';

export async function startDisclosureTwin(
  tools: Pick<ProbeTools, 'unixMs'>,
  fault: Fault,
): Promise<StartedTwin<Target>> {
  await using opened = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), 'holdfast-twin-'));
  opened.defer(() => rm(home, { recursive: true, force: true }));
  await writeFile(join(home, 'SECURITY.md'), fault.policy ?? PROMISE);
  const expires = new Date(tools.unixMs() + (fault.expiresInDays ?? 90) * DAY_MS).toISOString();
  const { target } = opened.use(
    await startWebTwin({
      [`GET ${PATHS.txt}`]: ({ headers }) => textOf(`http://${headers.host ?? ''}`, expires),
      [`GET ${PATHS.page}`]: {
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: fault.page ?? PROMISE,
      },
    }),
  );
  const config = { exposed: false, security: { contact: undefined, keyUrl: undefined } };
  const rest = opened.move();
  return { target: { ...target, config, home }, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

function textOf(origin: string, expires: string) {
  const policy = `${origin}${PATHS.page}`;
  const body = `Contact: ${policy}\nExpires: ${expires}\nPolicy: ${policy}\nCanonical: ${origin}${PATHS.txt}\n`;
  return { status: 200, headers: { 'content-type': 'text/plain' }, body };
}
