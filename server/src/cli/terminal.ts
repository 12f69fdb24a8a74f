// Writing to and asking at the terminal: color only where it is seen, secrets never echoed, JSON when programs listen.
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Environment } from '#config.ts';
import { type Secret, toSecret } from '#crypto/secret.ts';

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

export type Terminal = {
  readonly color: boolean;
  readonly width: number;
  readonly isInteractive: boolean;
  readonly json: boolean;
  /** For people; nothing when JSON was asked for. */
  readonly line: (text?: string) => void;
  /** The result of the command, for programs. */
  readonly result: (value: object) => void;
  /** What went wrong, on the error stream. */
  readonly error: (text: string) => void;
  readonly paint: (text: string, style: Style) => string;
  /** Asks for a line; undefined when nobody is there to answer. */
  readonly ask: (question: string) => Promise<string | undefined>;
  readonly askSecret: (question: string) => Promise<Secret<string> | undefined>;
};

const CODES: Readonly<Record<Style, number>> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };

export function createTerminal(env: Environment, json: boolean): Terminal {
  const { stdout, stderr, stdin } = process;
  const color = stdout.isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  const isInteractive = stdin.isTTY && stdout.isTTY;
  return {
    color,
    width: stdout.columns ?? 80,
    isInteractive,
    json,
    line: (text = '') => {
      if (!json) stdout.write(`${text}\n`);
    },
    result: (value) => {
      if (json) stdout.write(`${JSON.stringify(value)}\n`);
    },
    error: (text) => void stderr.write(`${text}\n`),
    paint: (text, style) => (color ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text),
    ask: (question) => (isInteractive ? askLine(question) : Promise.resolve(undefined)),
    askSecret: async (question) => {
      if (!isInteractive) return undefined;
      const text = await askHidden(question);
      return text === '' ? undefined : toSecret(text);
    },
  };
}

/** All of standard input as one secret, a final line break removed; for `… --password-stdin < file`. */
export async function readSecretFromStdin(): Promise<Secret<string>> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  return toSecret(
    Buffer.concat(chunks)
      .toString('utf8')
      .replace(/\r?\n$/, ''),
  );
}

async function askLine(question: string): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await reader.question(`${question} `)).trim();
  } finally {
    reader.close();
  }
}

async function askHidden(question: string): Promise<string> {
  process.stdout.write(`${question} `);
  // The reader echoes into nothing.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await reader.question('');
  } finally {
    reader.close();
    process.stdout.write('\n');
  }
}
