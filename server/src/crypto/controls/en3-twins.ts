// Broken twins of the master key: a real key file in a folder of its own, with one thing wrong about it.
import type { StartedTwin } from '@holdfast/controls/control.ts';
import { chmod, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHost } from '#verification/host.ts';
import type { Host, Keys } from '#verification/instance.ts';
import { createKeyFile } from '../key-file.ts';
import { eraseSecret } from '../secret.ts';

type Fault = {
  readonly fileMode?: number;
  readonly folderMode?: number;
  readonly isLinked?: boolean;
  readonly isExchanged?: boolean;
};

const ENVIRONMENT = 'twin';
const NO_SUCH_KEY = '0000000000000000';

/** Made, broken, and gone with its folder when disposed of; its key was never used for anything. */
export async function startKeyTwin(fault: Fault): Promise<StartedTwin<{ readonly host: Host; readonly keys: Keys }>> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-twin-'));
  const path = join(folder, 'master.key');
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const made = await createKeyFile({ path, environment: ENVIRONMENT, unixMs: 0 });
    if (!made.ok) throw new Error(`the twin has no key file: ${made.reason}`);
    eraseSecret(made.keyFile.current.key);
    if (fault.isLinked === true) {
      await rename(path, `${path}.real`);
      await symlink(`${path}.real`, path);
    }
    if (fault.fileMode !== undefined) await chmod(path, fault.fileMode);
    if (fault.folderMode !== undefined) await chmod(folder, fault.folderMode);
    const loaded = fault.isExchanged === true ? NO_SUCH_KEY : made.keyFile.current.id;
    const keys: Keys = { masterKeyPath: path, environment: ENVIRONMENT, loaded: () => [loaded] };
    return { target: { host: openHost(() => []), keys }, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
