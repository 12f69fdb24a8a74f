// Reads request bodies: refused as early as possible, never larger than allowed, strict about type and encoding.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { kernelErrors } from '#kernel/errors.ts';
import { announcesBody, ClientGone } from './exchange.ts';
import { askForBody } from './expectations.ts';
import { parseJson } from './json.ts';

/** From here on a body is read only for a caller whose credential has proved valid. */
export const FREE_BYTES_MAX = 64 * 1024;

export type BodyInput = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly bytesMax: number;
  /** Called at most once, before more than 64 KiB are read; throws to refuse. */
  readonly prove: () => Promise<void>;
  /** Called for each piece; throws to refuse. */
  readonly grow: (bytes: number) => void;
};

/** The bytes of a body, undefined without one. Throws 413, 415, what `prove` and `grow` throw, and ClientGone. */
export async function readBody(input: BodyInput): Promise<Buffer | undefined> {
  const { request, response, bytesMax, prove } = input;
  if (!announcesBody(request)) return undefined;
  demandJson(request);
  const length = request.headers['content-length'];
  const announced = length === undefined ? undefined : Number(length);
  if (announced !== undefined && announced > bytesMax) throw kernelErrors['request.too_large']();
  const isProven = announced !== undefined && announced > FREE_BYTES_MAX;
  if (isProven) await prove();
  askForBody(request, response);
  return collect(input, isProven);
}

/** By events: an async iterator would cost several promises and turns for the one piece that most bodies are. */
function collect({ request, bytesMax, prove, grow }: BodyInput, isProven: boolean): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  let mustProve = !isProven;
  const stop = (): void => {
    request.off('data', take).off('end', finish).off('error', leave).off('close', leave);
  };
  // The socket is not destroyed: the refusal still has to be written to it.
  const refuse = (error: unknown): void => {
    stop();
    request.pause();
    reject(error);
  };
  const leave = (cause?: unknown): void => refuse(new ClientGone('left while sending', { cause }));
  const finish = (): void => {
    if (!request.complete) return leave();
    stop();
    const [only] = chunks;
    return resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, size));
  };
  const take = (chunk: Buffer): void => {
    size += chunk.length;
    try {
      if (size > bytesMax) throw kernelErrors['request.too_large']();
      grow(chunk.length);
    } catch (error) {
      return refuse(error);
    }
    chunks.push(chunk);
    if (!mustProve || size <= FREE_BYTES_MAX) return undefined;
    mustProve = false;
    request.pause();
    return void prove().then(() => request.resume(), refuse);
  };
  if (request.destroyed) leave();
  else request.on('data', take).on('end', finish).on('error', leave).on('close', leave);
  return promise;
}

const JSON_TYPE = /^application\/json(?:[ \t]*;[ \t]*charset[ \t]*=[ \t]*"?utf-8"?)?[ \t]*$/i;

/** Compressed bodies are refused: their size is known only after the work (RFC 9110 section 8.4 allows 415). */
function demandJson({ headers }: IncomingMessage): void {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    throw kernelErrors['request.media_type']({ detail: 'Send the body without Content-Encoding.' });
  if (!JSON_TYPE.test(headers['content-type'] ?? '')) throw kernelErrors['request.media_type']();
}

/** The value of a JSON body; undefined for none. Throws 400 for anything that isn't strictly JSON in UTF-8. */
export function parseBody(bytes: Buffer | undefined): unknown {
  if (bytes === undefined || bytes.length === 0) return undefined;
  const reading = parseJson(bytes);
  if (!reading.ok) throw kernelErrors['request.malformed']({ detail: reading.detail });
  return reading.value;
}
