// SQL of the devices a person signed in with, in the person's own scope.
import { sql } from 'kysely';
import type { Lookup } from '#db/lookup.ts';
import type { PersonTx, SystemTx } from '#db/scope.ts';

export const DEVICES_MAX = 20;

export type FoundDevice = { readonly user_id: string; readonly id: string; readonly email: string };

/** Whose device the token with this hash was given to; undefined for one that was not seen for 180 days. */
export async function findDevice(lookup: Lookup, hash: Buffer): Promise<FoundDevice | undefined> {
  const rows = await lookup<FoundDevice>('find_device', [hash]);
  return rows[0];
}

export type DeviceRow = {
  readonly user_id: string;
  readonly id: string;
  readonly token_hash: Buffer;
  readonly created_at: Date;
  readonly last_seen_at: Date;
  readonly address: string;
  readonly device: string;
};

/** A device that is new, or that is seen again. The person is locked by now. */
export async function putDevice(tx: PersonTx, row: DeviceRow): Promise<void> {
  const { last_seen_at, address, device } = row;
  await tx
    .insertInto('device')
    .values(row)
    .onConflict((conflict) => conflict.columns(['user_id', 'id']).doUpdateSet({ last_seen_at, address, device }))
    .execute();
}

/** Forgets those beyond the twenty that were seen last. */
export async function deleteOldestDevices(tx: PersonTx): Promise<void> {
  const kept = tx
    .selectFrom('device')
    .select('id')
    .orderBy('last_seen_at', 'desc')
    .orderBy('id', 'desc')
    .limit(DEVICES_MAX);
  await tx.deleteFrom('device').where('id', 'not in', kept).execute();
}

/** Forgets all of the person's devices but the one with this token. */
export async function deleteOtherDevices(tx: PersonTx, keptHash: Buffer | undefined): Promise<void> {
  const all = tx.deleteFrom('device');
  await (keptHash === undefined ? all : all.where('token_hash', '!=', keptHash)).execute();
}

const ROWS_MAX = 10_000;

/** Forgets devices that were not seen for 180 days. As the maintenance role. */
export async function deleteUnseenDevices(tx: SystemTx): Promise<void> {
  await sql`
    delete from device where (user_id, id) in (
      select user_id, id from device where last_seen_at <= now() - interval '180 days' limit ${ROWS_MAX})`.execute(tx);
}
