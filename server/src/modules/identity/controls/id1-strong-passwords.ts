// ID1: passwords are strong when they are set, and slow to guess where they are stored.
import type { ProbeTools, Twin } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { HttpReply } from '@holdfast/controls/probes/http.ts';
import { newToken } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import { type AccountTarget, type Acting, ask, openSession, PASSWORD } from '#verification/account-asking.ts';
import { type AccountFault, accountTwin } from '#verification/account-twin.ts';
import { ATTEMPT, membersOf, sealAttempt } from '#verification/asking.ts';
import { triesOf } from '#verification/families.ts';
import type { Database } from '#verification/instance.ts';
import { fixtures } from './id1-fixtures.ts';
import { FAMILIES, judgePasswords, PLACE, STORED, STORED_PLACE } from './id1-judge.ts';
import { readPasswords, type StoredPasswords } from './id1-queries.ts';

type Target = AccountTarget & { readonly database?: Pick<Database, 'query'> };

export const strongPasswordsControl = defineControl<Target>({
  id: 'ID1',
  title: 'Passwords are hard to guess when they are set, and slow to guess where they are stored',
  severity: 'high',
  waivable: true,
  needs: [
    { kind: ATTEMPT, vantage: ['inside', 'outside'] },
    { kind: STORED, vantage: ['inside'] },
  ],
  judge: judgePasswords,
  remedy:
    'Run the release as it was published. A hash that was put in from elsewhere is replaced when its person signs in, or by a reset of the password.',
  maps: { asvs: ['6.2.1', '6.2.4', '6.2.11', '11.4.2'], cwe: ['521', '916'], nist80053: ['IA-5'] },
  probe: async ({ web, accounts, database }, tools) => {
    if (web === undefined || accounts === undefined || database === undefined) return [];
    const { signal } = tools;
    const tried = await accounts.borrow((account) => trySetting({ web, account, signal }, tools), signal);
    const rows = await readPasswords(database, signal);
    return rows === undefined ? [tried] : [tried, sealRows(rows, tools)];
  },
  twins: [
    twin('an account that takes any password', PLACE, 'takes_weak_passwords', { stored: 3, weak: 0 }),
    twin('an installation with a fast hash', STORED_PLACE, undefined, { stored: 3, weak: 1 }),
  ],
  fixtures,
});

/** Length, list, kinds, address: each of these is right in everything else. */
const WEAK: Readonly<Record<string, (email: string) => string>> = {
  'eleven characters': () => 'qV7-tLe9#mX',
  'one of the published list': () => 'Password123!',
  'three kinds, easy to guess': () => 'sunnywinter2024',
  'the own address': (email) => `Zx9!${email}#Q`,
};

/** The account is put back by its lender, so the strong one may really be set: last, since it changes what is the present one. */
async function trySetting(acting: Acting, tools: ProbeTools): Promise<Evidence> {
  const { web, account } = acting;
  const { cookie } = await openSession(acting);
  const set = (newPassword: string): Promise<HttpReply> =>
    ask(acting, { method: 'POST', path: PASSWORD, cookie, body: { currentPassword: account.password, newPassword } });
  const statuses: Record<string, number> = {};
  const fields: { name: string; pointer: string }[] = [];
  for (const [name, weak] of Object.entries(WEAK)) {
    const reply = await set(weak(account.email));
    statuses[name] = reply.status;
    if (reply.status === 400) fields.push({ name, pointer: pointerOf(reply) });
    // What was taken is the present password now, and nothing more can be tried.
    if (reply.status < 300) break;
  }
  const isUnchanged = Object.values(statuses).every((status) => status >= 300);
  if (isUnchanged) statuses['a strong one'] = (await set(`Probe-2-${reveal(newToken(), 'probe.guess')}`)).status;
  const [family] = Object.values(FAMILIES);
  const tries = family === undefined ? [] : triesOf(family, statuses);
  return sealAttempt(web, { subject: `POST ${PASSWORD}`, at: PLACE, facts: { tries, fields } }, tools);
}

function pointerOf(reply: HttpReply): string {
  const { errors } = membersOf(reply);
  const [first]: readonly unknown[] = Array.isArray(errors) ? errors : [];
  const pointer = typeof first === 'object' && first !== null && 'pointer' in first ? first.pointer : undefined;
  return typeof pointer === 'string' ? pointer : 'none';
}

function sealRows({ stored, weak }: StoredPasswords, tools: ProbeTools): Evidence {
  return tools.evidence({
    kind: STORED,
    subject: 'stored passwords',
    at: STORED_PLACE,
    // How many there are changes without meaning anything.
    data: { stored, weak },
    volatile: ['stored'],
    vantage: 'inside',
    ttlSeconds: 300,
    reproduce: 'psql -U holdfast_runtime -c "select * from holdfast.look_at_passwords()"',
  });
}

function twin(name: string, hits: string, fault: AccountFault | undefined, rows: StoredPasswords): Twin<Target> {
  return accountTwin(name, hits, fault, { database: { query: async () => [rows] } });
}
