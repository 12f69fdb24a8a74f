// A broken twin that speaks HTTP or HTTPS and answers by a table.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { SelfSigned } from './certificate.ts';
import { listen, type TwinServer } from './sockets.ts';

export type TwinRequest = {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The address it came from; empty where the connection is gone. */
  readonly from: string;
};

/** `hang` never answers; `cut` promises more than it sends and hangs up. */
export type TwinAnswer =
  | 'hang'
  | 'cut'
  | {
      readonly status: number;
      /** A list is one header line for each value. */
      readonly headers?: Readonly<Record<string, string | readonly string[]>>;
      readonly body?: string;
    };

/** Answers by `GET /path`, without the query, or by `*` for everything else; without either it is 404. */
export type TwinAnswers = Readonly<Record<string, TwinAnswer | ((request: TwinRequest) => TwinAnswer)>>;

export type HttpTwin = TwinServer & { readonly url: string };

/** Starts the twin on a free loopback port, over TLS when it is given a certificate. */
export async function startHttpTwin(options: {
  readonly answers: TwinAnswers;
  readonly certificate?: SelfSigned;
}): Promise<HttpTwin> {
  const { answers, certificate } = options;
  const handle = (req: IncomingMessage, res: ServerResponse): void => {
    // A request that is cut off gets no answer.
    respond(answers, req, res).catch(() => res.destroy());
  };
  const server =
    certificate === undefined
      ? createServer(handle)
      : createSecureServer({ cert: certificate.certificatePem, key: certificate.keyPem }, handle);
  const listening = await listen(server);
  const scheme = certificate === undefined ? 'http' : 'https';
  return { ...listening, url: `${scheme}://${listening.host}:${listening.port}` };
}

async function respond(answers: TwinAnswers, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { method = '', url: path = '', headers } = req;
  const entry = answers[`${method} ${path.replace(/\?.*$/s, '')}`] ?? answers['*'] ?? { status: 404 };
  const body = (await buffer(req)).toString('utf8');
  const answer =
    typeof entry === 'function' ? entry({ method, path, headers, body, from: req.socket.remoteAddress ?? '' }) : entry;
  if (answer === 'hang') return;
  if (answer === 'cut') {
    res.writeHead(200, { 'content-length': '1000' });
    res.write('cut', () => res.destroy());
    return;
  }
  for (const [name, value] of Object.entries(answer.headers ?? {})) res.setHeader(name, value);
  res.writeHead(answer.status).end(answer.body ?? '');
}
