// Binds servers to the declared addresses, and reads back from the operating system what was bound.
import { once } from 'node:events';
import type { Server } from 'node:http';
import { isIPv6 } from 'node:net';
import type { BoundSocket, Listen, SocketPurpose } from '#config.ts';

export type Bound = BoundSocket;

/** A machine without IPv6 has no `::1`; every other refusal to bind is a failure. */
const NO_SUCH_ADDRESS: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);
const PORT_ATTEMPTS_MAX = 10;

/**
 * Listens on every address with one port; a free one if it is 0. Resolves to the servers that listen. Rejects, with
 * nothing left listening, when an address can't be bound, `::1` of a machine without IPv6 aside.
 */
export async function bindAll({ addresses, port }: Listen, makeServer: () => Server): Promise<readonly Server[]> {
  for (let attempt = 1; ; attempt += 1) {
    const servers: Server[] = [];
    try {
      for (const address of addresses) {
        const server = makeServer();
        const known = servers[0]?.address();
        const samePort = typeof known === 'object' && known !== null ? known.port : port;
        if (await listens(server, address, samePort, servers.length > 0)) servers.push(server);
      }
      if (servers.length === 0) throw new Error('no address could be bound');
      return servers;
    } catch (error) {
      await Promise.all(servers.map((server) => new Promise((resolve) => void server.close(resolve))));
      // A free port of one family may be taken in the other: draw again.
      if (port !== 0 || codeOf(error) !== 'EADDRINUSE' || attempt >= PORT_ATTEMPTS_MAX) throw error;
    }
  }
}

/** Whether the address could be bound; false only for `::1` beside another address on a machine without IPv6. */
async function listens(server: Server, address: string, port: number, isExcused: boolean): Promise<boolean> {
  try {
    // Without ipv6Only, `::` would take IPv4 too, which nobody declared.
    server.listen({ host: address, port, ipv6Only: isIPv6(address), exclusive: true });
    await once(server, 'listening');
    return true;
  } catch (error) {
    if (isExcused && address === '::1' && NO_SUCH_ADDRESS.has(codeOf(error) ?? '')) return false;
    throw error;
  }
}

/** The sockets as the operating system knows them now. */
export function readBound(servers: readonly Server[], purpose: SocketPurpose): readonly Bound[] {
  return servers.flatMap((server) => {
    const at = server.address();
    return typeof at === 'object' && at !== null ? [{ address: at.address, port: at.port, purpose }] : [];
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
