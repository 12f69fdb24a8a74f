// What a browser test of the console stands on: a server of its own, a provider that answers, and a person with a browser.
import { createCaller, type Caller } from '../system/lib/caller.ts';
import { makeDataDir } from '../embedded-support.ts';
import { type ModelUpstream, startModelUpstream } from '../e2e/model-upstream.ts';
import { OWNER, setUp } from '../system/lib/installation.ts';
import { queryEmbedded } from '../system/lib/embedded-access.ts';
import { run, type ServerProcess, start } from '../system/lib/processes.ts';
import { settingsOf, WIDE_RATES } from '../system/lib/settings.ts';
import { openVisitor, type Visitor } from './visitor.ts';

export type Stage = AsyncDisposable & {
  readonly server: ServerProcess;
  readonly upstream: ModelUpstream;
  readonly visitor: Visitor;
  /** Calls the API beside the browser. */
  readonly caller: Caller;
  readonly urlOf: (path: string) => string;
  /** Founds the organization past the pages; gives the owner's cookie. */
  readonly found: () => Promise<string>;
  /** A person with the owner's password and this role, past every route: an invitation would need its mail read. */
  readonly addMember: (role: 'admin' | 'member' | 'viewer', email: string) => Promise<void>;
  /** As if everybody had been away: each proof of each session is 16 minutes old. */
  readonly ageProofs: () => Promise<void>;
  /** A second organization, Acme Labs, whose owner this person is; gives its short name. */
  readonly addOrganization: (email: string) => Promise<string>;
  /** One statement past every wall, for what would take months to come about. */
  readonly query: (text: string) => Promise<readonly Record<string, unknown>[]>;
  /** What a command of the operator prints. */
  readonly operate: (...args: readonly string[]) => Promise<string>;
};

/** `allow`: what the server may reach on this machine beside the provider. */
export async function openStage({ allow = [] }: { readonly allow?: readonly string[] } = {}): Promise<Stage> {
  await using opening = new AsyncDisposableStack();
  const dataDir = opening.use(await makeDataDir());
  const upstream = opening.use(await startModelUpstream());
  const settings = await settingsOf(dataDir.path, {
    ...WIDE_RATES,
    HOLDFAST_OUTBOUND_ALLOW: [`127.0.0.1:${String(upstream.port)}`, ...allow].join(),
  });
  const server = opening.use(await start({ settings }));
  const caller = opening.use(createCaller({ port: server.port }));
  const visitor = opening.use(await openVisitor());
  const rest = opening.move();
  return {
    server,
    upstream,
    visitor,
    caller,
    urlOf: (path) => `${server.ready.origin}${path}`,
    found: () => setUp(caller, server.ready.setupLink),
    addMember: (role, email) => addMember(dataDir.path, role, email),
    ageProofs: async () => {
      await queryEmbedded(dataDir.path, "update session set proven_at = proven_at - interval '16 minutes'");
    },
    addOrganization: (email) => addOrganization(dataDir.path, email),
    query: (text) => queryEmbedded(dataDir.path, text),
    operate: async (...args) => (await run(args, { settings })).screen,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

async function addMember(dataDirectory: string, role: string, email: string): Promise<void> {
  await queryEmbedded(
    dataDirectory,
    `with one as (
       insert into person (user_id, email, name, created_at)
       values (gen_random_uuid(), '${email}', 'A ${role}', now()) returning user_id
     ), secret as (
       insert into password (user_id, hash, changed_at)
       select one.user_id, password.hash, now() from one, password
         join person on person.user_id = password.user_id where person.email = '${OWNER.email}'
       returning user_id
     )
     insert into member (org_id, id, user_id, role, created_at)
     select member.org_id, gen_random_uuid(), one.user_id, '${role}', now() from one, member
       join person on person.user_id = member.user_id where person.email = '${OWNER.email}'`,
  );
}

async function addOrganization(dataDirectory: string, email: string): Promise<string> {
  const slug = 'acme-labs';
  await queryEmbedded(
    dataDirectory,
    `with one as (
       insert into organization (org_id, name, slug, created_at)
       values (gen_random_uuid(), 'Acme Labs', '${slug}', now()) returning org_id
     )
     insert into member (org_id, id, user_id, role, created_at)
     select one.org_id, gen_random_uuid(), person.user_id, 'owner', now() from one, person
      where person.email = '${email}'`,
  );
  return slug;
}
