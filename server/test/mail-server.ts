// A real SMTP server for tests: takes mail, asks for TLS and sign-in if told so, and fails in the ways servers fail.
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export type ReceivedMail = {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly isSecure: boolean;
  readonly user: string | undefined;
};

export type MailServer = AsyncDisposable & {
  readonly port: number;
  readonly received: readonly ReceivedMail[];
  /** How it answers the message from now on: takes it, answers with a status, says nothing, or ends the connection. */
  behave: (how: 'take' | 'hang' | 'drop' | 400 | 421 | 550) => void;
  /** How many conversations were open at once, at most. */
  readonly mostAtOnce: () => number;
  /** How often somebody connected. */
  readonly connections: () => number;
  /** Holds every message until it resolves, then takes it. */
  hold: (until: Promise<unknown>) => void;
};

export type MailServerOptions = Partial<SMTPServerOptions> & {
  readonly login?: { readonly user: string; readonly password: string };
  readonly port?: number;
};

export async function startMailServer({ login, port = 0, ...options }: MailServerOptions = {}): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  let how: Parameters<MailServer['behave']>[0] = 'take';
  let held: Promise<unknown> = Promise.resolve();
  const counts = { connections: 0, now: 0, most: 0 };
  const server = new SMTPServer({
    logger: false,
    disabledCommands: options.key === undefined ? ['STARTTLS'] : [],
    authOptional: login === undefined,
    allowInsecureAuth: true,
    closeTimeout: 100,
    onConnect: (_session, done) => {
      counts.connections += 1;
      counts.now += 1;
      counts.most = Math.max(counts.most, counts.now);
      done();
    },
    onClose: () => void (counts.now -= 1),
    onAuth: (auth, _session, done) => {
      const isRight = auth.username === login?.user && auth.password === login?.password;
      done(isRight ? null : new Error('no'), isRight ? { user: auth.username } : undefined);
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (how === 'hang') return;
        if (how === 'drop') return dropAll(server);
        if (typeof how === 'number') return done(Object.assign(new Error('stranger text'), { responseCode: how }));
        const { mailFrom, rcptTo } = session.envelope;
        const mail = {
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('utf8'),
          isSecure: session.secure,
          user: typeof session.user === 'string' ? session.user : undefined,
        };
        const take = async (): Promise<void> => {
          await held;
          received.push(mail);
          done();
        };
        void take();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    behave: (next) => void (how = next),
    hold: (until) => void (held = until),
    mostAtOnce: () => counts.most,
    connections: () => counts.connections,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(resolve)),
  };
}

function dropAll(server: SMTPServer): void {
  for (const { _socket: socket } of server.connections) socket.destroy();
}

/** The text of a part of a mail, with quoted-printable undone. */
export function partOf(raw: string, type: 'text/plain' | 'text/html'): string {
  const part = raw.split(/\r\n--/).find((one) => one.includes(`Content-Type: ${type}`)) ?? '';
  const body = part.slice(part.indexOf('\r\n\r\n') + 4);
  if (!/quoted-printable/i.test(part)) return body;
  return body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
