// The promises of the way of every call.
import type { InstanceControl } from '#verification/instance.ts';

export const kernelControls: readonly InstanceControl[] = [];
