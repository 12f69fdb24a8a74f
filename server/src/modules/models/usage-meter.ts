// Reads what a reply says it used, without holding it up: from the JSON of a whole reply, or from events as they pass.
import { isArray, scanObject } from './json-scan.ts';

export type Used = { readonly inputTokens: number; readonly outputTokens: number; readonly estimated: boolean };

export type UsageMeter = {
  /** Sees every chunk of an event stream (WHATWG server-sent events), in order, whatever its borders. */
  readonly observe: (chunk: Uint8Array) => void;
  /** Sees a whole reply; false when it is no JSON object or array. Nothing but its usage is built in memory. */
  readonly observeReply: (reply: Buffer) => boolean;
  readonly total: () => Used;
};

/** A token is about four bytes of text; used only where the provider reports nothing. */
const BYTES_PER_TOKEN = 4;
/** An event of more characters is not searched for usage; it passes on all the same. */
const LINE_LENGTH_MAX = 1024 * 1024;
/** `"usage"` in its longest spelling. */
const KEY_BYTES_MAX = 32;
const USAGE_BYTES_MAX = 64 * 1024;

export function createUsageMeter(requestBytes: number): UsageMeter {
  let reported: { readonly input: number; readonly output: number } | undefined;
  let outputEvents = 0;
  const onLine = (line: string): void => {
    if (!line.startsWith('data:')) return;
    const data = line.slice(5).trim();
    if (data === '' || data === '[DONE]') return;
    outputEvents += 1;
    if (data.includes('"usage"') && data.length <= LINE_LENGTH_MAX) reported = findUsage(parse(data)) ?? reported;
  };
  // Made when the first event comes: a whole reply needs no decoder.
  let lines: ((chunk: Uint8Array) => void) | undefined;
  return {
    observe: (chunk) => (lines ??= splitLines(onLine))(chunk),
    observeReply: (bytes) => {
      const isObject = scanObject(bytes, ({ keyStart, keyEnd, valueStart, valueEnd }) => {
        if (keyEnd - keyStart > KEY_BYTES_MAX || valueEnd - valueStart > USAGE_BYTES_MAX) return;
        if (!isUsageKey(bytes.toString('latin1', keyStart, keyEnd))) return;
        reported = findUsage({ usage: parse(bytes.toString('utf8', valueStart, valueEnd)) }) ?? reported;
      });
      return isObject || isArray(bytes);
    },
    total: () => {
      if (reported !== undefined)
        return { inputTokens: reported.input, outputTokens: reported.output, estimated: false };
      return { inputTokens: Math.ceil(requestBytes / BYTES_PER_TOKEN), outputTokens: outputEvents, estimated: true };
    },
  };
}

/** Gives on each line that has ended. Every chunk is looked at once; of a line that is too long the beginning is given. */
function splitLines(onLine: (line: string) => void): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  let length = 0;
  const collect = (piece: string): void => {
    // One character beyond the bound tells that the line is longer.
    const kept = piece.slice(0, LINE_LENGTH_MAX + 1 - length);
    if (kept === '') return;
    length += kept.length;
    pieces.push(kept);
  };
  return (chunk) => {
    const [first = '', ...later] = decoder.decode(chunk, { stream: true }).split(/\r\n|\n|\r/);
    collect(first);
    for (const line of later) {
      onLine(pieces.join(''));
      pieces = [];
      length = 0;
      collect(line);
    }
  };
}

/** `usage` of chat completions and embeddings (prompt/completion) and of responses (input/output, also inside `response`). */
function findUsage(value: unknown): { readonly input: number; readonly output: number } | undefined {
  if (!isRecord(value)) return undefined;
  const usage = isRecord(value['usage'])
    ? value['usage']
    : isRecord(value['response'])
      ? value['response']['usage']
      : undefined;
  if (!isRecord(usage)) return undefined;
  const input = count(usage['prompt_tokens']) ?? count(usage['input_tokens']);
  if (input === undefined) return undefined;
  return { input, output: count(usage['completion_tokens']) ?? count(usage['output_tokens']) ?? 0 };
}

/** With its quotes, in any spelling: only an escape can spell an ASCII letter in another way. */
function isUsageKey(key: string): boolean {
  return key === '"usage"' || (key.includes('\\') && parse(key) === 'usage');
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
