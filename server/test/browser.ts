// A real browser without a window, spoken to over the pipe of its DevTools protocol: one page, and one virtual authenticator.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

const CHROMIUM = '/usr/bin/chromium';
/** For `skip`: false, or why there is nothing to run. */
export const noBrowser = existsSync(CHROMIUM) ? false : `no ${CHROMIUM}`;

const FLAGS = [
  '--headless=new',
  '--remote-debugging-pipe',
  '--no-first-run',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-sync',
  // Nothing but the page calls anywhere.
  '--disable-background-networking',
  '--disable-component-update',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost',
];
const ANSWER_MS_MAX = 30_000;
const END_MS_MAX = 10_000;

type Json = Readonly<Record<string, unknown>>;

export type Browser = AsyncDisposable & {
  /** Opens an address in the one page; its policy does not bind what `run` does there. */
  readonly open: (url: string) => Promise<void>;
  /** Calls a function in the page, as source, with one argument; its result comes back as JSON. */
  readonly run: <Result>(source: string, argument?: unknown) => Promise<Result>;
  /** A platform authenticator whose user is there and verified, until told otherwise. Gives its id. */
  readonly addAuthenticator: () => Promise<string>;
  readonly verifyUser: (authenticatorId: string, isVerified: boolean) => Promise<void>;
};

/** Starts a browser with an empty profile. Disposing ends it and removes the profile. */
export async function startBrowser(): Promise<Browser> {
  await using opening = new AsyncDisposableStack();
  const profile = await mkdtemp(join(tmpdir(), 'hf-browser-'));
  opening.defer(() => rm(profile, { recursive: true, force: true, maxRetries: 10 }));
  // Its own sandbox needs an ordinary user; what it opens here is ours.
  const sandbox = process.geteuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(CHROMIUM, [...FLAGS, ...sandbox, `--user-data-dir=${profile}`, 'about:blank'], {
    env: { PATH: process.env['PATH'] ?? '', HOME: profile, TMPDIR: profile },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    // A group of its own, so that none of its processes stays.
    detached: true,
  });
  opening.defer(() => end(child));
  const send = converse(child);
  const { targetInfos } = await send('Target.getTargets');
  const page = (targetInfos as readonly Json[]).find(({ type }) => type === 'page');
  const attached = await send('Target.attachToTarget', { targetId: page?.['targetId'], flatten: true });
  const ask: Send = (method, parameters) => send(method, parameters, String(attached['sessionId']));
  await ask('Page.enable');
  await ask('Page.setBypassCSP', { enabled: true });
  await ask('WebAuthn.enable');
  const rest = opening.move();
  return {
    open: async (url) => {
      const { errorText } = await ask('Page.navigate', { url });
      if (errorText !== undefined) throw new Error(`${url}: ${JSON.stringify(errorText)}`);
    },
    run: async <Result>(source: string, argument?: unknown) => (await evaluate(ask, source, argument)) as Result,
    addAuthenticator: async () => {
      const { authenticatorId } = await ask('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          transport: 'internal',
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      });
      return String(authenticatorId);
    },
    verifyUser: async (authenticatorId, isUserVerified) => {
      await ask('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    },
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

type Send = (method: string, parameters?: Json, sessionId?: string) => Promise<Json>;

async function evaluate(ask: Send, source: string, argument: unknown): Promise<unknown> {
  const expression = `(${source})(${JSON.stringify(argument) ?? ''})`;
  const options = { awaitPromise: true, returnByValue: true, userGesture: true };
  const { result, exceptionDetails } = await ask('Runtime.evaluate', { expression, ...options });
  if (exceptionDetails !== undefined) throw new Error(`in the page: ${JSON.stringify(exceptionDetails)}`);
  return (result as Json)['value'];
}

/** Messages are JSON with a zero byte behind each; it reads them at descriptor 3 and writes them at 4. */
function converse(child: ChildProcess): Send {
  const [input, output] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  const waiting = new Map<number, PromiseWithResolvers<Json>>();
  let [sent, unread] = [0, ''];
  output.setEncoding('utf8').on('data', (text: string) => {
    const messages = (unread + text).split('\0');
    unread = messages.pop() ?? '';
    for (const message of messages) settle(waiting, JSON.parse(message) as Json);
  });
  const fail = (): void => {
    for (const { reject } of waiting.values()) reject(new Error('the browser has ended'));
  };
  child.on('error', fail).on('exit', fail);
  input.on('error', fail);
  return async (method, parameters = {}, sessionId) => {
    const id = (sent += 1);
    const answer = Promise.withResolvers<Json>();
    waiting.set(id, answer);
    const timer = setTimeout(() => answer.reject(new Error(`${method}: no answer`)), ANSWER_MS_MAX);
    input.write(
      `${JSON.stringify({ id, method, params: parameters, ...(sessionId === undefined ? {} : { sessionId }) })}\0`,
    );
    try {
      return await answer.promise;
    } finally {
      clearTimeout(timer);
      waiting.delete(id);
    }
  };
}

function settle(waiting: ReadonlyMap<number, PromiseWithResolvers<Json>>, message: Json): void {
  const answer = waiting.get(Number(message['id']));
  if (message['error'] === undefined) answer?.resolve(message['result'] as Json);
  else answer?.reject(new Error(JSON.stringify(message['error'])));
}

async function end(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit', { signal: AbortSignal.timeout(END_MS_MAX) });
  process.kill(-pid, 'SIGKILL');
  await ended;
}
