// Reads replies off a connection: status, then a body with a length or in chunks. It trusts the peer, so for benchmarks only.

export type Reply = { readonly status: number; readonly bodyBytes: number; readonly closes: boolean };

export type ReaderOptions = {
  readonly onBody: (piece: Buffer) => void;
  readonly onEnd: (reply: Reply) => void;
  readonly onFault: (detail: string) => void;
};

type State = {
  phase: 'head' | 'length' | 'chunk_size' | 'chunk' | 'chunk_end' | 'trailer' | 'over';
  kept: Buffer;
  left: number;
  status: number;
  closes: boolean;
  bodyBytes: number;
};

/** Takes the pieces of one reply as they come. */
export function createReplyReader(options: ReaderOptions): (piece: Buffer) => void {
  const state: State = { phase: 'head', kept: Buffer.alloc(0), left: 0, status: 0, closes: false, bodyBytes: 0 };
  return (piece) => {
    let rest = state.kept.length === 0 ? piece : Buffer.concat([state.kept, piece]);
    state.kept = Buffer.alloc(0);
    while (rest.length > 0 && state.phase !== 'over') {
      const used = step(state, rest, options);
      if (used === 0) {
        state.kept = rest;
        return;
      }
      rest = rest.subarray(used);
    }
  };
}

/** Handles the beginning of the bytes; returns how many were used, 0 when more must come first. */
function step(state: State, bytes: Buffer, options: ReaderOptions): number {
  switch (state.phase) {
    case 'head':
      return readHead(state, bytes, options);
    case 'length':
    case 'chunk':
      return readBody(state, bytes, options);
    case 'chunk_size':
      return readChunkSize(state, bytes, options);
    case 'chunk_end':
      return skipLine(state, bytes, 'chunk_size');
    case 'trailer': {
      const used = skipLine(state, bytes, 'trailer');
      if (used === 2) end(state, options);
      return used;
    }
    case 'over':
      return 0;
  }
}

function readHead(state: State, bytes: Buffer, options: ReaderOptions): number {
  const at = bytes.indexOf('\r\n\r\n');
  if (at === -1) return 0;
  const head = bytes.toString('latin1', 0, at).toLowerCase();
  state.status = Number(head.slice(9, 12));
  state.closes = head.includes('\r\nconnection: close');
  const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1];
  if (length !== undefined) {
    state.left = Number(length);
    state.phase = 'length';
    if (state.left === 0) end(state, options);
  } else if (head.includes('\r\ntransfer-encoding: chunked')) state.phase = 'chunk_size';
  else if (state.status === 204) end(state, options);
  else options.onFault('a reply of unknown length');
  return at + 4;
}

function readBody(state: State, bytes: Buffer, options: ReaderOptions): number {
  const piece = bytes.length > state.left ? bytes.subarray(0, state.left) : bytes;
  state.left -= piece.length;
  state.bodyBytes += piece.length;
  options.onBody(piece);
  if (state.left > 0) return piece.length;
  if (state.phase === 'length') end(state, options);
  else state.phase = 'chunk_end';
  return piece.length;
}

function readChunkSize(state: State, bytes: Buffer, options: ReaderOptions): number {
  const at = bytes.indexOf('\r\n');
  if (at === -1) return 0;
  state.left = Number.parseInt(bytes.toString('latin1', 0, at), 16);
  if (Number.isNaN(state.left)) options.onFault('a chunk without a size');
  state.phase = state.left === 0 ? 'trailer' : 'chunk';
  return at + 2;
}

function skipLine(state: State, bytes: Buffer, next: State['phase']): number {
  const at = bytes.indexOf('\r\n');
  if (at === -1) return 0;
  state.phase = next;
  return at + 2;
}

function end(state: State, options: ReaderOptions): void {
  state.phase = 'over';
  options.onEnd({ status: state.status, bodyBytes: state.bodyBytes, closes: state.closes });
}
