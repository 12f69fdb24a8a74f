// Reads the few fields of a model request that decide where it goes, and refuses a body two parsers could read differently.
import { errors, ModelRequest } from './model.ts';

export type ReadRequest = { readonly model: string; readonly streams: boolean };

/** Throws `model.body_invalid` unless the bytes are one JSON object in UTF-8 that names a model, each top-level key once. */
export function readRequest(body: Buffer): ReadRequest {
  const text = decodeUtf8(body);
  const parsed = parseObject(text);
  const request = ModelRequest.safeParse(parsed);
  if (!request.success) throw refuse('/body/model', 'names a model in 1 to 200 characters');
  // The upstream gets the same bytes: were a key there twice, it might read another model than we judged.
  const repeated = findRepeatedKey(text);
  if (repeated !== undefined) throw refuse(`/body/${repeated}`, 'stands in the body twice');
  return { model: request.data.model, streams: 'stream' in parsed && parsed.stream === true };
}

function decodeUtf8(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw refuse('/body', 'is not UTF-8');
  }
}

function parseObject(text: string): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw refuse('/body', 'is not JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw refuse('/body', 'is not a JSON object');
  return parsed;
}

function refuse(pointer: string, message: string) {
  return errors['model.body_invalid']({ fields: [{ pointer, message }] });
}

/** The first key that the outermost object of valid JSON text holds twice; escapes are resolved before comparing. */
export function findRepeatedKey(text: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  let isKeyNext = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') {
      const end = endOfString(text, at);
      if (depth === 1 && isKeyNext) {
        const key = JSON.parse(text.slice(at, end + 1)) as string;
        if (seen.has(key)) return key;
        seen.add(key);
        isKeyNext = false;
      }
      at = end;
    } else if (char === '{' || char === '[') {
      depth += 1;
      isKeyNext = depth === 1;
    } else if (char === '}' || char === ']') depth -= 1;
    else if (char === ',' && depth === 1) isKeyNext = true;
  }
  return undefined;
}

/** Index of the quote that ends the string beginning at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}
