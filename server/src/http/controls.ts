// The promises of the edge.
import type { InstanceControl } from '#verification/instance.ts';
import { transportControl } from './controls/tr1-transport.ts';
import { hstsControl } from './controls/tr2-hsts.ts';
import { contentPolicyControl } from './controls/tr3-content-policy.ts';
import { hardeningControl } from './controls/tr4-hardening.ts';

export const httpControls: readonly InstanceControl[] = [
  transportControl,
  hstsControl,
  contentPolicyControl,
  hardeningControl,
];
