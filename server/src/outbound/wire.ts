// The body of a reply as it comes: kept until a reader asks for it, who takes it whole or as a stream.
// No stream is made for who takes it whole: its events and turns would cost more than everything else of a small reply.
import { Readable } from 'node:stream';

/** The reader's side. One reader takes it, in one way. */
export interface Body {
  /** Destroyed with an OutboundError when the body can't be completed; whoever reads it later sees the error too. */
  stream(): Readable;
  /**
   * All bytes. `take` is told the size of each piece before it is kept; what it throws ends the exchange. Rejects with
   * that, or with an OutboundError.
   */
  collect(take: (bytes: number) => void): Promise<Buffer>;
  /** Ends the exchange, unless the body is complete. */
  destroy(error?: Error): void;
}

/** The transport's side. */
export interface Wire extends Body {
  /** False when no more should come until `resume` is called. */
  push(chunk: Buffer): boolean;
  end(): void;
}

export interface WireEvents {
  /** The reader wants more; may be called when nothing was held back. */
  readonly resume: () => void;
  /** The reader has left, or the body failed. */
  readonly onLeave: () => void;
}

/** Bytes kept for a reader that has not asked yet. */
const KEPT_BYTES_MAX = 64 * 1024;

interface Reader {
  readonly take: (chunk: Buffer) => boolean;
  readonly end: () => void;
  readonly fail: (error: Error | undefined) => void;
}

export function createWire({ resume, onLeave }: WireEvents): Wire {
  const kept: Buffer[] = [];
  let keptBytes = 0;
  let state: 'open' | 'ended' | 'failed' = 'open';
  let failure: Error | undefined;
  let reader: Reader | undefined;

  const destroy = (error?: Error): void => {
    if (state === 'failed') return;
    const wasOpen = state === 'open';
    state = 'failed';
    failure = error;
    if (wasOpen) onLeave();
    reader?.fail(error);
  };
  const open = (given: Reader): void => {
    reader = given;
    for (const chunk of kept.splice(0)) given.take(chunk);
    if (state === 'ended') given.end();
    else if (state === 'failed') given.fail(failure);
    else resume();
  };
  let stream: Readable | undefined;
  return {
    push: (chunk) => {
      if (reader !== undefined) return reader.take(chunk);
      kept.push(chunk);
      keptBytes += chunk.length;
      return keptBytes < KEPT_BYTES_MAX;
    },
    end: () => {
      if (state !== 'open') return;
      state = 'ended';
      reader?.end();
    },
    destroy,
    stream: () => {
      if (stream === undefined) open(readerOf((stream = openStream(resume, destroy))));
      return stream;
    },
    collect: (take) => {
      const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
      open(createCollector({ take, resolve, reject, leave: destroy }));
      return promise;
    },
  };
}

/** A body that is a stream already. */
export function bodyOf(stream: Readable): Body {
  return {
    stream: () => stream,
    destroy: (error) => void stream.destroy(error),
    collect: async (take) => {
      const chunks: Buffer[] = [];
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        take(chunk.length);
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    },
  };
}

/** A stream that can fail while nobody listens yet without bringing the process down. */
function openStream(resume: () => void, onLeave: () => void): Readable {
  const stream = new Readable({
    read: resume,
    destroy: (error, done) => {
      onLeave();
      done(error);
    },
  });
  stream.on('error', () => undefined);
  return stream;
}

function readerOf(stream: Readable): Reader {
  return {
    take: (chunk) => stream.push(chunk),
    end: () => void stream.push(null),
    fail: (error) => void stream.destroy(error),
  };
}

interface Collecting {
  readonly take: (bytes: number) => void;
  readonly resolve: (bytes: Buffer) => void;
  readonly reject: (error: unknown) => void;
  readonly leave: () => void;
}

function createCollector({ take, resolve, reject, leave }: Collecting): Reader {
  const chunks: Buffer[] = [];
  let refused = false;
  return {
    take: (chunk) => {
      if (refused) return false;
      try {
        take(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        refused = true;
        reject(error);
        leave();
      }
      return !refused;
    },
    end: () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks));
    },
    fail: (error) => reject(error ?? new Error('the body was left')),
  };
}
