// The promises of the way of every call.
import type { InstanceControl } from '#verification/instance.ts';
import { idempotencyControl } from './controls/rl5-idempotency.ts';
import { tenantHintsControl } from './controls/tn2-tenant-hints.ts';
import { foreignObjectsControl } from './controls/tn5-foreign-objects.ts';

export const kernelControls: readonly InstanceControl[] = [
  idempotencyControl,
  tenantHintsControl,
  foreignObjectsControl,
];
