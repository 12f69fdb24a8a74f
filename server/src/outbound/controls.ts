// The promises of the way out.
import type { InstanceControl } from '#verification/instance.ts';
import { outboundControl } from './controls/sf1-outbound.ts';

export const outboundControls: readonly InstanceControl[] = [outboundControl];
