// Bounds the memory that request bodies take together, whatever the number of connections.
import { kernelErrors } from '#kernel/errors.ts';

export type BodyMemory = {
  /** Takes room for one body; each `grow` may throw 429. Disposing gives all of it back. */
  readonly open: () => Disposable & { readonly grow: (bytes: number) => void };
};

export function createBodyMemory(bytesMax: number): BodyMemory {
  let used = 0;
  return {
    open: () => {
      let held = 0;
      return {
        grow: (bytes) => {
          if (used + bytes > bytesMax) throw kernelErrors['server.busy']({ headers: { 'retry-after': '2' } });
          used += bytes;
          held += bytes;
        },
        [Symbol.dispose]: () => {
          used -= held;
          held = 0;
        },
      };
    },
  };
}
