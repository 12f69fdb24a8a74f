// The thread in which passwords are judged: it answers each message with the score of one password, in order, and keeps nothing.
import { parentPort } from 'node:worker_threads';
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common';
import { dictionary as english } from '@zxcvbn-ts/language-en';

const zxcvbn = new ZxcvbnFactory({ dictionary: { ...common, ...english }, graphs: adjacencyGraphs });

/** What `strength.ts` asks. */
export type StrengthQuestion = { readonly text: string; readonly known: readonly string[] };

parentPort?.on('message', ({ text, known }: StrengthQuestion) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, and no window
  parentPort?.postMessage(zxcvbn.check(text, [...known]).score);
});
