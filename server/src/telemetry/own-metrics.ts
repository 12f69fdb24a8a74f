// Counts what telemetry itself wrote, masked, refused and lost, so that a silent log or trace is seen.
import { logLevels } from './events.ts';
import { defineCounter } from './metrics.ts';
import { maskKinds } from './scan-patterns.ts';
import { valueKinds } from './values.ts';

export const logLines = defineCounter({
  name: 'holdfast_log_lines_total',
  help: 'Log lines given to the output',
  labels: { level: logLevels },
});

export const logLost = defineCounter({
  name: 'holdfast_log_lines_lost_total',
  help: 'Log lines that were not written',
  labels: { reason: ['scan_failed', 'write_failed', 'buffer_full', 'output_failed'] },
});

export const traceSpans = defineCounter({
  name: 'holdfast_trace_spans_total',
  help: 'Sampled spans by what became of them; dropped means that the queue was full',
  labels: { outcome: ['exported', 'failed', 'dropped'] },
});

export const maskedPlaces = defineCounter({
  name: 'holdfast_telemetry_masked_total',
  help: 'Places in log lines and spans that the scanner masked; each is a leak that a type should have stopped',
  labels: { kind: maskKinds },
});

export const refusedValues = defineCounter({
  name: 'holdfast_telemetry_values_refused_total',
  help: 'Values in log lines and spans that were not of their declared kind',
  labels: { kind: valueKinds },
});
