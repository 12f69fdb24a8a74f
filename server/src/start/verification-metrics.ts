// Verdicts and drift as metrics, so that an alert needs no poll of the API.
import { verdicts } from '@holdfast/controls/verdict.ts';
import { boundedLabel, defineCounter, defineGauge } from '#telemetry/metrics.ts';

const CONTROLS_MAX = 200;

export const controlVerdicts = defineGauge({
  name: 'holdfast_control_verdict',
  help: '1 for the verdict a control has now, 0 for those it has not',
  labels: { control: boundedLabel(CONTROLS_MAX), verdict: verdicts },
});

export const driftEvents = defineCounter({
  name: 'holdfast_control_drift_total',
  help: 'Changes between two looks at the controls',
  labels: {
    kind: ['verdict_changed', 'evidence_changed', 'coverage_lost', 'subject_new', 'waiver_voided', 'waiver_lapsed'],
  },
});
