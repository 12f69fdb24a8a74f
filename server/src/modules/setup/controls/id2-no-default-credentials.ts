// ID2: no default credentials exist, and the first run is open to its one-time token alone.
import type { ProbeTools, Twin } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { HttpReply } from '@holdfast/controls/probes/http.ts';
import type { TwinAnswers } from '@holdfast/controls/twins/http.ts';
import { createHashQueue } from '#crypto/hash-queue.ts';
import { verifyPassword } from '#crypto/password.ts';
import { newToken, randomBytes } from '#crypto/random.ts';
import { reveal, toSecret } from '#crypto/secret.ts';
import { ATTEMPT, askAs, codeOf, cookieOf, membersOf, sealAttempt } from '#verification/asking.ts';
import type { Database, Tenant, Tenants, Web } from '#verification/instance.ts';
import { startTenantTwin, twinTenants } from '#verification/twin-tenants.ts';
import { fixtures } from './id2-fixtures.ts';
import { judgeDefaults, PLACES, SETUP_ROWS } from './id2-judge.ts';
import { readHash, readSetup, type SetupRows } from './setup-queries.ts';

type Pair = { readonly email: string; readonly password: string };

/** Published by makers of platforms like this one, and tried at the door. The first is no address, so nobody has it. */
const TRIED: readonly Pair[] = [
  { email: 'admin', password: 'admin' },
  { email: 'admin@example.com', password: 'admin' },
  { email: 'root@localhost.localdomain', password: 'root' },
];
const ADDRESSES: readonly string[] = (
  'admin@admin.com admin@example.com admin@local.host admin@localhost.localdomain admin@test.com ' +
  'demo@example.com root@localhost.localdomain test@example.com test@test.com user@example.com'
).split(' ');
/** Compared with what the accounts of these addresses have. */
const PASSWORDS: readonly string[] = ['admin', 'root', 'password', 'changeme', 'demo', 'test'];

type Target = { readonly web?: Web; readonly tenants?: Tenants; readonly database?: Database };

export const noDefaultCredentialsControl = defineControl({
  id: 'ID2',
  title: 'No default credentials exist, and the first run opens to its token alone',
  severity: 'critical',
  waivable: false,
  needs: [
    { kind: ATTEMPT, vantage: ['inside', 'outside'], min: 4 },
    { kind: SETUP_ROWS, vantage: ['inside'] },
  ],
  judge: judgeDefaults,
  remedy:
    'Delete the account that was put in, or give it a password of its own; a setup token is made anew by `holdfast setup`.',
  maps: { asvs: ['6.3.2'], cwe: ['1392', '798'], nist80053: ['IA-5'] },
  probe: probeDefaults,
  twins: [
    twin('an installation with admin and admin', PLACES.published, {
      'POST /api/v1/session': { status: 201, headers: { 'set-cookie': 'twin=opened; Path=/' } },
    }),
    twin('an installation with somebody in it from the start', PLACES.early, {}, { earlyPeople: 1 }),
    twin('an installation whose first run takes any token', PLACES.guess, { 'POST /api/v1/setup': { status: 201 } }),
  ],
  fixtures,
});

async function probeDefaults({ web, tenants, database }: Target, tools: ProbeTools): Promise<readonly Evidence[]> {
  if (web === undefined || tenants === undefined || database === undefined) return [];
  // Opened first: it founds the accounts that are counted.
  const { one } = await tenants.open(tools.signal);
  const rows = await readSetup(database, ADDRESSES, tools.signal);
  if (rows === undefined) return [];
  const publishedPairs = await countPublished(database, rows.accounts, tools.signal);
  const strangers = TRIED.filter(({ email }) => !rows.accounts.includes(email));
  const attempts = strangers.map((pair, index) =>
    lookAtSignIn(web, { pair, subject: `sign in as ${pair.email} (${index + 1})`, at: PLACES.published }, tools),
  );
  const seen = await Promise.all([
    ...attempts,
    lookAtSignIn(web, { pair: one, subject: 'sign in as the probe', at: PLACES.real }, tools),
    lookAtState(web, tools),
    lookAtGuess(web, one, tools),
  ]);
  return [sealRows({ ...rows, publishedPairs }, tools), ...seen];
}

/** Compared inside: tries at the door would lock an account whose password is its own. */
async function countPublished(database: Database, accounts: readonly string[], signal: AbortSignal): Promise<number> {
  const queue = createHashQueue({ concurrency: 1, queueMax: PASSWORDS.length });
  let count = 0;
  for (const address of accounts) {
    const hash = await readHash(database, address, signal);
    if (hash === undefined) continue;
    for (const password of PASSWORDS) {
      const { ok } = await verifyPassword(queue, hash, toSecret(password));
      if (ok) count += 1;
    }
  }
  return count;
}

function sealRows(rows: SetupRows & { readonly publishedPairs: number }, tools: ProbeTools): Evidence {
  return tools.evidence({
    kind: SETUP_ROWS,
    subject: 'the first run',
    at: 'holdfast.look_at_setup()',
    data: { ...rows },
    vantage: 'inside',
    ttlSeconds: 3_600,
    // A token runs out by itself.
    volatile: ['liveTokens'],
    reproduce: `psql "$DATABASE_URL" -c 'select * from holdfast.look_at_setup()'`,
  });
}

type SignIn = { readonly pair: Pair; readonly subject: string; readonly at: string };

/** From an address of its own, so that attempts don't use up each other's limit. A session that opens is ended. */
async function lookAtSignIn(web: Web, { pair, subject, at }: SignIn, tools: ProbeTools): Promise<Evidence> {
  const { email, password } = pair;
  const from = web.freshAddress();
  const asked = { method: 'POST', path: '/api/v1/session', body: { email, password }, from };
  const reply = await askAs(web, asked, tools.signal);
  const cookie = cookieOf(reply);
  if (cookie !== undefined) await askAs(web, { method: 'DELETE', path: asked.path, cookie, from }, tools.signal);
  const facts = { status: reply.status, code: codeOf(reply), opens: cookie !== undefined };
  return sealAttempt(web, { subject, at, facts }, tools);
}

async function lookAtState(web: Web, tools: ProbeTools): Promise<Evidence> {
  const reply = await askAs(web, { path: '/api/v1/setup' }, tools.signal);
  const facts = { status: reply.status, said: saidBy(reply) };
  const reproduce = `curl -sk '${web.origin}/api/v1/setup'`;
  return sealAttempt(web, { subject: 'GET /api/v1/setup', at: PLACES.state, facts, reproduce }, tools);
}

function saidBy(reply: HttpReply): string | null {
  const { done } = membersOf(reply);
  return typeof done === 'boolean' ? (done ? 'done' : 'not done') : null;
}

/** The owner it names has an account, so even a token that were let through would found nothing. */
async function lookAtGuess(web: Web, { email, password }: Tenant, tools: ProbeTools): Promise<Evidence> {
  const slug = `guess-${randomBytes(6).toString('hex')}`;
  const body = {
    token: reveal(newToken(), 'probe.guess'),
    organization: { name: 'A guess', slug },
    owner: { name: 'A guess', email, password },
  };
  const asked = { method: 'POST', path: '/api/v1/setup', body, from: web.freshAddress() };
  const reply = await askAs(web, asked, tools.signal);
  const facts = { status: reply.status, code: codeOf(reply) };
  return sealAttempt(web, { subject: 'POST /api/v1/setup', at: PLACES.guess, facts }, tools);
}

/** An installation that is right but for what is said. */
function twin(name: string, hits: string, answers: TwinAnswers, rows: Partial<SetupRows> = {}): Twin<Target> {
  const problem = (status: number, code: string) => ({ status, body: JSON.stringify({ code }) });
  const found = { founded: true, liveTokens: 0, probePeople: 3, earlyPeople: 0, accounts: [], ...rows };
  const database: Database = { query: async () => [found] };
  const right: TwinAnswers = {
    'GET /api/v1/setup': { status: 200, body: '{"done":true}' },
    'POST /api/v1/setup': problem(409, 'setup.done'),
    'POST /api/v1/session': ({ body }) =>
      body.includes(twinTenants.one.password)
        ? { status: 201, headers: { 'set-cookie': 'twin=opened; Path=/' } }
        : problem(401, 'session.wrong_credentials'),
    'DELETE /api/v1/session': { status: 204 },
  };
  return { name, hits, start: () => startTenantTwin({ ...right, ...answers }, { database }) };
}
