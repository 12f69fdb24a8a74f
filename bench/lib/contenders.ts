// The ways to the same provider: none in between, the bare relay, the peer from npm, and Holdfast.
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { startNode } from './child.ts';
import { requestBytes } from './http-client.ts';
import { type Holdfast, startHoldfast } from './holdfast.ts';
import { GATEWAY_CORE, OTHER_CORE } from './machine.ts';
import { chatBody } from './workload.ts';

export type Contender = {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  readonly whole: Buffer;
  readonly streamed: Buffer;
};

export type Arena = AsyncDisposable & {
  readonly direct: Contender;
  readonly relay: Contender;
  readonly portkey: Contender | undefined;
  readonly holdfast: Contender;
  readonly server: Holdfast;
};

const PORTKEY_FOLDER = new URL('../node_modules/@portkey-ai/gateway/', import.meta.url);

/** Starts everything; the peer is left out when it is not installed. */
export async function openArena(nodeOptions: readonly string[] = []): Promise<Arena> {
  await using opened = new AsyncDisposableStack();
  const upstream = opened.use(await startNode({ core: OTHER_CORE, args: [fileOf('../upstream.ts')] }));
  const upstreamPort = Number(upstream.firstLine);
  const relay = opened.use(
    await startNode({ core: GATEWAY_CORE, args: [fileOf('../relay.ts'), String(upstreamPort)] }),
  );
  const server = opened.use(await startHoldfast(upstreamPort, nodeOptions));
  const portkey = existsSync(PORTKEY_FOLDER) ? await startPortkey(opened, upstreamPort) : undefined;
  const rest = opened.move();
  const key = { authorization: `Bearer ${server.key}` };
  return {
    direct: contender('direct', upstream.pid, upstreamPort, {}),
    relay: contender('bare relay', relay.pid, Number(relay.firstLine), {}),
    portkey,
    holdfast: contender('Holdfast', server.pid, server.port, key),
    server,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

function contender(name: string, pid: number, port: number, headers: Readonly<Record<string, string>>): Contender {
  const path = '/v1/chat/completions';
  return {
    name,
    pid,
    port,
    whole: requestBytes({ port, path, headers, body: chatBody(false) }),
    streamed: requestBytes({ port, path, headers, body: chatBody(true) }),
  };
}

async function startPortkey(opened: AsyncDisposableStack, upstreamPort: number): Promise<Contender> {
  const port = await findFreePort();
  const script = fileURLToPath(new URL('build/start-server.js', PORTKEY_FOLDER));
  const child = opened.use(
    await startNode({
      core: GATEWAY_CORE,
      args: [script, `--port=${port}`, '--headless'],
      env: { NODE_ENV: 'production' },
    }),
  );
  await waitForPort(port);
  return contender('Portkey', child.pid, port, {
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
    authorization: 'Bearer upstream',
  });
}

function findFreePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

async function waitForPort(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const isThere = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    await wait(100);
  }
  throw new Error(`nothing answers on port ${port}`);
}

function fileOf(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
