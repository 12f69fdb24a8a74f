// Broken twins of RL3: an edge that refuses what is too much, but for what it is told to bear.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { StartedTwin } from '@holdfast/controls/control.ts';
import { listen, twinOf } from '@holdfast/controls/twins/sockets.ts';
import { openWeb } from '#verification/web.ts';
import type { SizeTarget } from './rl3-probe.ts';

export type SizeTwin = {
  /** Whether it looks at sizes at all. */
  readonly isBounded?: boolean;
  /** The code it answers small bodies with, however deep. */
  readonly depth?: string;
};

const HEAD_BYTES_MAX = 131_072;
const BODY_BYTES_MAX = 65_536;

/** Its time for heads is over before anybody waits for it, and it takes no notice. */
export async function startSizeTwin({ isBounded = true, depth }: SizeTwin): Promise<StartedTwin<SizeTarget>> {
  const answer = async (request: IncomingMessage): Promise<readonly [status: number, code: string]> => {
    const { headers, method } = request;
    if (!isBounded) return [200, 'none'];
    if (headers['x-filler'] !== undefined) return [431, 'request.headers_too_large'];
    if (Number(headers['content-length'] ?? 0) > BODY_BYTES_MAX) return [413, 'request.too_large'];
    if (method === 'GET') return [200, 'none'];
    const body = await text(request);
    if (body.length > BODY_BYTES_MAX) return [413, 'request.too_large'];
    return [400, body === '{}' ? 'request.invalid' : (depth ?? 'request.malformed')];
  };
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request).then(
      ([status, code]) => response.writeHead(status, { connection: 'close' }).end(JSON.stringify({ code })),
      () => response.destroy(),
    );
  };
  const server = await listen(createServer({ maxHeaderSize: HEAD_BYTES_MAX }, handle));
  const { host, port } = server;
  const limits = {
    bodyBytesMax: BODY_BYTES_MAX,
    streamBodyBytesMax: BODY_BYTES_MAX,
    headerBytesMax: BODY_BYTES_MAX,
    headerTimeoutSeconds: 0.01,
    requestTimeoutSeconds: 1,
    keepAliveSeconds: 1,
    connectionsMax: 1,
  };
  return twinOf(server, {
    web: openWeb({ origin: `http://${host}:${port}` }, { vantage: 'inside', isLocal: true }),
    host: { bound: () => [{ address: host, port, purpose: 'public' as const }] },
    config: { limits },
  });
}
