// Tries to log in to the database otherwise than the server does, to see that it is refused. A connection of its own, closed at once.
import { Client, type ClientConfig } from 'pg';
import { sqlStateOf } from './errors.ts';

export type LoginAttempt = {
  /** Another name and password than the server's own. */
  readonly as?: { readonly user: string; readonly password: string };
  /** In plain text, and up to the question for the password, which is not answered. */
  readonly withoutTls?: true;
  /** Who alone is trusted to vouch for the database's certificate, as PEM. */
  readonly authority?: string;
};

/**
 * accepted: logged in · refused: the database said no · asked: it asked for a password in plain text · distrusted: its
 * certificate was not accepted · unanswered: none of these; it can't be said what it was.
 */
export type LoginOutcome = 'accepted' | 'refused' | 'asked' | 'distrusted' | 'unanswered';

/** `isEncrypted` and `isVerified` are our own end's word about the connection; they are false where none was made. */
export type Login = { readonly outcome: LoginOutcome; readonly isEncrypted: boolean; readonly isVerified: boolean };

export type LogIn = (attempt?: LoginAttempt) => Promise<Login>;

const TIMEOUT_MS = 2_000;

class PasswordAsked extends Error {
  override readonly name = 'PasswordAsked';
}

/** Never throws: whatever happens is an outcome. */
export async function logIn(settings: ClientConfig, attempt: LoginAttempt = {}): Promise<Login> {
  const client = new Client({
    ...settings,
    ...attempt.as,
    ...(attempt.authority === undefined ? {} : { ssl: trusting(settings.ssl, attempt.authority) }),
    ...(attempt.withoutTls === true ? { ssl: false, password: askNobody } : {}),
    connectionTimeoutMillis: TIMEOUT_MS,
    application_name: 'holdfast log-in check',
  });
  // A connection that breaks fails the attempt; without this it would end the process too.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return { outcome: 'accepted', ...linkOf(client) };
  } catch (error) {
    return { outcome: outcomeOf(error), isEncrypted: false, isVerified: false };
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Everything else stays as the server has it, so that what it leaves unchecked shows. */
function trusting(ssl: ClientConfig['ssl'], authority: string): ClientConfig['ssl'] {
  return typeof ssl === 'object' ? { ...ssl, ca: authority } : (ssl ?? false);
}

function askNobody(): never {
  throw new PasswordAsked('the database asks for a password');
}

type Socket = { readonly encrypted?: unknown; readonly authorized?: unknown };

/** The driver shows its socket, which its types do not say; one without TLS has neither word, and what is absent is no yes. */
function linkOf(client: Client): Pick<Login, 'isEncrypted' | 'isVerified'> {
  const { connection } = client as unknown as { readonly connection?: { readonly stream?: Socket } };
  const isEncrypted = connection?.stream?.encrypted === true;
  return { isEncrypted, isVerified: isEncrypted && connection.stream.authorized === true };
}

/** Of the classes after authentication: no such database, no right to connect to it. */
const AFTER_LOGIN = /^(?:3D000|42501)$/;
const DISTRUST = /^(?:UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA)/;

function outcomeOf(error: unknown): LoginOutcome {
  if (error instanceof PasswordAsked) return 'asked';
  const state = sqlStateOf(error);
  if (state !== undefined)
    return AFTER_LOGIN.test(state) ? 'accepted' : state.startsWith('28') ? 'refused' : 'unanswered';
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return DISTRUST.test(code) ? 'distrusted' : 'unanswered';
}
