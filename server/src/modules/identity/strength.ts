// How hard a password is to guess. zxcvbn takes up to a third of a second for some, so it runs in a thread of its own.
import { Worker } from 'node:worker_threads';
import { reveal, type Secret } from '#crypto/secret.ts';
import type { StrengthQuestion } from './strength-thread.ts';

/** 0 to 4; 4 stands for more than 10^10 guesses. `busy` when too many wait, or the thread does not answer. */
export type Strength = { readonly ok: true; readonly score: number } | { readonly ok: false; readonly reason: 'busy' };

/** What follows is not looked at: the time grows with the length, and so long a beginning is judged well enough. */
const CHARACTERS_MAX = 100;
const WAITING_MAX = 16;
const ANSWER_MS = 10_000;
/** The dictionaries take 40 MB; a server that sets no passwords gives them back. */
const IDLE_MS = 60_000;

type Thread = { readonly ask: (question: StrengthQuestion) => Promise<Strength>; readonly isOpen: () => boolean };

let current: Thread | undefined;

/** Scores a password; `known` is what anybody knows of its owner, and worth nothing in it. */
export function measureStrength(password: Secret<string>, known: readonly string[]): Promise<Strength> {
  if (current?.isOpen() !== true) current = openThread();
  return current.ask({ text: reveal(password, 'password.judge').slice(0, CHARACTERS_MAX), known });
}

/** The thread ends when nobody has asked for a while, when it is late, and when it breaks: then it answers no more, and the next begins anew. */
function openThread(): Thread {
  const worker = new Worker(new URL('strength-thread.ts', import.meta.url), { execArgv: [], env: {} });
  const waiting: ((strength: Strength) => void)[] = [];
  let isOpen = true;
  let timer = setTimeout(close, IDLE_MS).unref();

  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    clearTimeout(timer);
    for (const answer of waiting.splice(0)) answer({ ok: false, reason: 'busy' });
    void worker.terminate();
  }

  /** A process that only waits for an answer stays; one that waits for nothing may end. */
  function watch(): void {
    clearTimeout(timer);
    if (waiting.length === 0) {
      worker.unref();
      timer = setTimeout(close, IDLE_MS).unref();
    } else {
      worker.ref();
      timer = setTimeout(close, ANSWER_MS);
    }
  }

  worker.on('message', (score: number) => {
    waiting.shift()?.({ ok: true, score });
    watch();
  });
  worker.on('error', close);
  worker.on('exit', close);
  worker.unref();
  return {
    isOpen: () => isOpen,
    ask: (question) =>
      new Promise((resolve) => {
        if (waiting.length >= WAITING_MAX) return resolve({ ok: false, reason: 'busy' });
        waiting.push(resolve);
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, and no window
        worker.postMessage(question);
        watch();
      }),
  };
}
