// One conversation with a mail server over a connection that is there already: TLS, sign-in, one message, and its end.
import type { Socket } from 'node:net';
import { TLSSocket, type SecureContext } from 'node:tls';
import SmtpConnection from 'nodemailer/lib/smtp-connection';
import { reveal } from '#crypto/secret.ts';
import type { SmtpFailure, SmtpReason } from './smtp-reasons.ts';
import type { SmtpServer } from './smtp-server.ts';

export interface SmtpSession {
  readonly socket: Socket;
  readonly server: SmtpServer;
  /** No TLS: only over a connection that never leaves this machine. */
  readonly isPlain: boolean;
  readonly secureContext: SecureContext | undefined;
  /** How we introduce ourselves: the domain that mail comes from. */
  readonly clientName: string;
  readonly from: string;
  readonly to: string;
  readonly message: Buffer;
  /** Silence of the server at any point. */
  readonly idleMs: number;
  /** All of it. */
  readonly totalMs: number;
}

const answerBytesMax = 64 * 1024;

/** Resolves when the server has taken the message for good, or with why it has not. Never rejects; closes the connection. */
export async function deliver(session: SmtpSession): Promise<{ readonly ok: true } | SmtpFailure> {
  const connection = openConnection(session);
  const { promise: broken, reject } = Promise.withResolvers<never>();
  connection.on('error', reject);
  const timer = setTimeout(() => reject(Object.assign(new Error('too long'), { code: 'ETIMEDOUT' })), session.totalMs);
  try {
    await Promise.race([broken, converse(connection, session)]);
    connection.quit();
    return { ok: true };
  } catch (error) {
    const failure = connection.upgrading === true ? handshakeFailure(error) : describeSmtpError(error);
    connection.close();
    session.socket.destroy();
    return failure;
  } finally {
    clearTimeout(timer);
    // Whatever comes once the answer is known changes nothing.
    broken.catch(() => undefined);
  }
}

function openConnection({ socket, server, isPlain, secureContext, clientName, idleMs }: SmtpSession): SmtpConnection {
  return new SmtpConnection({
    connection: socket,
    host: server.host,
    port: server.port,
    secure: server.scheme === 'smtps',
    requireTLS: !isPlain,
    ignoreTLS: isPlain,
    name: clientName,
    greetingTimeout: idleMs,
    socketTimeout: idleMs,
    socketCloseTimeout: 1_000,
    maxResponseSize: answerBytesMax,
    tls: {
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      ...(secureContext === undefined ? {} : { secureContext }),
    },
  });
}

async function converse(connection: SmtpConnection, session: SmtpSession): Promise<void> {
  await new Promise<void>((resolve, reject) => connection.connect((error) => (error ? reject(error) : resolve())));
  if (!session.isPlain && !isSecured(connection)) throw Object.assign(new Error('no TLS'), { code: 'ETLS' });
  const { credential } = session.server;
  if (credential !== undefined) {
    const auth = { user: credential.user, pass: reveal(credential.password, 'mail.sign_in') };
    await new Promise<void>((resolve, reject) =>
      connection.login(auth, (error) => (error ? reject(error) : resolve())),
    );
  }
  const { from, to, message } = session;
  await new Promise<void>((resolve, reject) =>
    connection.send({ from, to: [to] }, message, (error) => (error ? reject(error) : resolve())),
  );
}

/** What the library says of itself is not enough: the very socket must be an authorized TLS one. */
function isSecured({ _socket: socket }: SmtpConnection): boolean {
  return socket instanceof TLSSocket && socket.authorized;
}

const reasons: Readonly<Record<string, SmtpReason>> = {
  ETLS: 'tls',
  ETIMEDOUT: 'timeout_total',
  EPROTOCOL: 'protocol',
  EAUTH: 'login',
};

/** Our words and the server's status; never its text, which may quote whatever it likes. */
function describeSmtpError(error: unknown): SmtpFailure {
  const code = codeOf(error);
  const status = statusOf(error);
  const answered = status === undefined ? undefined : status >= 500 ? 'rejected' : 'deferred';
  const reason = (code === undefined ? undefined : reasons[code]) ?? answered ?? 'reset';
  return { ok: false, reason, ...(status === undefined ? {} : { status }) };
}

/** While TLS is being agreed on, everything but silence is a certificate or a protocol that is not accepted. */
function handshakeFailure(error: unknown): SmtpFailure {
  return { ok: false, reason: codeOf(error) === 'ETIMEDOUT' ? 'timeout_total' : 'tls' };
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('responseCode' in error)) return undefined;
  const status = Number(error.responseCode);
  return status >= 400 && status <= 599 ? status : undefined;
}
