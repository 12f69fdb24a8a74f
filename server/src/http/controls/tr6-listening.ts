// TR6: the kernel's table of sockets says that this process listens where it was told to, and nowhere else.
import type { Finding, StartedTwin } from '@holdfast/controls/control.ts';
import { defineControl } from '@holdfast/controls/define-control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { type Facts, factsOf } from '@holdfast/controls/facts.ts';
import { failureOf } from '@holdfast/controls/findings.ts';
import { twinOf } from '@holdfast/controls/twins/sockets.ts';
import { startTcpTwin } from '@holdfast/controls/twins/tcp.ts';
import { type Config, parseSocketAddress } from '#config.ts';
import { openHost } from '#verification/host.ts';
import type { Host } from '#verification/instance.ts';
import { isLoopbackText } from './exposure-evidence.ts';
import { listeningFixtures, PRIVATE, PUBLIC, UNDECLARED } from './tr6-fixtures.ts';
import { observeSockets, SOCKETS } from './tr6-socket-evidence.ts';

type Target = {
  readonly host?: Pick<Host, 'listListeners' | 'bound'>;
  readonly config?: Pick<Config, 'listen' | 'privateListen' | 'exposed'>;
};

const declared = {
  listen: { addresses: ['127.0.0.1'], port: 0 },
  privateListen: { addresses: ['127.0.0.1'], port: 0 },
  exposed: false,
};

export const listeningControl = defineControl({
  id: 'TR6',
  title: 'It listens where it was told to, and internal ports never leave this machine',
  severity: 'high',
  waivable: false,
  boot: 'refuse',
  needs: [{ kind: SOCKETS, vantage: ['host'] }],
  judge: (evidence) => evidence.flatMap((each) => judgeSockets(each, factsOf(each))),
  remedy:
    'Set HOLDFAST_LISTEN to the addresses that are meant, keep metrics on the private port, and see with `ss -tlnp` who else listens.',
  maps: { cwe: ['668', '1327'], nist80053: ['SC-7', 'CM-7'] },
  probe: async ({ host, config }: Target, tools) => {
    if (host === undefined || config === undefined) return [];
    const listeners = await host.listListeners();
    const { listen, privateListen, exposed } = config;
    return [
      tools.evidence(
        observeSockets({
          isReadable: listeners !== undefined,
          listeners: listeners ?? [],
          bound: host.bound().map(({ address, port, purpose }) => ({ address, port, purpose })),
          exposed,
          declared: { public: listen, private: privateListen },
        }),
      ),
    ];
  },
  twins: [
    {
      // The kernel's own table has to be read to see it: what the server believes is all in order.
      name: 'a server that has lost its private port to somebody else',
      hits: PRIVATE,
      start: startLostPort,
    },
    {
      name: 'a server whose private port is open to the network',
      hits: PRIVATE,
      target: fakeMachine({ address: '0.0.0.0', port: 7421 }),
    },
    {
      name: 'a server that listens where nobody said',
      hits: UNDECLARED,
      target: fakeMachine({ address: '127.0.0.1', port: 7421 }, { address: '0:0:0:0:0:0:0:0', port: 9229 }),
    },
  ],
  fixtures: listeningFixtures,
});

/** Two ports of this very process, one of them closed again. */
async function startLostPort(): Promise<StartedTwin<Target>> {
  const kept = await startTcpTwin({ greeting: '' });
  const lost = await startTcpTwin({ greeting: '' });
  await lost[Symbol.asyncDispose]();
  const host = openHost(() => [
    { address: kept.host, port: kept.port, purpose: 'public' },
    { address: lost.host, port: lost.port, purpose: 'private' },
  ]);
  return twinOf(kept, { host, config: declared });
}

type Socket = { readonly address: string; readonly port: number };

/** No port is really opened to the network for a check: the table is made up. */
function fakeMachine(internal: Socket, ...others: readonly Socket[]): Target {
  const open = { address: '127.0.0.1', port: 7420 };
  return {
    host: {
      listListeners: async () => [open, internal, ...others],
      bound: () => [
        { ...open, purpose: 'public' },
        { ...internal, purpose: 'private' },
      ],
    },
    config: declared,
  };
}

function judgeSockets(each: Evidence, facts: Facts): readonly Finding[] {
  const isReadable = facts.flag('isReadable');
  const listeners = facts.parts('listeners').map(readSocket);
  const bound = facts.parts('bound').map((part) => ({ ...readSocket(part), purpose: part.text('purpose') }));
  const exposed = facts.flag('exposed');
  const rules = facts.part('declared');
  const wanted = { public: readDeclared(rules.part('public')), private: readDeclared(rules.part('private')) };
  if (!isReadable || listeners.length === 0 || bound.length === 0) {
    const observed = isReadable ? 'nothing listens' : 'no table that can be read';
    return [{ ...failureOf(each, { expected: 'sockets that listen', observed }), verdict: 'unknown' }];
  }
  const fault = (at: string, expected: string, observed: string): Finding =>
    failureOf(each, { at, expected, observed });
  const held = new Set(listeners.map(nameOf));
  const known = new Set(bound.map(nameOf));
  return [
    ...bound.flatMap((socket) => {
      const at = placeOf(socket.purpose);
      const isPublic = socket.purpose === 'public';
      return [
        ...(held.has(nameOf(socket)) ? [] : [fault(at, 'a socket of this process', `none at ${socket.address}`)]),
        ...(isAllowed(socket.address, isPublic && exposed)
          ? []
          : [fault(at, 'loopback', `${socket.address}, which other machines reach`)]),
        ...(isPublic ? strayFaults(socket, wanted.public) : []).map((observed) => fault(at, 'as declared', observed)),
      ];
    }),
    ...listeners
      .filter((socket) => !known.has(nameOf(socket)) && !isLoopbackText(socket.address))
      .map((socket) => fault(UNDECLARED, 'no further socket', `${socket.address} port ${socket.port}`)),
    ...(['public', 'private'] as const).flatMap((purpose) =>
      missingOf(wanted[purpose].addresses, bound, purpose).map((address) =>
        fault(placeOf(purpose), `a socket at ${address}`, 'none'),
      ),
    ),
  ];
}

function readSocket(part: Facts): Socket {
  return { address: part.text('address'), port: part.number('port') };
}

function readDeclared(part: Facts) {
  return { addresses: part.texts('addresses'), port: part.number('port') };
}

/** Whatever is internal, and whatever purpose nobody knows, stays on this machine. */
function isAllowed(address: string, mayBeReached: boolean): boolean {
  return mayBeReached ? parseSocketAddress(address) !== undefined : isLoopbackText(address);
}

function strayFaults({ address, port }: Socket, wanted: ReturnType<typeof readDeclared>): readonly string[] {
  const canonical = wanted.addresses.map(canonicalOf);
  return [
    ...(canonical.includes(canonicalOf(address)) ? [] : [`${address}, which was not declared`]),
    ...(wanted.port === 0 || wanted.port === port ? [] : [`port ${port}, not ${wanted.port}`]),
  ];
}

/** A machine without IPv6 has no `::1`; its other family is enough. */
function missingOf(
  wanted: readonly string[],
  bound: readonly (Socket & { readonly purpose: string })[],
  purpose: string,
): readonly string[] {
  const found = new Set(bound.filter((each) => each.purpose === purpose).map(({ address }) => canonicalOf(address)));
  return wanted.filter((address) => !found.has(canonicalOf(address)) && (address !== '::1' || found.size === 0));
}

function nameOf({ address, port }: Socket): string {
  return `${canonicalOf(address)} ${port}`;
}

/** One text for every spelling of an address; what is none stays as it is, and is equal to nothing else. */
function canonicalOf(address: string): string {
  return parseSocketAddress(address)?.text ?? address;
}

function placeOf(purpose: string): string {
  return purpose === 'public' ? PUBLIC : PRIVATE;
}
