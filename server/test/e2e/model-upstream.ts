// A model provider for tests: speaks enough of OpenAI's API over real sockets, misbehaves by model name, remembers all it saw.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

export type SeenCall = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: string;
  /** Resolves when the connection of this call closed before its reply was complete. */
  readonly abandoned: Promise<void>;
};

export type ModelUpstream = AsyncDisposable & {
  readonly port: number;
  readonly calls: readonly SeenCall[];
  /** Lets streams of the model `paced` go on by so many events. */
  readonly release: (events: number) => void;
};

type Behavior = (response: ServerResponse, body: Readonly<Record<string, unknown>>) => Promise<void> | void;

export async function startModelUpstream(): Promise<ModelUpstream> {
  const calls: SeenCall[] = [];
  const gate = createGate();
  const server = createServer((request, response) => {
    void serve(request, response, calls, gate);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    calls,
    release: gate.release,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function serve(request: IncomingMessage, response: ServerResponse, calls: SeenCall[], gate: Gate): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const abandoned = new Promise<void>((resolve) => {
    response.on('close', () => {
      if (!response.writableFinished) resolve();
    });
  });
  const path = request.url ?? '';
  calls.push({ path, headers: request.headers, rawHeaders: request.rawHeaders, body: text, abandoned });
  if (path === '/v1/models') return json(response, 200, { object: 'list', data: [{ id: 'from-upstream' }] });
  const body = JSON.parse(text) as Readonly<Record<string, unknown>>;
  // What follows a dash tells calls of one behavior apart.
  const model = String(body['model']).split('-')[0] ?? '';
  await (behaviors(gate)[model] ?? (body['stream'] === true ? streamed(path) : whole(path)))(response, body);
}

function behaviors(gate: Gate): Readonly<Record<string, Behavior>> {
  return {
    limited: (response) =>
      json(response, 429, { error: { message: 'slow down', type: 'rate_limit_error' } }, { 'retry-after': '7' }),
    broken: (response) => json(response, 500, { error: { message: 'boom: upstream internals', type: 'server_error' } }),
    brokenPage: (response) =>
      void response.writeHead(500, { 'content-type': 'text/html' }).end('<html>stack trace</html>'),
    badRequest: (response) =>
      json(response, 400, { error: { message: 'temperature is too high', type: 'invalid_request_error' } }),
    forbidden: (response) => json(response, 401, { error: { message: 'Incorrect API key: sk-upst***' } }),
    garbage: (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices": ['),
    hang: () => undefined,
    bulky: (response) => json(response, 200, { pad: 'x'.repeat(BULKY_BYTES), usage: { prompt_tokens: 1 } }),
    truncated: (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunkEvent('Hel'));
      setTimeout(() => response.destroy(), 20);
    },
    flood: async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let sent = 0; sent < FLOOD_BYTES && !response.destroyed; sent += FLOOD_PIECE.length) {
        flooded.bytes += FLOOD_PIECE.length;
        if (!response.write(FLOOD_PIECE)) await once(response, 'drain');
      }
      response.end();
    },
    paced: async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      for (let at = 0; !response.destroyed; at += 1) {
        await gate.pass(response);
        response.write(chunkEvent(`piece ${at} `));
      }
    },
  };
}

/** More than the buffers of two sockets take. */
const BULKY_BYTES = 32 * 1024 * 1024;
/** What a flood would send to a client that reads; it stops where nobody takes more. */
export const FLOOD_BYTES = 400 * 1024 * 1024;
const FLOOD_PIECE = Buffer.from(`data: ${'x'.repeat(65_528)}\n\n`);
export const flooded = { bytes: 0 };

const WORDS = ['Hel', 'lo ', 'wörld', ' ', '✓'];

function streamed(path: string): Behavior {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'openai-processing-ms': '12' });
    for (const word of WORDS) {
      response.write(path === '/v1/responses' ? responseEvent(word) : chunkEvent(word));
      await wait(2);
    }
    response.write(path === '/v1/responses' ? completedEvent() : usageEvent());
    response.end('data: [DONE]\n\n');
  };
}

function whole(path: string): Behavior {
  return (response, body) => {
    if (path === '/v1/embeddings') {
      return json(response, 200, {
        object: 'list',
        model: body['model'],
        data: [{ object: 'embedding', index: 0, embedding: [0.25, -1, 3] }],
        usage: { prompt_tokens: 4, total_tokens: 4 },
      });
    }
    if (path === '/v1/responses') return json(response, 200, finishedResponse());
    return json(response, 200, {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model: body['model'],
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: WORDS.join('') } }],
      usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 },
      vendor_extension: { kept: true },
    });
  };
}

function finishedResponse() {
  return {
    id: 'resp_1',
    object: 'response',
    status: 'completed',
    output: [
      {
        type: 'message',
        id: 'm',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: 'Hi', annotations: [] }],
      },
    ],
    usage: { input_tokens: 21, output_tokens: 2, total_tokens: 23 },
  };
}

function json(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'set-cookie': 'upstream=1',
    server: 'upstream/1.0',
    'x-powered-by': 'upstream',
    ...headers,
  });
  response.end(JSON.stringify(body));
}

function event(data: object, name?: string): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
}

function chunkEvent(content: string): string {
  return event({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  });
}

function usageEvent(): string {
  return event({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [],
    usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 },
  });
}

function responseEvent(delta: string): string {
  return event(
    { type: 'response.output_text.delta', delta, item_id: 'm', output_index: 0 },
    'response.output_text.delta',
  );
}

function completedEvent(): string {
  return event({ type: 'response.completed', response: finishedResponse() }, 'response.completed');
}

type Gate = { readonly pass: (response: ServerResponse) => Promise<void>; readonly release: (events: number) => void };

/** What is released goes to streams that are still read: one that was left takes nothing away from the next. */
function createGate(): Gate {
  let open = 0;
  let waiting: (() => void)[] = [];
  return {
    pass: (response) => {
      if (open > 0) {
        open -= 1;
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        waiting.push(resolve);
        response.once('close', () => {
          waiting = waiting.filter((one) => one !== resolve);
          resolve();
        });
      });
    },
    release: (events) => {
      for (let count = 0; count < events; count += 1) {
        const next = waiting.shift();
        if (next === undefined) open += 1;
        else next();
      }
    },
  };
}
