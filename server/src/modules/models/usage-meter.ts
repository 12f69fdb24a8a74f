// Reads what a reply says it used, without holding it up: from the JSON of a whole reply, or from events as they pass.

export type Used = { readonly inputTokens: number; readonly outputTokens: number; readonly estimated: boolean };

export type UsageMeter = {
  /** Sees every chunk of an event stream (WHATWG server-sent events), in order, whatever its borders. */
  readonly observe: (chunk: Uint8Array) => void;
  /** Sees a whole JSON reply. */
  readonly observeJson: (reply: unknown) => void;
  readonly total: () => Used;
};

/** A token is about four bytes of text; used only where the provider reports nothing. */
const BYTES_PER_TOKEN = 4;
/** An event longer than this is not searched for usage; it passes on all the same. */
const LINE_BYTES_MAX = 1024 * 1024;

export function createUsageMeter(requestBytes: number): UsageMeter {
  const decoder = new TextDecoder();
  let reported: { readonly input: number; readonly output: number } | undefined;
  let outputEvents = 0;
  let rest = '';

  const readLine = (line: string): void => {
    if (!line.startsWith('data:')) return;
    const data = line.slice(5).trim();
    if (data === '' || data === '[DONE]') return;
    outputEvents += 1;
    if (data.includes('"usage"')) reported = findUsage(parse(data)) ?? reported;
  };

  return {
    observe: (chunk) => {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r/);
      const last = lines.pop() ?? '';
      rest = last.length > LINE_BYTES_MAX ? '' : last;
      for (const line of lines) readLine(line);
    },
    observeJson: (reply) => {
      reported = findUsage(reply) ?? reported;
    },
    total: () => {
      if (reported !== undefined)
        return { inputTokens: reported.input, outputTokens: reported.output, estimated: false };
      return { inputTokens: Math.ceil(requestBytes / BYTES_PER_TOKEN), outputTokens: outputEvents, estimated: true };
    },
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
