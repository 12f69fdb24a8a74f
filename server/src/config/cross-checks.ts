// Finds settings that are right alone and wrong together.
import type { DatabaseTarget } from './database-url.ts';
import type { Fault } from './fault.ts';
import type { Settings } from './schema.ts';
import { isExposed, isLoopbackUrl } from './shape.ts';

/** Every contradiction between settings; none is resolved by preferring one of the two. */
export function findContradictions(settings: Settings): readonly Fault[] {
  return [
    ...pairs(settings),
    ...ports(settings),
    ...times(settings),
    ...loopbackUrl(settings),
    ...databaseParts(settings),
  ];
}

function pairs(settings: Settings): readonly Fault[] {
  const faults: Fault[] = [];
  const { HOLDFAST_TLS_CERT_FILE: certificate, HOLDFAST_TLS_KEY_FILE: key } = settings;
  if (certificate !== undefined && key === undefined) {
    faults.push(
      fault('HOLDFAST_TLS_KEY_FILE', 'is missing beside HOLDFAST_TLS_CERT_FILE', 'Name the file of the private key.'),
    );
  }
  if (certificate === undefined && key !== undefined) {
    faults.push(
      fault('HOLDFAST_TLS_CERT_FILE', 'is missing beside HOLDFAST_TLS_KEY_FILE', 'Name the file of the certificate.'),
    );
  }
  if (settings.HOLDFAST_SECURITY_KEY_URL !== undefined && settings.HOLDFAST_SECURITY_CONTACT === undefined) {
    faults.push(
      fault('HOLDFAST_SECURITY_CONTACT', 'is missing beside HOLDFAST_SECURITY_KEY_URL', 'Say where reports go.'),
    );
  }
  if (settings.HOLDFAST_OUTBOUND_PROXY_CREDENTIAL !== undefined && settings.HOLDFAST_OUTBOUND_PROXY === undefined) {
    faults.push(
      fault(
        'HOLDFAST_OUTBOUND_PROXY',
        'is missing beside HOLDFAST_OUTBOUND_PROXY_CREDENTIAL',
        'Name the proxy it is for, or remove it.',
      ),
    );
  }
  return [...faults, ...mailPair(settings)];
}

function mailPair({ HOLDFAST_SMTP_URL: server, HOLDFAST_MAIL_FROM: from }: Settings): readonly Fault[] {
  if ((server === undefined) === (from === undefined)) return [];
  return server === undefined
    ? [fault('HOLDFAST_SMTP_URL', 'is missing beside HOLDFAST_MAIL_FROM', 'Name the mail server, or remove it.')]
    : [fault('HOLDFAST_MAIL_FROM', 'is missing beside HOLDFAST_SMTP_URL', 'Say whom mail comes from.')];
}

function ports(settings: Settings): readonly Fault[] {
  const faults: Fault[] = [];
  const { HOLDFAST_PORT: port, HOLDFAST_PRIVATE_PORT: privatePort } = settings;
  if (port !== 0 && port === privatePort) {
    faults.push(
      fault('HOLDFAST_PRIVATE_PORT', 'is the same as HOLDFAST_PORT', 'Give the metrics a port of their own.'),
    );
  }
  if (isExposed(settings.HOLDFAST_LISTEN, settings.HOLDFAST_PUBLIC_URL)) {
    if (port === 0)
      faults.push(fault('HOLDFAST_PORT', 'is 0, and nobody can find an exposed server there', 'Give a port.'));
    if (privatePort === 0) {
      faults.push(
        fault('HOLDFAST_PRIVATE_PORT', 'is 0, and no collector can find an exposed server there', 'Give a port.'),
      );
    }
  }
  return faults;
}

function times(settings: Settings): readonly Fault[] {
  const order = [
    ['HOLDFAST_SESSION_IDLE_MINUTES', 'HOLDFAST_SESSION_ABSOLUTE_MINUTES'],
    ['HOLDFAST_HEADER_TIMEOUT_SECONDS', 'HOLDFAST_REQUEST_TIMEOUT_SECONDS'],
    ['HOLDFAST_BODY_BYTES_MAX', 'HOLDFAST_STREAM_BODY_BYTES_MAX'],
  ] as const;
  return order.flatMap(([lower, upper]) =>
    settings[lower] > settings[upper]
      ? [fault(lower, `is ${settings[lower]}, above ${upper} (${settings[upper]})`, `Lower it, or raise ${upper}.`)]
      : [],
  );
}

function loopbackUrl(settings: Settings): readonly Fault[] {
  const { HOLDFAST_PUBLIC_URL: text, HOLDFAST_PORT: port } = settings;
  if (text === undefined || !isLoopbackUrl(text) || isExposed(settings.HOLDFAST_LISTEN, text)) return [];
  const url = new URL(text);
  const scheme = settings.HOLDFAST_TLS_CERT_FILE === undefined ? 'http:' : 'https:';
  const urlPort = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  const faults: Fault[] = [];
  if (url.protocol !== scheme) {
    const why = scheme === 'http:' ? 'no TLS files are set' : 'TLS files are set';
    faults.push(
      fault(
        'HOLDFAST_PUBLIC_URL',
        `says ${url.protocol}// although ${why}`,
        `Write ${scheme}//, or change the TLS files.`,
      ),
    );
  }
  if (port !== 0 && urlPort !== port) {
    faults.push(
      fault(
        'HOLDFAST_PUBLIC_URL',
        `says port ${urlPort}, and the server listens on ${port}`,
        'Give both the same port.',
      ),
    );
  }
  return faults;
}

function databaseParts(settings: Settings): readonly Fault[] {
  const target = settings.DATABASE_URL;
  const migrator = settings.HOLDFAST_MIGRATOR_DATABASE_URL;
  if (target !== undefined) return externalParts(settings, target, migrator);
  const remedy = 'Set DATABASE_URL too, or remove it.';
  const faults: Fault[] = [];
  if (migrator !== undefined) {
    faults.push(fault('HOLDFAST_MIGRATOR_DATABASE_URL', 'is set, and the embedded database needs none', remedy));
  }
  if (settings.HOLDFAST_DATABASE_CA_FILE !== undefined) {
    faults.push(fault('HOLDFAST_DATABASE_CA_FILE', 'is set, and the embedded database speaks no TLS', remedy));
  }
  return faults;
}

function externalParts(
  settings: Settings,
  target: DatabaseTarget,
  migrator: DatabaseTarget | undefined,
): readonly Fault[] {
  const faults: Fault[] = [];
  if (settings.HOLDFAST_POSTGRES.kind !== 'auto') {
    faults.push(fault('HOLDFAST_POSTGRES', 'chooses an embedded database beside DATABASE_URL', 'Keep one of the two.'));
  }
  if (settings.HOLDFAST_DATABASE_CA_FILE !== undefined && target.tls === 'off') {
    faults.push(
      fault(
        'DATABASE_URL',
        'does not use TLS although a CA file is set',
        'Add sslmode=verify-full, or remove the CA file.',
      ),
    );
  }
  if (migrator === undefined) return faults;
  if (migrator.user === target.user) {
    faults.push(
      fault(
        'HOLDFAST_MIGRATOR_DATABASE_URL',
        'has the user of DATABASE_URL',
        'Use the role that owns the schema here and the runtime role there.',
      ),
    );
  }
  if (migrator.host !== target.host || migrator.port !== target.port || migrator.database !== target.database) {
    faults.push(
      fault(
        'HOLDFAST_MIGRATOR_DATABASE_URL',
        'names another database than DATABASE_URL',
        'Change the user and password alone.',
      ),
    );
  }
  return faults;
}

function fault(key: keyof Settings, problem: string, fix: string): Fault {
  return { key, problem, fix };
}
