// Health and metrics (OB2): bare words for the public port, everything for the private one.
import { equalTexts } from '#crypto/compare.ts';
import { reveal, type Secret } from '#crypto/secret.ts';
import { type Health, type HealthKind, type HealthReport, toPublicHealth } from '#telemetry/health.ts';
import { metricsContentType, renderMetrics } from '#telemetry/metrics.ts';
import type { OwnPage } from './pages.ts';
import type { Outgoing } from './reply.ts';

const KINDS = ['live', 'ready', 'status'] as const satisfies readonly HealthKind[];

/** Public: a status for each check and no reasons. Metrics only for who brings the scrape credential; else they don't exist. */
export function publicHealthPages(health: Health, scrapeCredential: Secret<string> | undefined): readonly OwnPage[] {
  return [
    ...KINDS.map((kind) => healthPage(health, kind, toPublicHealth)),
    {
      path: '/health/metrics',
      readsCredential: true,
      respond: ({ header }) => {
        const presented = /^bearer (\S+)$/i.exec(header('authorization') ?? '')?.[1];
        if (scrapeCredential === undefined || presented === undefined) return undefined;
        return equalTexts(presented, reveal(scrapeCredential, 'metrics.compare')) ? metricsReply() : undefined;
      },
    },
  ];
}

/** Private: reasons too, and metrics to everyone who reaches the port, which loopback alone does. */
export function privateHealthPages(health: Health): readonly OwnPage[] {
  return [
    ...KINDS.map((kind) => healthPage(health, kind, (report) => report)),
    { path: '/health/metrics', readsCredential: true, respond: metricsReply },
    { path: '/metrics', readsCredential: true, respond: metricsReply },
  ];
}

function healthPage(health: Health, kind: HealthKind, show: (report: HealthReport) => object): OwnPage {
  return {
    path: `/health/${kind}`,
    respond: async () => {
      const report = await health.evaluate(kind);
      return {
        status: report.status === 'fail' ? 503 : 200,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(show(report)),
      };
    },
  };
}

async function metricsReply(): Promise<Outgoing> {
  return { status: 200, headers: { 'content-type': metricsContentType }, body: await renderMetrics() };
}
