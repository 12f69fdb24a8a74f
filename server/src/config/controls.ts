// The promises of the configuration: what may start, and which secrets it may start with.
import type { InstanceControl } from '#verification/instance.ts';
import { supplyChainControl } from './controls/sc1-supply-chain.ts';
import { weakSecretsControl } from './controls/en5-weak-secrets.ts';
import { unsafeStartsControl } from './controls/cn2-unsafe-starts.ts';

export const configControls: readonly InstanceControl[] = [unsafeStartsControl, weakSecretsControl, supplyChainControl];
