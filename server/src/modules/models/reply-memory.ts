// Bounds the memory that whole replies of providers take together: each is held until its client has it, however slow.
import { kernelErrors } from '#kernel/errors.ts';
import type { Tools } from '#kernel/tools.ts';

/** Room of one call. Disposing gives all of it back. */
export type ReplyRoom = Disposable & {
  /** Throws `server.busy` when all calls together would hold too much. */
  readonly grow: (bytes: number) => void;
};

export type ReplyMemory = { readonly open: () => ReplyRoom };

const memories = new WeakMap<Tools, ReplyMemory>();
const BYTES_MAX = 256 * 1024 * 1024;

/** The one memory of a running server. */
export function replyMemoryOf(tools: Tools): ReplyMemory {
  let memory = memories.get(tools);
  if (memory === undefined) memories.set(tools, (memory = createReplyMemory(BYTES_MAX)));
  return memory;
}

export function createReplyMemory(bytesMax: number): ReplyMemory {
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
