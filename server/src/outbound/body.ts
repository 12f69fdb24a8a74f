// Turns the received bytes into the body: decompresses with a bound on size and ratio, and collects when asked.
import { Transform } from 'node:stream';
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  type BrotliDecompress,
  type Gunzip,
  type Inflate,
} from 'node:zlib';
import { ratioFreeBytes, type CallLimits } from './limits.ts';
import { OutboundError, outboundFailure, type OutboundFailure, type OutboundReason } from './reasons.ts';
import { type Body, bodyOf } from './wire.ts';

/** The codings asked for where a reply may be compressed. */
export const acceptedEncodings = 'gzip, deflate, br';

const decoders: Readonly<Record<string, () => Gunzip | Inflate | BrotliDecompress>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
};

export type BodyResult = { readonly ok: true; readonly body: Body } | OutboundFailure;

/**
 * The body after decompression; destroying it ends the exchange. Only one coding is accepted, and only one we know:
 * each further layer multiplies what a small reply can become.
 */
export function decodeBody(received: Body, encoding: string | undefined, limits: CallLimits): BodyResult {
  const coding = encoding?.trim().toLowerCase() ?? '';
  if (coding === '' || coding === 'identity') return { ok: true, body: received };
  const createDecoder = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined;
  if (createDecoder === undefined)
    return outboundFailure('encoding', 'a content coding that was not asked for', { sent: true });
  const wire = received.stream();
  const decoder = createDecoder();
  const guard = createGuard(limits, () => decoder.bytesWritten);
  // Not stream.pipeline: a reader who comes late is told the error a stream was destroyed with, so it is ours from the start.
  guard.on('error', () => undefined);
  guard.on('close', () => {
    decoder.destroy();
    wire.destroy();
  });
  wire.on('error', (error) => guard.destroy(error));
  decoder.on('error', () => guard.destroy(failWith('protocol', 'the compressed body is damaged')));
  wire.pipe(decoder).pipe(guard);
  // What arrived together with the header may have ended the wire before anyone listened.
  if (wire.errored !== null) guard.destroy(wire.errored);
  return { ok: true, body: bodyOf(guard) };
}

function createGuard(limits: CallLimits, countWire: () => number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > limits.bodyBytesMax)
        return done(failWith('too_large', `more than ${limits.bodyBytesMax} bytes decompressed`));
      if (bytes > ratioFreeBytes && bytes > countWire() * limits.ratioMax)
        return done(failWith('ratio', `over ${limits.ratioMax}`));
      return done(null, chunk);
    },
  });
}

function failWith(reason: OutboundReason, detail: string): OutboundError {
  return new OutboundError(outboundFailure(reason, detail, { sent: true }));
}

/** Reads a body to its end. Its size is bounded by the stream itself. */
export async function collectBody(
  body: Body,
): Promise<{ readonly ok: true; readonly bytes: Buffer } | OutboundFailure> {
  try {
    return { ok: true, bytes: await body.collect(() => undefined) };
  } catch (error) {
    if (error instanceof OutboundError) return error.failure;
    return outboundFailure('protocol', error instanceof Error ? error.name : 'unknown error', { sent: true });
  }
}
