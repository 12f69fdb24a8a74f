// Compares the sockets that are really bound with what was declared, because only the bound ones can be reached.
import { isLoopback, parseSocketAddress } from './address.ts';
import type { Fault } from './fault.ts';
import type { Config } from './shape.ts';

/** public: console, API, models, tools · private: metrics and full status · sidecar: decisions for local software. */
export type SocketPurpose = 'public' | 'private' | 'sidecar';

export type BoundSocket = { readonly address: string; readonly port: number; readonly purpose: SocketPurpose };

/**
 * Every difference between the bound sockets and the configuration; empty when they agree. `hasIpv6` false excuses `::1`
 * where the machine has no IPv6; nothing excuses a socket that reaches further than was declared.
 */
export function checkBoundSockets(
  bound: readonly BoundSocket[],
  config: Config,
  { hasIpv6 = true }: { readonly hasIpv6?: boolean } = {},
): readonly Fault[] {
  return [
    ...bound.flatMap((socket) => judgeSocket(socket, config)),
    ...findUnbound(bound, 'public', config.listen, hasIpv6),
    ...findUnbound(bound, 'private', config.privateListen, hasIpv6),
  ];
}

function judgeSocket(socket: BoundSocket, config: Config): readonly Fault[] {
  const { purpose, port } = socket;
  const address = parseSocketAddress(socket.address);
  const key = keyOf(purpose);
  const where = `${socket.address} port ${port}`;
  if (address === undefined) return [fault(key, `bound something unreadable for ${purpose} use: ${where}`)];
  const faults: Fault[] = [];
  if (purpose !== 'public') {
    if (!isLoopback(address)) faults.push(fault(key, `bound ${where}, which other machines reach, for ${purpose} use`));
  } else if (!config.listen.addresses.includes(address.text)) {
    faults.push(fault(key, `bound ${where}, which was not declared`));
  } else if (!config.exposed && !isLoopback(address)) {
    faults.push(fault(key, `bound ${where} although the deployment is not an exposed one`));
  }
  const declared = purpose === 'public' ? config.listen.port : purpose === 'private' ? config.privateListen.port : 0;
  if (declared !== 0 && port !== declared)
    faults.push(fault(portKeyOf(purpose), `bound ${where}, not port ${declared}`));
  return faults;
}

function findUnbound(
  bound: readonly BoundSocket[],
  purpose: SocketPurpose,
  declared: Config['listen'],
  hasIpv6: boolean,
): readonly Fault[] {
  const found = new Set(
    bound.flatMap((socket) => (socket.purpose === purpose ? [parseSocketAddress(socket.address)?.text] : [])),
  );
  return declared.addresses.flatMap((text) =>
    found.has(text) || (text === '::1' && !hasIpv6 && found.has('127.0.0.1'))
      ? []
      : [fault(keyOf(purpose), `did not bind ${text}, so that another program could take its place`)],
  );
}

function keyOf(purpose: SocketPurpose): string {
  return purpose === 'public' ? 'HOLDFAST_LISTEN' : portKeyOf(purpose);
}

function portKeyOf(purpose: SocketPurpose): string {
  return purpose === 'public' ? 'HOLDFAST_PORT' : purpose === 'private' ? 'HOLDFAST_PRIVATE_PORT' : 'sidecar port';
}

function fault(key: string, problem: string): Fault {
  return {
    key,
    problem,
    fix: 'The sockets differ from the declaration, so nothing is served. See who else uses the port.',
  };
}
