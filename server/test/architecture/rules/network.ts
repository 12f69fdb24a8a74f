// The network is reached through outbound/ alone, where addresses are checked, pinned and capped.
import { sourceRule } from '../rule.ts';
import { layerOf } from '../layers.ts';
import { resolveImport, type Target } from '../resolve.ts';
import { globalUses, lineOf } from '../syntax.ts';
import { isProduct, type Source } from '../tree.ts';
import type { Import } from '../imports.ts';

const GLOBALS = new Set(['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest']);
const BUILTINS = new Set(['http', 'https', 'http2', 'net', 'tls', 'dns', 'dns/promises', 'dgram', 'inspector', 'quic']);
const PACKAGES = new Set(['undici', 'ws', 'axios', 'got', 'node-fetch', 'nodemailer']);

/** Values that open no connection. */
const HARMLESS: ReadonlySet<string> = new Set(
  'isIP isIPv4 isIPv6 BlockList SocketAddress STATUS_CODES METHODS getCACertificates rootCertificates'.split(' '),
);
/** Values that only answer connections. */
const SERVING = new Set(['createServer', 'createSecureServer', 'Server', 'ServerResponse', 'IncomingMessage']);

export const networkStaysInOutbound = sourceRule({
  id: 'network-stays-in-outbound',
  reason: 'a connection opened elsewhere skips the address checks; http/ may only serve, cli/ may use the admin socket',
  applies: (source) => isProduct(source.path) && !source.isTest && layerOf(source.path) !== 'outbound',
  violations: (source) => [
    ...source.imports.flatMap((found) => {
      const name = networkModule(source, found);
      if (name === undefined || found.isTypeOnly || isGranted(source, name, found)) return [];
      return [{ line: found.line, what: `imports ${name}` }];
    }),
    ...globalUses(source.syntax, GLOBALS).map((node) => ({ line: lineOf(node), what: `uses ${node.getText()}` })),
  ],
});

function networkModule(source: Source, { specifier }: Import): string | undefined {
  const target: Target = specifier === undefined ? { kind: 'nowhere' } : resolveImport(source.path, specifier);
  if (target.kind === 'builtin' && BUILTINS.has(target.name)) return `node:${target.name}`;
  if (target.kind === 'package' && PACKAGES.has(target.name)) return target.name;
  return undefined;
}

/** The probes ask, and the broken twins answer, over real connections; they are what verification is made of. */
const PROBES = /^controls\/src\/(?:probes|twins)\//;

function isGranted(source: Source, name: string, { names }: Import): boolean {
  if (PROBES.test(source.path)) return true;
  const layer = layerOf(source.path);
  if (layer === 'cli' && name === 'node:http') return true;
  // The embedded PostgreSQL is probed on its Unix socket before a pool exists.
  if (name === 'node:net' && /^server\/src\/db\/embedded(?:\/|\.ts$|-)/.test(source.path)) return true;
  if (names === '*') return false;
  return names.every((each) => HARMLESS.has(each) || (layer === 'http' && SERVING.has(each)));
}
