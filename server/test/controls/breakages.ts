// Breaks people, credentials and keys of the running system, past the API.
import assert from 'node:assert/strict';
import { toSecret } from '#crypto/secret.ts';
import type { CredentialKind } from '#kernel/credential.ts';
import type { Tools } from '#kernel/tools.ts';
import { hashNewPassword } from '#modules/identity.ts';
import { asSuperuser, sharedCluster } from '#test/world.ts';
import type { Breakage, System } from './system.ts';

/** Statements of a superuser, and others that undo them. */
export function runStatements({ admin }: System, breaking: string, mending: string): Breakage {
  return async () => {
    await admin(breaking);
    return () => admin(mending);
  };
}

/** A function of the database, replaced by one in which something reads otherwise. */
export function changeFunction({ admin }: System, signature: string, text: string, replacement: string): Breakage {
  return async () => {
    const [row] = await admin('select pg_get_functiondef($1::regprocedure) as text', [`holdfast.${signature}`]);
    const whole = String(row?.['text']);
    const broken = whole.replace(text, replacement);
    assert.notEqual(broken, whole);
    await admin(broken);
    return () => admin(whole);
  };
}

type Stranger = {
  readonly email: string;
  readonly password: string;
  readonly createdAt?: string;
  /** Slug of the organization they are in; none unless told. */
  readonly organization?: string;
};

/** Somebody who was put into the database. */
export function putIn({ kernel, admin }: System, stranger: Stranger): Breakage {
  return async () => {
    const { email, password, createdAt = 'now', organization } = stranger;
    const userId = kernel.tools.newId();
    const hash = await hashNewPassword(kernel.tools, toSecret(password));
    await admin(
      `insert into holdfast.person (user_id, email, name, created_at) values ($1, $2, 'Admin', $3::timestamptz)`,
      [userId, email, createdAt],
    );
    await admin('insert into holdfast.password (user_id, hash, changed_at) values ($1, $2, now())', [userId, hash]);
    await admin(
      `insert into holdfast.member (org_id, id, user_id, role, created_at)
       select org_id, $1, $2, 'viewer', now() from holdfast.organization where slug = $3`,
      [kernel.tools.newId(), userId, organization ?? ''],
    );
    return () => admin('delete from holdfast.person where user_id = $1', [userId]);
  };
}

type Identify = CredentialKind['identify'];

/** The running server recognizes credentials of a kind in another way. */
export function identifyOtherwise(
  { kernel }: System,
  kind: CredentialKind['kind'],
  other: (tools: Tools, secret: string, identify: Identify) => ReturnType<Identify>,
): Breakage {
  return async () => {
    // The registry is made once and not meant to be changed; here it is.
    const credentials = kernel.registry.credentials as Map<string, CredentialKind>;
    const right = credentials.get(kind);
    assert.ok(right);
    credentials.set(kind, {
      kind,
      identify: (tools, secret, claims) => other(tools, secret, (...args) => right.identify(args[0], args[1], claims)),
    });
    return async () => credentials.set(kind, right);
  };
}

type Changed = Partial<Pick<Tools, 'lookup' | 'limits'>> & {
  readonly signInFailures?: Partial<Tools['signInFailures']>;
};

/** What modules work with, replaced in part. */
export function changeTools({ kernel }: System, { signInFailures, ...changed }: Changed): Breakage {
  return async () => {
    const { tools } = kernel;
    const before = { ...tools };
    Object.assign(tools, { ...changed, signInFailures: { ...before.signInFailures, ...signInFailures } });
    return async () => Object.assign(tools, before);
  };
}

/** Nobody gets into the system's database, and whoever is in it is thrown out; databases of others on the cluster are not touched. */
export async function cutDatabaseOff({ admin }: System): Promise<() => Promise<unknown>> {
  const [row] = await admin('select current_database() as name');
  const name = String(row?.['name']);
  const { superuser } = await sharedCluster();
  const outside = (sql: string) => asSuperuser({ ...superuser, database: 'postgres' }, sql);
  await outside(`alter database ${name} allow_connections false`);
  await outside(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
  return () => outside(`alter database ${name} allow_connections true`);
}
