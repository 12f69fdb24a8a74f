// Every kind of caller of the matrix, as real credentials of one world.
import { decodeId, encodeId } from '@holdfast/protocol/ids.ts';
import { newToken } from '#crypto/random.ts';
import { reveal } from '#crypto/secret.ts';
import type { Credential, KeyClaims } from '#kernel/credential.ts';
import { readObjectId } from '#kernel/object-kinds.ts';
import { type BuiltInRole, isGivable, type Permission } from '#kernel/permissions.ts';
import { startSequencer } from '#modules/audit.ts';
import { type Caller, roleFor, scopesFor } from '../../../tools/gen/permission-matrix.ts';
import { type AnyOperation } from '../../../tools/gen/operations.ts';
import { permissionGroupsOf } from '../../src/reference/access.ts';
import type { Stage } from '../example.ts';
import { memberIdOf } from '../memberships.ts';
import { joinOrganization, makeKey, type Person, signIn } from '../people.ts';
import { createWorld, type World } from '../world.ts';

export type MatrixStage = Stage & {
  readonly people: Readonly<Record<BuiltInRole, Person>>;
  readonly stranger: Person;
  /** A member who is no caller, so that what they own is nobody else's. */
  readonly bystander: Person;
  /** Members with a role of the organization, by their caller. */
  readonly holders: Readonly<Partial<Record<Caller, Person>>>;
  /** The credential a caller brings to an operation; undefined for no credential, `no key` where none can be made. */
  readonly credentialOf: (caller: Caller, operation: AnyOperation) => Promise<Credential | undefined | 'no key'>;
  /** Texts that tell of the organization, none of which may reach a stranger. */
  readonly telling: readonly string[];
  /** Grants a person all that there is to grant on what parameters name. */
  readonly grant: (params: unknown, person: Person) => Promise<void>;
};

/** Two organizations, people of every role in the first, and a caller of every kind. */
export async function openMatrixStage(port: number): Promise<MatrixStage> {
  const world = await createWorld({ outboundAllow: `127.0.0.1:${String(port)}` });
  const [acme, other] = [{ ...(await world.found('acme')), slug: 'acme' }, await world.found('other')];
  const join = (role: BuiltInRole): Promise<Person> => joinOrganization(world, acme, role);
  const people = {
    owner: await join('owner'),
    admin: await join('admin'),
    member: await join('member'),
    viewer: await join('viewer'),
    guest: await join('guest'),
  };
  const { owner } = people;
  const fixed = await fixedCredentials(world, owner, join);
  const { lanes, tools } = world.kernel;
  // Stopped at once, it still does one batch, and the log has a checkpoint to show.
  const onFailure = (error: unknown): never => {
    throw error;
  };
  await startSequencer({ lanes, keys: tools.keyring.audit, newOrigin: () => 'holdfast.test/matrix', onFailure }).stop();
  const stranger: Person = { userId: '', email: 'owner@other.example', slug: 'other', credential: other.credential };
  const holders = {
    'member with a role of it': await join('member'),
    'member with another role': await join('member'),
  } as const;
  const makers = keyMakers(world, owner, people.member);
  const holding = roleGivers(world, owner);
  const credentialOf: MatrixStage['credentialOf'] = async (caller, operation) => {
    if (caller === 'key with another scope') return makers['key with the scope'](otherScope(world, operation));
    if (caller in makers) return keyFor(operation, makers[caller as keyof typeof makers]);
    if (caller === 'member with a role of it') await holding(holders[caller], roleFor(operation));
    if (caller === 'member with another role') await holding(holders[caller], [otherPermission(world, operation)]);
    if (caller === 'owner of another organization') return stranger.credential;
    if (caller in people) return people[caller as keyof typeof people].credential;
    return caller in holders ? holders[caller as keyof typeof holders].credential : fixed[caller];
  };
  const upstream = `http://127.0.0.1:${String(port)}/v1`;
  const telling = [
    acme.organizationId,
    'acme',
    ...Object.values(people).flatMap(({ userId, email }) => [userId, email]),
  ];
  const [visitor, bystander] = [await join('member'), await join('member')];
  const grant = (params: unknown, person: Person) => grantAll(world, params, person);
  return { world, owner, visitor, bystander, upstream, people, holders, stranger, credentialOf, telling, grant };
}

/** Grants a person all that there is to grant on the object that parameters name, or that the grant they name is on. */
async function grantAll(world: World, params: unknown, { userId }: Person): Promise<void> {
  for (const id of Object.values((params ?? {}) as Readonly<Record<string, string>>)) {
    const object = readObjectId(world.kernel.registry.objects, id);
    await world.admin(
      `insert into holdfast.object_grant (org_id, id, object_kind, object_id, rank, member_id, created_at)
       select m.org_id, gen_random_uuid(), o.kind, o.id, 3, m.id, now()
         from holdfast.member m,
              (select $2::text as kind, $3::uuid as id where $2 is not null
               union all select g.object_kind, g.object_id from holdfast.object_grant g where g.id = $4) o
        where m.user_id = $1
       on conflict do nothing`,
      [userId, object?.kind ?? null, object?.id ?? null, decodeId('grt', id) ?? null],
    );
  }
}

async function fixedCredentials(
  world: World,
  owner: Person,
  join: (role: 'member') => Promise<Person>,
): Promise<Readonly<Partial<Record<Caller, Credential>>>> {
  const [suspended, removed] = [await join('member'), await join('member')];
  const expired = await signIn(world, owner.email);
  const revoked = await makeKey(world, owner.credential, ['models:use', 'session:read']);
  const orphaned = await makeKey(world, removed.credential, ['models:use', 'session:read']);
  await world.call('api_key.revoke', { credential: owner.credential, params: { apiKeyId: revoked.id } });
  await world.admin("update holdfast.member set status = 'suspended' where user_id = $1", [suspended.userId]);
  await world.admin('delete from holdfast.member where user_id = $1', [removed.userId]);
  // The newest session of the owner is the one made for this.
  await world.admin(
    `update holdfast.session set expires_at = now() - interval '1 second'
      where id = (select id from holdfast.session where user_id = $1 order by created_at desc limit 1)`,
    [owner.userId],
  );
  return {
    'malformed credential': { kind: 'unknown' },
    'unknown session': { kind: 'session', secret: reveal(newToken(), 'test.session') },
    'expired session': expired,
    'suspended member': suspended.credential,
    'revoked key': revoked.credential,
    'key of a removed member': orphaned.credential,
    operator: { kind: 'operator', uid: 0 },
  };
}

type MakeKey = (...scopes: readonly string[]) => Promise<Credential>;

/** Keys of each kind, made once for each set of scopes. */
function keyMakers(world: World, owner: Person, member: Person) {
  const ofKind = (spec: object, claims?: KeyClaims): MakeKey => {
    const keys = new Map<string, Promise<Credential>>();
    const make = async (scopes: readonly string[]): Promise<Credential> => {
      const body = { name: 'of the matrix', scopes, ...spec };
      const reply = await world.call('api_key.create', { credential: owner.credential, body });
      const { key } = reply.body as { readonly key: string };
      return { kind: 'api_key', secret: key, ...(claims === undefined ? {} : { claims }) };
    };
    return (...scopes) => {
      const name = scopes.join(' ');
      const key = keys.get(name) ?? make(scopes);
      keys.set(name, key);
      return key;
    };
  };
  const origin = 'https://shop.example';
  const actsFor = [encodeId('usr', member.userId)];
  return {
    'key with the scope': ofKind({ kind: 'personal' }),
    'service key': ofKind({ kind: 'service' }),
    'service key for a member': ofKind({ kind: 'service', actsFor }, { onBehalfOf: member.userId }),
    'publishable key': ofKind({ kind: 'publishable', origins: [origin] }, { origin }),
  } as const;
}

/** A key that holds what the operation needs; `no key` when making one is refused. */
async function keyFor(operation: AnyOperation, keyWith: MakeKey): Promise<Credential | 'no key'> {
  const scopes = [...new Set(scopesFor(operation).map(({ name }) => name))];
  try {
    // Where nothing is needed, any key does.
    return await keyWith(...(scopes.length === 0 ? ['models:read'] : scopes));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'api_key.scope_refused') return 'no key';
    throw error;
  }
}

/** Gives a person one role that holds just these, which changes with each operation; what everybody has where there is nothing to hold. */
function roleGivers(world: World, owner: Person) {
  const { credential } = owner;
  const roles = new Map<Person, { readonly id: string; readonly held: string }>();
  const make = async (person: Person, permissions: readonly string[]): Promise<string> => {
    const made = await world.call('role.create', { credential, body: { name: `of ${person.email}`, permissions } });
    const { id } = made.body as { readonly id: string };
    const params = { roleId: id, memberId: await memberIdOf(world, person) };
    await world.call('role.give', { credential, params });
    return id;
  };
  return async (person: Person, wanted: readonly Permission[]): Promise<void> => {
    const names = wanted.length === 0 ? ['organization:read'] : wanted.map(({ name }) => name);
    const permissions = [...new Set(names)].toSorted();
    const [held, role] = [permissions.join(' '), roles.get(person)];
    if (role?.held === held) return;
    if (role !== undefined)
      await world.call('role.update', { credential, params: { roleId: role.id }, body: { permissions } });
    roles.set(person, { id: role?.id ?? (await make(person, permissions)), held });
  };
}

/** A permission that a role can have, members have not, and that opens nothing here. */
function otherPermission(world: World, operation: AnyOperation): Permission {
  const needed = new Set(permissionGroupsOf(operation).flat());
  const other = world.kernel.registry.roles.permissions.find(
    (one) => isGivable(one) && !one.all.includes('member') && !needed.has(one),
  );
  if (other === undefined) throw new Error('there is no other permission');
  return other;
}

/** A scope that a key can have and that opens nothing here. */
function otherScope(world: World, operation: AnyOperation): string {
  const needed = new Set(permissionGroupsOf(operation).flat());
  const other = world.kernel.registry.roles.permissions.find(
    (one) => one.keyScope && !needed.has(one) && one.all.includes('owner'),
  );
  if (other === undefined) throw new Error('there is no other scope');
  return other.name;
}
