// What controls may know of the start itself: the rules that refuse one, asked about other settings, and the key it loaded.
import { assessStart, type Config, type Environment, listSecretFiles } from '#config.ts';
import type { KekProvider } from '#crypto/kek.ts';
import { unixMs } from '#telemetry/clock.ts';
import type { Keys, StartRules } from '#verification/instance.ts';
import { masterKeyPath } from './master-key.ts';
import { findOutboundFaults } from './outbound.ts';

/** Asks as `holdfast start` asks itself, with the environment of this process as the ground. */
export function openStartRules({ config, env }: { readonly config: Config; readonly env: Environment }): StartRules {
  const present = { ...env, HOLDFAST_DATA_DIR: config.dataDirectory };
  return {
    secretFiles: listSecretFiles(env, config),
    assess: async (changes, argv = []) => {
      const verdict = await assessStart({
        env: { ...present, ...changes },
        argv,
        nowMs: unixMs(),
        inspect: findOutboundFaults,
      });
      return { isAccepted: verdict.ok, faults: verdict.ok ? [] : verdict.faults };
    },
  };
}

export function describeKeys(config: Config, provider: Pick<KekProvider, 'describe'>): Keys {
  return {
    masterKeyPath: masterKeyPath(config),
    environment: config.environment,
    loaded: () => {
      const { currentKekId, previousKekIds } = provider.describe();
      return [currentKekId, ...previousKekIds];
    },
  };
}
