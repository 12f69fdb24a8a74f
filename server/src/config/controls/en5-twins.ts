// Broken twins of secrets: a small home of its own, with a configuration and a secret file, sound but for one thing.
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { StartedTwin } from '@holdfast/controls/control.ts';
import { toSecret } from '#crypto/secret.ts';
import { openHost } from '#verification/host.ts';
import type { Host, StartRules } from '#verification/instance.ts';
import { publishedSecrets } from '../published-secrets.ts';
import type { Config } from '../shape.ts';
import type { SecretSettings } from './secret-facts.ts';

type TwinConfig = SecretSettings & Pick<Config, 'dataDirectory'>;
type Target = {
  readonly config: TwinConfig;
  readonly startRules: Pick<StartRules, 'secretFiles'>;
  readonly host: Host;
  readonly home: string;
};
type Fault = {
  readonly config?: TwinConfig;
  readonly files?: Readonly<Record<string, string>>;
  readonly secretFileMode?: number;
};

const SOUND: TwinConfig = {
  dataDirectory: '/nowhere',
  metricsCredential: undefined,
  database: { kind: 'embedded', postgres: { kind: 'auto' } },
  outbound: { allow: '', deny: '', proxy: undefined, caFile: undefined },
};

/** With a credential that is long, looks random, and stands in a guide. */
export function weakConfiguration(): TwinConfig {
  const known = publishedSecrets.find((each) => each.length >= 44 && each.endsWith('=')) ?? '';
  return { ...SOUND, metricsCredential: toSecret(known) };
}

export async function startHomeTwin(fault: Fault): Promise<StartedTwin<Target>> {
  const home = await mkdtemp(join(tmpdir(), 'holdfast-twin-'));
  const remove = (): Promise<void> => rm(home, { recursive: true, force: true });
  try {
    for (const [name, text] of Object.entries({ 'readme.md': 'A twin.\n', ...fault.files })) {
      await mkdir(dirname(join(home, name)), { recursive: true });
      await writeFile(join(home, name), text);
    }
    const path = join(home, 'secret.bin');
    await writeFile(path, '\0');
    await chmod(path, fault.secretFileMode ?? 0o600);
    const startRules = { secretFiles: [{ setting: 'HOLDFAST_METRICS_CREDENTIAL_FILE', path }] };
    const target = { config: fault.config ?? SOUND, startRules, host: openHost(() => []), home };
    return { target, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
