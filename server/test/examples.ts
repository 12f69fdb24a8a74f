// A valid call of every route and stream: the matrix makes each of them as every kind of caller. A new route adds its own here.
import { encodeId } from '#kernel/fields.ts';
import { issueSetupLink } from '#modules/setup.ts';
import { accountExamples } from './account-examples.ts';
import { authorityExamples } from './authority-examples.ts';
import { emergencyExamples } from './emergency-examples.ts';
import type { Example, MakeExample, Stage } from './example.ts';
import { factorExamples } from './factor-examples.ts';
import { mailExamples } from './mail-examples.ts';
import { grantExamples } from './grant-examples.ts';
import { memberExamples } from './member-examples.ts';
import { memberIdOf } from './memberships.ts';
import { makeProvider, providerAt } from './made-providers.ts';
import { passkeyExamples } from './passkey-examples.ts';
import { keepSessions, makeKey, type Person, signIn } from './people.ts';
import { projectExamples } from './project-examples.ts';
import { reviewExamples } from './review-examples.ts';
import { webhookExamples } from './webhook-examples.ts';
import { PASSWORD, pretendNotSetUp, type World } from './world.ts';

const plain: MakeExample = () => ({ call: {} });

let made = 0;
/** A block that calls of the tests come from, and no other call had. */
const fresh8 = (): string => `127.0.0.0/${String(8 + ((made += 1) % 16))}`;
const fresh = (word: string): string => `${word}-${String((made += 1))}`;

export const examples: Readonly<Record<string, MakeExample>> = {
  ...accountExamples,
  ...authorityExamples,
  ...emergencyExamples,
  ...factorExamples,
  ...mailExamples,
  ...grantExamples,
  ...memberExamples,
  ...passkeyExamples,
  ...projectExamples,
  ...reviewExamples,
  ...webhookExamples,
  'api_key.create': () => ({ call: { body: { name: fresh('key'), scopes: ['models:use'] } } }),
  'api_key.list': async (stage, actor) => {
    await makeKeyOf(stage, actor);
    return { call: {} };
  },
  'api_key.get': async (stage, actor) => ({ call: { params: { apiKeyId: await makeKeyOf(stage, actor) } } }),
  'api_key.get_networks': async (stage, actor) => ({ call: { params: { apiKeyId: await makeKeyOf(stage, actor) } } }),
  'api_key.update_networks': async (stage, actor) => ({
    call: { params: { apiKeyId: await makeKeyOf(stage, actor) }, body: { networks: ['127.0.0.0/8'] } },
  }),
  'api_key.revoke': async (stage, actor) => ({ call: { params: { apiKeyId: await makeKeyOf(stage, actor) } } }),
  'api_key.mark_exposed': async (stage, actor) => ({
    call: { params: { apiKeyId: await makeKeyOf(stage, actor) } },
  }),
  'api_key.update': async (stage, actor) => ({
    call: { params: { apiKeyId: await makeKeyOf(stage, actor) }, body: { name: fresh('renamed') } },
  }),
  'api_key.usage': async (stage, actor) => ({ call: { params: { apiKeyId: await makeKeyOf(stage, actor) } } }),
  'api_key.get_reach': async (stage, actor) => ({ call: { params: { apiKeyId: await makeKeyOf(stage, actor) } } }),
  'api_key.revoke_leaked': () => ({ call: { body: { key: 'a text that is no key' } } }),
  'api_key.rotate': async (stage, actor) => ({
    call: { params: { apiKeyId: await makeKeyOf(stage, actor) }, body: { overlapHours: 1 }, ifMatch: '"1"' },
  }),
  'audit.list': plain,
  'audit.checkpoint': plain,
  'credential.report': plain,
  'credential.update_schedule': () => ({ call: { body: { apiKeyDays: 60, providerSecretDays: 300 } } }),
  'controls.list': async (stage) => {
    await checkControls(stage);
    return { call: {} };
  },
  'controls.get_key': plain,
  'controls.get': async (stage) => {
    await checkControls(stage);
    return { call: { params: { controlId: 'TR4' } }, nowhere: { controlId: 'ZZ9' } };
  },
  'controls.run': plain,
  'controls.get_run': ({ world }) => ({
    call: { params: { runId: encodeId('run', world.verification.runs.begin(undefined) ?? '') } },
  }),
  'member.list': plain,
  'network_rules.get': plain,
  'network_rules.update': () => ({ call: { body: { console: [], api: [], models: [fresh8()] } } }),
  'network_rules.check': () => ({ call: { body: { address: '203.0.113.7' } } }),
  'network_rules.clear': () => ({ call: { body: { organization: 'acme' } } }),
  'organization.get': plain,
  'organization.update': () => ({ call: { body: { name: fresh('Acme') } } }),
  'provider.create': ({ upstream }) => ({ call: { body: providerAt(upstream) } }),
  'provider.list': plain,
  'provider.get': async (stage) => ({ call: { params: { providerId: await makeProvider(stage) } } }),
  'provider.update': async (stage) => ({
    call: { params: { providerId: await makeProvider(stage) }, body: { name: fresh('renamed') } },
  }),
  'provider.delete': async (stage) => ({ call: { params: { providerId: await makeProvider(stage) } } }),
  'provider.mark_exposed': async (stage) => ({
    call: { params: { providerId: await makeProvider(stage) }, body: {} },
  }),
  'provider.test': async (stage) => ({ call: { params: { providerId: await makeProvider(stage) } } }),
  // Nobody who calls elsewhere: a person’s oldest sessions give way to new ones.
  'session.create': ({ visitor: { email } }) => ({ call: { body: { email, password: PASSWORD } } }),
  'session.get': plain,
  'session.delete': async ({ world }, { email }) => ({ call: {}, credential: await signIn(world, email) }),
  'session.enter': async ({ world }, { email, slug }) => ({
    call: { body: { organization: slug } },
    credential: await signIn(world, email),
  }),
  'session.list': plain,
  'session.list_organizations': plain,
  'session.end_one': async ({ world }, actor) => ({ call: { params: { sessionId: await newSession(world, actor) } } }),
  'session.end_others': async ({ world }, { email }) => {
    const settle = await keepSessions(world);
    return { call: {}, credential: await signIn(world, email), settle };
  },
  'session.list_of_member': async ({ world, visitor }) => ({
    call: { params: { memberId: await memberIdOf(world, visitor) } },
  }),
  'session.end_of_member': async ({ world, visitor }) => {
    const sessionId = await newSession(world, visitor);
    return { call: { params: { memberId: await memberIdOf(world, visitor), sessionId } } };
  },
  'session.end_all_of_member': async ({ world, visitor }) => ({
    call: { params: { memberId: await memberIdOf(world, visitor) } },
  }),
  'setup.state': plain,
  'setup.complete': async ({ world }) => {
    const slug = fresh('org');
    await world.admin("delete from holdfast.installation where name = 'set_up'");
    const link = await issueSetupLink(world.kernel.lanes, pretendNotSetUp(world.kernel).tools, 'http://localhost');
    const owner = { name: 'Nora', email: `nora@${slug}.example`, password: PASSWORD };
    const body = { token: link?.split('#token=')[1], organization: { name: slug, slug }, owner };
    return { call: { body }, on: pretendNotSetUp(world.kernel) };
  },
  'setup.issue_token': ({ world }) => ({ call: {}, on: pretendNotSetUp(world.kernel) }),
  'usage.sum': plain,
  'model.list': plain,
  'model.chat.completions': () => modelCall({ messages: [{ role: 'user', content: 'hi' }] }),
  'model.responses': () => modelCall({ input: 'hi' }),
  'model.embeddings': () => modelCall({ input: 'hi' }),
};

async function makeKeyOf({ world }: Stage, actor: Person): Promise<string> {
  const { id } = await makeKey(world, actor.credential, ['session:read']);
  return id;
}

function checkControls({ world }: Stage) {
  return world.verification.verifier.run();
}

/** The id of a session that is opened for this. */
async function newSession(world: World, { email }: Person): Promise<string> {
  const credential = await signIn(world, email);
  const { body } = await world.call('session.list', { credential });
  const { items } = body as { readonly items: readonly { readonly id: string; readonly isCurrent: boolean }[] };
  return items.find(({ isCurrent }) => isCurrent)?.id ?? '';
}

function modelCall(body: object): Example {
  const rawBody = Buffer.from(JSON.stringify({ model: 'example', ...body }));
  return { call: { rawBody, contentType: 'application/json' } };
}
