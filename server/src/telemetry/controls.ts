// The promises of what is written down.
import type { InstanceControl } from '#verification/instance.ts';
import { noSecretsControl } from './controls/au2-no-secrets.ts';

export const telemetryControls: readonly InstanceControl[] = [noSecretsControl];
