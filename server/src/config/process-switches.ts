// Refuses variables that weaken this very process, whatever our own settings say.
import type { Environment } from './environment.ts';
import type { Fault } from './fault.ts';

type Switch = {
  readonly names: readonly string[];
  /** Whether this value weakens something. */
  readonly weakens: (value: string) => boolean;
  readonly problem: string;
  readonly fix: string;
};

const nodeFlags: readonly (readonly [RegExp, string])[] = [
  [/--tls-min-v1\.[01]\b/, 'allows TLS older than 1.2'],
  [/--tls-max-v1\.[01]\b/, 'forbids TLS 1.2 and newer'],
  [/--tls-cipher-list\b/, 'replaces the list of TLS ciphers'],
  [/--tls-keylog\b/, 'writes the keys of TLS sessions to a file'],
  [/--trace-tls\b/, 'prints TLS traffic'],
  [/--insecure-http-parser\b/, 'accepts malformed HTTP, which lets requests be smuggled'],
  [/--inspect(?:-brk|-port|-publish-uid|-wait)?\b|--debug-port\b/, 'opens a debugger that can read every secret'],
  [/--(?:use-)?openssl-legacy-provider\b|--openssl-shared-config\b/, 'brings back broken cryptography'],
  [/--security-revert\b/, 'undoes security fixes of Node'],
  [/--max-http-header-size\b/, 'changes a limit that HOLDFAST_HEADER_BYTES_MAX sets'],
  [
    /--heapsnapshot-|--heap-prof\b|--report-(?:on|uncaught)|--diagnostic-dir\b/,
    'writes memory, and the secrets in it, to files',
  ],
];

const switches: readonly Switch[] = [
  {
    names: ['NODE_TLS_REJECT_UNAUTHORIZED'],
    weakens: (value) => value.trim() === '0',
    problem: 'is 0: certificates of everything the server calls would not be checked',
    fix: 'Remove it. A private CA goes into HOLDFAST_OUTBOUND_CA_FILE, or into HOLDFAST_DATABASE_CA_FILE for the database.',
  },
  {
    names: ['NODE_USE_ENV_PROXY'],
    weakens: (value) => value !== '' && value !== '0',
    problem: 'sends calls through a proxy, past the checks of their address',
    fix: 'Remove it; a proxy is named by HOLDFAST_OUTBOUND_PROXY.',
  },
  {
    names: ['NODE_DEBUG', 'NODE_DEBUG_NATIVE'],
    weakens: (value) =>
      /\b(?:https?|http2|net|tls|fetch|undici|websocket|crypto|child_process|stream)\b|\*/i.test(value),
    problem: 'prints traffic, and the credentials in it, to the log',
    fix: 'Remove it; HOLDFAST_LOG_LEVEL=debug shows what may be shown.',
  },
  {
    names: [
      'OTEL_EXPORTER_OTLP_HEADERS',
      'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
      'OTEL_EXPORTER_OTLP_COMPRESSION',
      'OTEL_EXPORTER_OTLP_TRACES_COMPRESSION',
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    ],
    weakens: () => true,
    problem: 'changes what is sent to the collector of traces, past our own settings',
    fix: 'Remove it; the collector is named by HOLDFAST_OTLP_ENDPOINT.',
  },
  {
    names: ['PGSSLMODE', 'PGSSLNEGOTIATION', 'PGOPTIONS', 'PGREPLICATION', 'PGCLIENT_ENCODING'],
    weakens: () => true,
    problem: 'changes the connection to the database behind DATABASE_URL',
    fix: 'Remove it; write sslmode=verify-full into DATABASE_URL instead.',
  },
];

/** Every such variable, with Node's own flags in `NODE_OPTIONS` one by one. */
export function findDangerousSwitches(env: Environment): readonly Fault[] {
  const faults: Fault[] = [];
  for (const { names, weakens, problem, fix } of switches) {
    for (const name of names) {
      const value = env[name];
      if (value !== undefined && weakens(value)) faults.push({ key: name, problem, fix });
    }
  }
  return [...faults, ...findDangerousFlags(env['NODE_OPTIONS'] ?? '')];
}

function findDangerousFlags(text: string): readonly Fault[] {
  // Node reads `_` as `-` in its flags.
  const options = text.replaceAll('_', '-');
  return nodeFlags.flatMap(([flag, harm]) => {
    const found = flag.exec(options)?.[0];
    return found === undefined
      ? []
      : [{ key: 'NODE_OPTIONS', problem: `has ${found}, which ${harm}`, fix: `Remove ${found} from NODE_OPTIONS.` }];
  });
}
