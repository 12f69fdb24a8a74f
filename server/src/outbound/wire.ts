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
  resume(): void;
  /** The reader has left, or the body failed. */
  onLeave(): void;
}

/** Bytes kept for a reader that has not asked yet. */
const KEPT_BYTES_MAX = 64 * 1024;

interface Reader {
  /** False when no more should come until `resume` is called. */
  take(chunk: Buffer): boolean;
  end(): void;
  fail(error: Error | undefined): void;
}

export function createWire(events: WireEvents): Wire {
  return new ReplyWire(events);
}

class ReplyWire implements Wire, Disposable {
  readonly #events: WireEvents;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #state: 'open' | 'ended' | 'failed' = 'open';
  #failure: Error | undefined;
  #reader: Reader | undefined;
  #stream: Readable | undefined;

  constructor(events: WireEvents) {
    this.#events = events;
  }

  push(chunk: Buffer): boolean {
    if (this.#reader !== undefined) return this.#reader.take(chunk);
    this.#kept.push(chunk);
    this.#keptBytes += chunk.length;
    return this.#keptBytes < KEPT_BYTES_MAX;
  }

  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ended';
    this.#reader?.end();
  }

  destroy(error?: Error): void {
    if (this.#state === 'failed') return;
    const wasOpen = this.#state === 'open';
    this.#state = 'failed';
    this.#failure = error;
    if (wasOpen) this.#events.onLeave();
    this.#reader?.fail(error);
  }

  [Symbol.dispose](): void {
    this.destroy();
  }

  stream(): Readable {
    if (this.#stream === undefined) {
      this.#stream = openStream(
        () => this.#events.resume(),
        () => this.destroy(),
      );
      this.#open(readerOf(this.#stream));
    }
    return this.#stream;
  }

  collect(take: (bytes: number) => void): Promise<Buffer> {
    return new Promise((resolve, reject) => this.#open(new Collector(this, take, resolve, reject)));
  }

  #open(reader: Reader): void {
    this.#reader = reader;
    const kept = this.#kept;
    this.#kept = [];
    for (const chunk of kept) reader.take(chunk);
    if (this.#state === 'ended') reader.end();
    else if (this.#state === 'failed') reader.fail(this.#failure);
    else this.#events.resume();
  }
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

/** Disposing leaves the body. */
class Collector implements Reader, Disposable {
  readonly #body: Disposable;
  readonly #take: (bytes: number) => void;
  readonly #resolve: (bytes: Buffer) => void;
  readonly #reject: (error: unknown) => void;
  readonly #chunks: Buffer[] = [];
  #isRefused = false;

  constructor(
    body: Disposable,
    take: (bytes: number) => void,
    resolve: (bytes: Buffer) => void,
    reject: (error: unknown) => void,
  ) {
    this.#body = body;
    this.#take = take;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  take(chunk: Buffer): boolean {
    if (this.#isRefused) return false;
    try {
      this.#take(chunk.length);
      this.#chunks.push(chunk);
    } catch (error) {
      this.#isRefused = true;
      this.#reject(error);
      this[Symbol.dispose]();
    }
    return !this.#isRefused;
  }

  end(): void {
    const [only] = this.#chunks;
    this.#resolve(this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks));
  }

  fail(error: Error | undefined): void {
    this.#reject(error ?? new Error('the body was left'));
  }

  [Symbol.dispose](): void {
    this.#body[Symbol.dispose]();
  }
}
