// The promises of the way of every call.
import type { InstanceControl } from '#verification/instance.ts';
import { declaredAccessControl } from './controls/rb7-declared-access.ts';
import { limitsControl } from './controls/rl1-limits.ts';
import { idempotencyControl } from './controls/rl5-idempotency.ts';
import { stepUpControl } from './controls/se5-step-up.ts';
import { tenantHintsControl } from './controls/tn2-tenant-hints.ts';
import { foreignObjectsControl } from './controls/tn5-foreign-objects.ts';

export const kernelControls: readonly InstanceControl[] = [
  declaredAccessControl,
  limitsControl,
  idempotencyControl,
  stepUpControl,
  tenantHintsControl,
  foreignObjectsControl,
];
