// MF1: authenticator apps, passkeys and recovery codes are built in, can be demanded, work once, and are stored unreadable.
import type { ProbeTools, Twin } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { encodeBase64, encodeHex, encodeUtf8 } from '@holdfast/protocol/bytes.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import {
  type AccountTarget,
  type Acting,
  type App,
  ask,
  demandDone,
  enrollApp,
  openSession,
  PROOF,
  SESSION,
  statusOf,
  trySignIn,
} from '#verification/account-asking.ts';
import { type AccountFault, accountTwin } from '#verification/account-twin.ts';
import { ATTEMPT, cookieOf, membersOf, sealAttempt } from '#verification/asking.ts';
import { triesOf } from '#verification/families.ts';
import type { Database, Operation } from '#verification/instance.ts';
import { type FactorSecrets, readFactorSecrets } from './factor-queries.ts';
import { fixtures } from './mf1-fixtures.ts';
import { FAMILIES, judgeFactors, KINDS, OFFERED, PLACES } from './mf1-judge.ts';

type Target = AccountTarget & {
  readonly database?: Pick<Database, 'query'>;
  readonly operations?: readonly Pick<Operation, 'id'>[];
  readonly config?: { readonly exposed: boolean };
};

export const factorsControl = defineControl<Target>({
  id: 'MF1',
  title: 'Apps, passkeys and recovery codes are built in, can be demanded, and work once',
  severity: 'high',
  waivable: true,
  needs: [
    { kind: ATTEMPT, vantage: ['inside', 'outside'], min: Object.keys(FAMILIES).length },
    { kind: KINDS.offered, vantage: ['inside'] },
    { kind: KINDS.policy, vantage: ['inside', 'outside'] },
    { kind: KINDS.kept, vantage: ['inside'] },
    { kind: KINDS.rows, vantage: ['inside'] },
  ],
  judge: judgeFactors,
  remedy:
    'Run the release as it was published; `holdfast people reset-factors EMAIL` takes factors away that were stored otherwise, and their person enrolls anew.',
  maps: { asvs: ['6.5.1', '6.5.2', '6.5.3'], cwe: ['294', '308', '522'], nist80053: ['IA-2', 'IA-5'] },
  probe: async ({ web, accounts, database, operations, config }, tools) => {
    if (web === undefined || accounts === undefined || database === undefined) return [];
    if (operations === undefined || config === undefined) return [];
    const { signal } = tools;
    const tried = await accounts.borrow(async (account) => {
      const acting: Acting = { web, account, signal };
      const { cookie } = await openSession(acting);
      const app = await enrollApp(acting, cookie, tools.unixMs());
      demandDone(app.status, 'an enrollment');
      const looking: Looking = { acting, cookie, app, tools };
      const rows = await readFactorSecrets(database, signal);
      return [
        await lookAtPolicy(looking, config.exposed),
        await lookAtKept(looking),
        ...(await tryTwice(looking)),
        await trySigningIn(looking),
        ...(rows === undefined ? [] : [seal(tools, KINDS.rows, PLACES.rows, { ...rows }, ['secrets', 'codes'])]),
      ];
    }, signal);
    const ids = operations.map(({ id }) => id).filter((id) => OFFERED.some((each) => each === id));
    return [seal(tools, KINDS.offered, PLACES.offered, { ids: ids.toSorted() }), ...tried];
  },
  twins: [
    twin('an app whose codes work twice', PLACES.code, 'codes_work_twice'),
    twin('recovery codes that work twice', PLACES.recovery, 'recovery_codes_work_twice'),
    twin('a server to which the password is enough', PLACES.signIn, 'password_is_enough'),
    twin('a server that stores what it was told', PLACES.kept, 'stores_secrets'),
    twin('a server without passkeys', PLACES.offered, undefined, {
      offers: OFFERED.filter((id) => !/passkey/.test(id)),
    }),
    twin('an exposed server that demands nothing', PLACES.policy, 'demands_nothing', { exposed: true }),
    twin('a database with a secret as it is', PLACES.rows, undefined, { rows: { unsealed: 1 } }),
  ],
  fixtures,
});

type Looking = {
  readonly acting: Acting;
  readonly cookie: string;
  readonly app: App;
  readonly tools: ProbeTools;
};

async function lookAtPolicy({ acting, cookie, tools }: Looking, isExposed: boolean): Promise<Evidence> {
  const { requireFactor } = membersOf(await ask(acting, { path: '/api/v1/organization/sign-in-policy', cookie }));
  const required = typeof requireFactor === 'string' ? requireFactor : null;
  return seal(tools, KINDS.policy, PLACES.policy, { isExposed, required });
}

/** In the notations that a store might use; recovery codes also without their hyphens. */
async function lookAtKept({ acting, app, tools }: Looking): Promise<Evidence> {
  const stored = (await acting.account.storedFactors()).toLowerCase();
  const isReadable = (text: string): boolean => {
    const bytes = encodeUtf8(text);
    const forms = [text, text.replaceAll('-', ''), encodeHex(bytes), encodeBase64(bytes)];
    return text !== '' && forms.some((form) => stored.includes(form.toLowerCase()));
  };
  const readable = [
    ...(isReadable(app.secret) ? ['the secret of the app'] : []),
    ...(app.recoveryCodes.some(isReadable) ? ['a recovery code'] : []),
  ];
  return seal(tools, KINDS.kept, PLACES.kept, { isStored: stored !== '', readable });
}

type Statuses = Readonly<Record<string, number>>;

function sealFamily({ acting, tools }: Looking, at: string, statuses: Statuses): Evidence {
  const family = FAMILIES[at];
  const tries = family === undefined ? [] : triesOf(family, statuses);
  return sealAttempt(acting.web, { subject: at, at, facts: { tries } }, tools);
}

/** Once, and once more. The step after the one it was enrolled in is good whichever of the two it is now. */
async function tryTwice(looking: Looking): Promise<readonly Evidence[]> {
  const { acting, cookie, app } = looking;
  const prove = (body: object): Promise<number> => statusOf(acting, { method: 'POST', path: PROOF, cookie, body });
  const twice = async (body: object): Promise<Statuses> => {
    const once = await prove(body);
    const again = await prove(body);
    // The budget of failures is not what refuses here.
    await acting.account.forgive();
    return { 'a code': once, 'the same code again': again };
  };
  return [
    sealFamily(looking, PLACES.code, await twice({ code: app.code(1) })),
    sealFamily(looking, PLACES.recovery, await twice({ recoveryCode: app.recoveryCodes[0] ?? 'none' })),
  ];
}

/** A reply that sets a cookie has let somebody in, whatever it says. */
async function trySigningIn(looking: Looking): Promise<Evidence> {
  const { acting, app } = looking;
  const { reply, cookie } = await trySignIn(acting);
  const { challenge } = membersOf(reply);
  const token = typeof challenge === 'object' && challenge !== null && 'token' in challenge ? challenge.token : 'none';
  const body = { challenge: token, recoveryCode: app.recoveryCodes[1] ?? 'none' };
  const finished = await ask(acting, { method: 'POST', path: `${SESSION}/factor`, body });
  const isAsked = reply.status === 201 && cookie === '' && token !== 'none';
  return sealFamily(looking, PLACES.signIn, {
    'the password alone': isAsked ? 401 : reply.status,
    'password and recovery code': cookieOf(finished) === undefined ? 401 : finished.status,
  });
}

type Facts = Readonly<Record<string, JsonValue>>;

function seal(tools: ProbeTools, kind: string, at: string, data: Facts, volatile: readonly string[] = []): Evidence {
  return tools.evidence({ kind, subject: at, at, data, vantage: 'inside', ttlSeconds: 3_600, volatile });
}

type Other = {
  readonly offers?: readonly string[];
  readonly exposed?: boolean;
  readonly rows?: Partial<FactorSecrets>;
};

function twin(name: string, hits: string, fault: AccountFault | undefined, other: Other = {}): Twin<Target> {
  const { offers = OFFERED, exposed = false, rows } = other;
  const found: FactorSecrets = { secrets: 1, unsealed: 0, codes: 10, unhashed: 0, ...rows };
  return accountTwin(name, hits, fault, {
    operations: offers.map((id) => ({ id })),
    config: { exposed },
    database: { query: async () => [found] },
  });
}
