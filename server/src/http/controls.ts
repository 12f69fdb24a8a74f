// The promises of the edge.
import type { InstanceControl } from '#verification/instance.ts';
import { hardeningControl } from './controls/tr4-hardening.ts';

export const httpControls: readonly InstanceControl[] = [hardeningControl];
