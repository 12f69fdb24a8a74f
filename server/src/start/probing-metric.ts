// Alarms about whoever asks for what does not exist for them, as a metric.
import { defineCounter } from '#telemetry/metrics.ts';

export const probingAlarms = defineCounter({
  name: 'holdfast_probing_alarms_total',
  help: 'Times that somebody asked again and again for what does not exist for them',
});
