// Devices that signed in before. Their token proves nothing; it keeps their person from being shut out by the failures of others.
import { unixMs } from '#crypto/clock.ts';
import { hashToken } from '#crypto/hash.ts';
import { newToken } from '#crypto/random.ts';
import type { Secret } from '#crypto/secret.ts';
import type { PersonTx } from '#db/scope.ts';
import type { CallerFacts, Context } from '#kernel/context.ts';
import type { Tools } from '#kernel/tools.ts';
import { NEWS_MINUTES, prepareMail, type PreparedMail, queueMail } from '#modules/mail.ts';
import { isProbe } from './account-lock.ts';
import { describeDevice } from './describe-device.ts';
import { deleteOldestDevices, findDevice, type FoundDevice, putDevice } from './device-queries.ts';
import { mayMailNews } from './mail-limits.ts';
import { findOwnAccount } from './queries.ts';

/** As long as the database remembers one that is not seen. */
const COOKIE_SECONDS = 180 * 24 * 60 * 60;

/** A device as a sign-in leaves it. */
export type PreparedDevice = {
  readonly id: string;
  readonly tokenHash: Buffer;
  readonly cookie: string;
  /** For the person, of a device that was not known. */
  readonly notice: PreparedMail | undefined;
};

/** A device that nobody signed in with before; nobody is told of it. */
export function mintDevice(tools: Pick<Tools, 'keyring' | 'newId' | 'sessionCookie'>): PreparedDevice {
  return { ...deviceWith(tools, newToken()), id: tools.newId(), notice: undefined };
}

/** The device that is signing in: the known one of this person, or a new one, of which the person is told. */
export async function prepareDevice(tools: Tools, userId: string, caller: CallerFacts): Promise<PreparedDevice> {
  const { deviceToken } = caller;
  const known = await findCallersDevice(tools, deviceToken);
  if (deviceToken !== undefined && known?.user_id === userId)
    return { ...deviceWith(tools, deviceToken), id: known.id, notice: undefined };
  return { ...mintDevice(tools), notice: await prepareNotice(tools, userId, caller) };
}

/** Remembers it, in the transaction that opens the session. The person is locked by now. */
export async function keepDevice(
  { tx, now, caller, note }: Pick<Context<PersonTx>, 'tx' | 'now' | 'caller' | 'note'>,
  userId: string,
  { id, tokenHash, notice }: PreparedDevice,
): Promise<void> {
  const { address, device } = caller;
  await putDevice(tx, {
    user_id: userId,
    id,
    token_hash: tokenHash,
    created_at: now,
    last_seen_at: now,
    address,
    device,
  });
  await deleteOldestDevices(tx);
  if (notice === undefined) return;
  note({ toldOfDevice: true });
  await queueMail(tx, { kind: 'person', id: userId }, notice, now);
}

/** The device whose token the caller brings, if it is anybody's. */
export async function findCallersDevice(
  tools: Pick<Tools, 'keyring' | 'lookup'>,
  token: Secret<string> | undefined,
): Promise<FoundDevice | undefined> {
  return token === undefined ? undefined : findDevice(tools.lookup, hashDevice(tools, token));
}

export function hashDevice({ keyring }: Pick<Tools, 'keyring'>, token: Secret<string>): Buffer {
  return hashToken(keyring.lookupKey('device'), token);
}

function deviceWith(tools: Pick<Tools, 'keyring' | 'sessionCookie'>, token: Secret<string>) {
  return { tokenHash: hashDevice(tools, token), cookie: tools.sessionCookie.setDevice(token, COOKIE_SECONDS) };
}

/** Undefined for the installation's own probes, who read no mail, and for who has had enough of these. */
async function prepareNotice(
  tools: Tools,
  userId: string,
  { address, device }: CallerFacts,
): Promise<PreparedMail | undefined> {
  const account = await findOwnAccount(tools.lookup, userId);
  if (account === undefined || isProbe(account.email)) return undefined;
  if (!(await mayMailNews(tools, userId))) return undefined;
  const when = `${new Date(unixMs()).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const values = { when, address, device: describeDevice(device) };
  return prepareMail(tools, { to: account.email, template: 'new_sign_in', values, liveMinutes: NEWS_MINUTES });
}
