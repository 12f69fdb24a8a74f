// Finds the master key, or makes one for a first start that has no data yet; never over existing data.
import { mkdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from '#config.ts';
import { createKeyFile, loadKeyFile } from '#crypto/key-file.ts';
import type { KeyFileFault } from '#crypto/key-file-faults.ts';
import { createFileKekProvider, type KekProvider } from '#crypto/kek.ts';
import type { Lanes } from '#db/pool.ts';
import { findKeyInUse } from '#modules/keyring.ts';
import type { OnStep } from './progress.ts';
import { refuseStart } from './refusal.ts';

export function masterKeyPath(config: Pick<Config, 'masterKeyFile' | 'dataDirectory'>): string {
  return config.masterKeyFile ?? join(config.dataDirectory, 'keys', 'master.key');
}

/** Throws StartRefused for a key that is missing over data, open to others, weak, or of another environment. */
export async function openMasterKey(
  config: Config,
  lanes: Lanes,
  onStep: OnStep,
  unixMs: number,
): Promise<KekProvider> {
  const path = masterKeyPath(config);
  const address = { path, environment: config.environment };
  const loaded = await loadKeyFile(address);
  if (loaded.ok) return createFileKekProvider(loaded.keyFile);
  const inUse = await findKeyInUse(lanes);
  const isMissing =
    loaded.reason === 'missing' || loaded.reason === 'directory_missing' || isInterrupted(config, loaded);
  if (inUse !== undefined || !isMissing || config.exposed) {
    const sealed =
      inUse === undefined ? '' : ` The database is sealed under master key ${inUse}; only that key opens it.`;
    throw refuseStart(
      'HOLDFAST_MASTER_KEY_FILE',
      `${path}: ${loaded.reason.replaceAll('_', ' ')}.${sealed}`,
      loaded.fix,
    );
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (loaded.reason === 'empty') await unlink(path);
  const created = await createKeyFile({ ...address, unixMs });
  if (!created.ok)
    throw refuseStart('HOLDFAST_MASTER_KEY_FILE', `${path}: ${created.reason.replaceAll('_', ' ')}`, created.fix);
  onStep({ step: 'key_created', path });
  return createFileKekProvider(created.keyFile);
}

/**
 * A first start that was killed while it made the key leaves a file without a byte, and so without a key. Only where the
 * lock of the data directory says that nobody is making it right now.
 */
function isInterrupted(config: Config, { reason }: KeyFileFault): boolean {
  return reason === 'empty' && config.database.kind === 'embedded' && config.masterKeyFile === undefined;
}
