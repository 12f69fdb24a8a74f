// TR9: an organization, and a key, is used from the networks that are named for it alone, and cookies belong to this very host.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import type { HttpReply } from '@holdfast/controls/probes/http.ts';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { demandDone, SESSION, textIn } from '#verification/account-asking.ts';
import { type Asked, askAs, ATTEMPT, cookieOf, sealAttempt } from '#verification/asking.ts';
import { triesOf } from '#verification/families.ts';
import type { Tenant, Web } from '#verification/instance.ts';
import { fixtures } from './tr9-fixtures.ts';
import { FAMILIES, judgeNetworks, PLACES } from './tr9-judge.ts';
import { everywhereBut } from './everywhere-but.ts';
import { type Person, type Target, twins } from './tr9-twins.ts';

export const networksControl = defineControl<Target>({
  id: 'TR9',
  title: 'An organization and a key are used from the networks that are named for them alone',
  severity: 'high',
  waivable: true,
  needs: [{ kind: ATTEMPT, vantage: ['inside', 'outside'], min: 7 }],
  judge: judgeNetworks,
  remedy:
    'Run the release as it was published; declare the proxies in front of it (HOLDFAST_TRUSTED_PROXIES), and let them change no cookie.',
  maps: { cwe: ['284', '1275'], nist80053: ['AC-3', 'SC-7'] },
  probe: async ({ web, tenants, accounts }, tools) => {
    if (web === undefined || tenants === undefined || accounts === undefined) return [];
    const [named, elsewhere] = [web.freshAddress(), web.freshAddress()];
    if (named === undefined || elsewhere === undefined) return [];
    const { one } = await tenants.open(tools.signal);
    return accounts.borrow(async (account) => {
      const opened = await signIn({ web, tools }, account, named);
      const cookie = cookieOf(opened) ?? '';
      const looking: Looking = { web, tools, one, account, cookie, named, elsewhere };
      const blocks = await leaveOut(looking);
      if (blocks === undefined) return [];
      try {
        return [
          sealCookies(looking, opened),
          ...(await lookAtRules(looking, blocks)),
          await lookAtKey(looking, blocks),
          await lookAtLockOut(looking),
        ];
      } finally {
        await put(looking, {});
        await putOfKey(looking, []);
      }
    }, tools.signal);
  },
  twins,
  fixtures,
});

type Looking = {
  readonly web: Web;
  readonly tools: ProbeTools;
  readonly one: Tenant;
  readonly account: Person;
  readonly cookie: string;
  /** An address that the rules name, and one that they do not. */
  readonly named: string;
  readonly elsewhere: string;
};

const RULES = '/api/v1/organization/network-rules';
const AUDIT = '/api/v1/audit?limit=1';
const MODELS = '/v1/models';

function ask({ web, tools }: Pick<Looking, 'web' | 'tools'>, asked: Asked): Promise<HttpReply> {
  return askAs(web, asked, tools.signal);
}

async function statusOf(looking: Looking, asked: Asked): Promise<number> {
  return (await ask(looking, asked)).status;
}

function signIn(looking: Pick<Looking, 'web' | 'tools'>, account: Person, from: string): Promise<HttpReply> {
  const { email, password, probed: organization } = account;
  return ask(looking, { method: 'POST', path: SESSION, body: { email, password, organization }, from });
}

/** Rules that leave out where the instance sees one of the two callers; undefined when it does not tell them apart. */
async function leaveOut(looking: Looking): Promise<readonly string[] | undefined> {
  const { cookie, named, elsewhere } = looking;
  const [one, other] = await Promise.all(
    [named, elsewhere].map(async (from) => textIn(await ask(looking, { path: RULES, cookie, from }), 'yourAddress')),
  );
  return other === undefined || one === other ? undefined : everywhereBut(other);
}

type Lists = Readonly<Partial<Record<'console' | 'api' | 'models', readonly string[]>>>;

function put({ web, tools, cookie, named }: Looking, lists: Lists): Promise<HttpReply> {
  const body = { console: [], api: [], models: [], ...lists };
  return askAs(web, { method: 'PUT', path: RULES, cookie, body, from: named }, tools.signal);
}

function putOfKey({ web, tools, one, cookie, named }: Looking, networks: readonly string[]): Promise<HttpReply> {
  const path = `/api/v1/api-keys/${one.keyId}/networks`;
  return askAs(web, { method: 'PUT', path, cookie, body: { networks }, from: named }, tools.signal);
}

function demandPut({ status }: HttpReply): void {
  demandDone(status, 'a rule');
}

async function lookAtRules(looking: Looking, blocks: readonly string[]): Promise<readonly Evidence[]> {
  const { one, account, cookie, named, elsewhere } = looking;
  const { key } = one;
  demandPut(await put(looking, { console: blocks, api: blocks }));
  const ofConsole = tries(looking, PLACES.console, {
    'a session from a named network': await statusOf(looking, { path: SESSION, cookie, from: named }),
    'a sign-in from a named network': (await signIn(looking, account, named)).status,
    'a session from elsewhere': await statusOf(looking, { path: SESSION, cookie, from: elsewhere }),
    'a sign-in from elsewhere': (await signIn(looking, account, elsewhere)).status,
  });
  const api = tries(looking, PLACES.api, {
    'a key from a named network': await statusOf(looking, { path: AUDIT, key, from: named }),
    'a key from elsewhere': await statusOf(looking, { path: AUDIT, key, from: elsewhere }),
  });
  const beside = seal(looking, PLACES.beside, {
    status: await statusOf(looking, { path: MODELS, key, from: elsewhere }),
  });
  demandPut(await put(looking, { models: blocks }));
  const models = tries(looking, PLACES.models, {
    'a model list from a named network': await statusOf(looking, { path: MODELS, key, from: named }),
    'a model list from elsewhere': await statusOf(looking, { path: MODELS, key, from: elsewhere }),
  });
  return [ofConsole, api, beside, models];
}

async function lookAtKey(looking: Looking, blocks: readonly string[]): Promise<Evidence> {
  const { one, named, elsewhere } = looking;
  demandPut(await put(looking, {}));
  demandPut(await putOfKey(looking, blocks));
  return tries(looking, PLACES.key, {
    'the key from a named network': await statusOf(looking, { path: MODELS, key: one.key, from: named }),
    'the key from elsewhere': await statusOf(looking, { path: MODELS, key: one.key, from: elsewhere }),
  });
}

/** A block of addresses that nobody has (RFC 5737), so that its maker is shut out wherever they are. */
const NOBODYS = '192.0.2.0/24';

async function lookAtLockOut(looking: Looking): Promise<Evidence> {
  return tries(looking, PLACES.lockOut, {
    'rules that let their maker in': (await put(looking, {})).status,
    'rules that shut their maker out': (await put(looking, { console: [NOBODYS] })).status,
  });
}

function sealCookies(looking: Looking, reply: HttpReply): Evidence {
  const cookies = reply.valuesOf('set-cookie').map((line) => ({
    isHostOnly: line.startsWith('__Host-'),
    hasDomain: /;\s*domain\s*=/i.test(line),
  }));
  return seal(looking, PLACES.cookies, { cookies });
}

function tries(looking: Looking, place: string, statuses: Readonly<Record<string, number>>): Evidence {
  const family = FAMILIES[place];
  return seal(looking, place, { tries: family === undefined ? [] : triesOf(family, statuses) });
}

function seal({ web, tools }: Looking, at: string, facts: Readonly<Record<string, JsonValue>>): Evidence {
  return sealAttempt(web, { subject: at, at, facts }, tools);
}
