// Broken twins that stand as an exposed edge with TLS of its own: a listener, what is bound, and what is configured.
import type { ProbeTools, StartedTwin } from '@holdfast/controls/control.ts';
import { makeSelfSigned, type SelfSigned } from '@holdfast/controls/twins/certificate.ts';
import { startHttpTwin, type TwinAnswers } from '@holdfast/controls/twins/http.ts';
import { type TwinServer, twinOf } from '@holdfast/controls/twins/sockets.ts';
import { openWeb } from '#verification/web.ts';
import type { ExposureParts } from './exposure-evidence.ts';

const DAY_MS = 86_400_000;

/** A certificate for the twin's address; good for two months unless told. */
export function twinCertificate({ unixMs }: Pick<ProbeTools, 'unixMs'>, daysLeft = 60): SelfSigned {
  const now = unixMs();
  return makeSelfSigned({ host: '127.0.0.1', notBeforeMs: now - 90 * DAY_MS, notAfterMs: now + daysLeft * DAY_MS });
}

/** Takes a server on loopback for the one public socket of an exposed deployment. */
export function asExposed(server: TwinServer): StartedTwin<ExposureParts> {
  const { host, port } = server;
  return twinOf(server, {
    web: openWeb({ origin: `https://${host}:${port}` }, { vantage: 'inside', isLocal: true }),
    host: { bound: () => [{ address: host, port, purpose: 'public' as const }] },
    config: { exposed: true, tls: { certificateFile: '/twin.crt', privateKeyFile: '/twin.key' }, trustedProxies: [] },
  });
}

/** An exposed edge that answers over HTTPS by a table. */
export async function startExposedTwin(
  tools: Pick<ProbeTools, 'unixMs'>,
  answers: TwinAnswers,
): Promise<StartedTwin<ExposureParts>> {
  return asExposed(await startHttpTwin({ answers, certificate: twinCertificate(tools) }));
}
