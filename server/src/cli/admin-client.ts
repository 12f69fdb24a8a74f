// Talks to the running server over its admin socket: commands are ordinary routes, called as the operator of the host.
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';

export type AdminReply = { readonly status: number; readonly body: unknown };

/** No server runs on this data directory, or it does not answer. */
export class NotRunning extends Error {
  override readonly name = 'NotRunning';
}

/** The file that says where the admin socket is: the socket's own path may have to be shorter than the data directory's. */
export function socketPathFile(dataDirectory: string): string {
  return join(dataDirectory, 'admin', 'socket-path');
}

/** Throws NotRunning when no server answers on the data directory's socket. */
export async function callAdmin(
  dataDirectory: string,
  method: string,
  path: string,
  body?: object,
): Promise<AdminReply> {
  const socketPath = await readFile(socketPathFile(dataDirectory), 'utf8').catch((cause: unknown) => {
    throw new NotRunning(`No server runs on ${dataDirectory}. Start one with \`holdfast start\`.`, { cause });
  });
  const text = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const call = request(
      {
        socketPath: socketPath.trim(),
        method,
        path,
        headers: {
          host: 'localhost',
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        },
        timeout: 30_000,
      },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on('data', (chunk: Buffer) => chunks.push(chunk));
        reply.on('end', () =>
          resolve({ status: reply.statusCode ?? 0, body: parse(Buffer.concat(chunks).toString('utf8')) }),
        );
        reply.on('error', reject);
      },
    );
    call.on('timeout', () => call.destroy(new NotRunning('The server does not answer.')));
    call.on('error', (cause) =>
      reject(
        new NotRunning(`The server on ${dataDirectory} does not answer. See whether it is still running.`, { cause }),
      ),
    );
    call.end(text);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
