// Takes finished spans to the collector: a bounded queue, a deadline for every export, every span's fate counted.
import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { settlesWithin } from './deadline.ts';
import { traceSpans } from './own-metrics.ts';
import type { TraceOptions } from './tracing.ts';

export type SpanPipeline = {
  readonly processor: SpanProcessor;
  /** Runs `stop`, which flushes, for `timeoutMs` at most. False if spans were still under way. Never rejects. */
  readonly shutdown: (stop: () => Promise<void>, timeoutMs: number) => Promise<boolean>;
};

type PipelineOptions = TraceOptions & { readonly endpoint: string };

type Outcome = 'exported' | 'failed';

type ExportCode = Parameters<Parameters<SpanExporter['export']>[1]>[0]['code'];

// The enum of these codes is in a package below the ones we use; the values are part of OpenTelemetry's interface.
const codes = Object.freeze({ exported: 0, failed: 1 }) as unknown as Readonly<Record<Outcome, ExportCode>>;

/** Makes the pipeline; the OTLP client is loaded with the first export. Throws RangeError on an endpoint `createTraces` refuses. */
export function createSpanPipeline(options: PipelineOptions): SpanPipeline {
  const { queueMax = 2048, delayMs = 5000, exportTimeoutMs = 10_000 } = options;
  const url = collectorUrl(options);
  let underWay = 0;
  let lost = false;
  const settle = (count: number, outcome: Outcome): void => {
    underWay -= count;
    lost ||= outcome === 'failed';
    traceSpans.add(count, { outcome });
  };
  const batches = new BatchSpanProcessor({
    exporter: createDeadlineExporter(() => loadExporter(url, options, exportTimeoutMs), exportTimeoutMs, settle),
    maxQueueSize: queueMax,
    maxExportBatchSize: Math.min(512, queueMax),
    scheduledDelayMillis: delayMs,
    exportTimeoutMillis: exportTimeoutMs + 1000,
  });
  return {
    processor: {
      onStart: (span, context) => batches.onStart(span, context),
      onEnd: (span) => {
        if ((span.spanContext().traceFlags & 1) === 0) return;
        // Counts what is being sent, too: a slow collector holds no more memory than a dead one.
        if (underWay >= queueMax) {
          traceSpans.add(1, { outcome: 'dropped' });
          return;
        }
        underWay += 1;
        batches.onEnd(span);
      },
      forceFlush: () => batches.forceFlush(),
      shutdown: () => batches.shutdown(),
    },
    shutdown: async (stop, timeoutMs) => {
      lost = false;
      return (await settlesWithin(stop(), timeoutMs)) && underWay === 0 && !lost;
    },
  };
}

/** Gives every export one result: the client's, or a failure at the deadline, which the client's own idle time-out is not. */
function createDeadlineExporter(
  load: () => Promise<SpanExporter>,
  timeoutMs: number,
  settle: (count: number, outcome: Outcome) => void,
): SpanExporter {
  let loading: Promise<SpanExporter> | undefined;
  const exportNow: SpanExporter['export'] = (spans, callback) => {
    let open = true;
    const finish = (outcome: Outcome): void => {
      if (!open) return;
      open = false;
      clearTimeout(deadline);
      settle(spans.length, outcome);
      callback({ code: codes[outcome] });
    };
    const deadline = setTimeout(() => finish('failed'), timeoutMs).unref();
    loading ??= load();
    loading
      .then((exporter) =>
        exporter.export(spans, (result) => finish(result.code === codes.exported ? 'exported' : 'failed')),
      )
      .catch(() => finish('failed'));
  };
  return {
    export: exportNow,
    forceFlush: () => Promise.resolve(),
    shutdown: async () => (await loading)?.shutdown(),
  };
}

/*
 * The OTLP client is the one exception to "only outbound/ talks to the network": its address comes from the operator's
 * configuration and nothing else, it follows no redirects, reads at most 4 MiB of a reply and shows it to nobody.
 */
async function loadExporter(url: string, options: PipelineOptions, timeoutMillis: number): Promise<SpanExporter> {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  return new OTLPTraceExporter({
    url,
    headers: () => Promise.resolve({ ...options.headers?.() }),
    timeoutMillis,
    concurrencyLimit: 8,
    // Given so that the client does not read certificates from variables of its own.
    httpAgentOptions: { keepAlive: true },
  });
}

function collectorUrl(options: PipelineOptions): string {
  const url = URL.parse(options.endpoint);
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new RangeError('the trace endpoint is not an http(s) address');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new RangeError(
      'the trace endpoint has credentials, a query or a fragment; put a credential into the headers',
    );
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol === 'http:' && options.headers && !local)
    throw new RangeError('headers would go to the trace endpoint in the clear; use https');
  return `${url.href.replace(/\/$/, '')}/v1/traces`;
}
