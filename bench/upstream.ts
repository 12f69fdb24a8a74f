// The provider of the benchmarks, a process of its own: answers every call at once, or streams frames at a steady pace.
import { createServer, type Socket } from 'node:net';
import { COMPLETION, FRAMES, frameText, LAST_FRAMES, PACE_MS } from './lib/workload.ts';

const WHOLE = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(COMPLETION)}\r\n\r\n${COMPLETION}`,
);
const STREAM_HEAD = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n',
);
const FRAME = chunk(frameText());
const END = Buffer.concat([chunk(LAST_FRAMES), Buffer.from('0\r\n\r\n')]);

// Written on the socket itself: what this process costs is not what is compared.
const server = createServer({ noDelay: true }, (socket) => {
  let kept: Buffer = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (piece: Buffer) => {
    kept = kept.length === 0 ? piece : Buffer.concat([kept, piece]);
    for (let size = sizeOfRequest(kept); size !== undefined && size <= kept.length; size = sizeOfRequest(kept)) {
      answer(socket, kept.subarray(0, size));
      kept = kept.subarray(size);
    }
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
});
process.on('SIGTERM', () => process.exit(0));

/** Head and body of the first request; undefined while its head is not whole. */
function sizeOfRequest(bytes: Buffer): number | undefined {
  const at = bytes.indexOf('\r\n\r\n');
  if (at === -1) return undefined;
  const head = bytes.toString('latin1', 0, at).toLowerCase();
  return at + 4 + Number(/\r\ncontent-length: *(\d+)/.exec(head)?.[1] ?? '0');
}

function answer(socket: Socket, request: Buffer): void {
  if (!request.includes('"stream":true')) {
    socket.write(WHOLE);
    return;
  }
  socket.write(STREAM_HEAD);
  let sent = 0;
  const timer = setInterval(() => {
    sent += 1;
    socket.write(FRAME);
    if (sent < FRAMES) return;
    clearInterval(timer);
    socket.write(END);
  }, PACE_MS);
  socket.once('close', () => clearInterval(timer));
}

function chunk(text: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
}
