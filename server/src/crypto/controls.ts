// The promises of cryptography: where keys lie and who can touch them.
import type { InstanceControl } from '#verification/instance.ts';
import { masterKeyControl } from './controls/en3-master-key.ts';

export const cryptoControls: readonly InstanceControl[] = [masterKeyControl];
