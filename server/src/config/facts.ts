// Looks at the files a configuration names, so that the judgement itself is a pure function of what was found.
import { loadKeyFile } from '#crypto/key-file.ts';
import type { KeyFileFault } from '#crypto/key-file-faults.ts';
import { eraseSecret } from '#crypto/secret.ts';
import { type AuthoritiesReading, readAuthoritiesFile } from './authorities-file.ts';
import { type ReadFile, readFileOnce } from './file-reader.ts';
import { type Config, publicOrigin } from './shape.ts';
import { readTlsFiles, type TlsReading } from './tls-files.ts';

/** What was found; undefined where the configuration names no such file. */
export type StartFacts = {
  readonly tls: TlsReading | undefined;
  readonly masterKey: { readonly ok: true } | KeyFileFault | undefined;
  readonly databaseCa: AuthoritiesReading | undefined;
};

export type FactsInput = { readonly nowMs: number; readonly readFile?: ReadFile };

/** Reads every named file once. Changes nothing and creates nothing. */
export async function collectFacts(
  config: Config,
  { nowMs, readFile = readFileOnce }: FactsInput,
): Promise<StartFacts> {
  const { tls: files, trustedProxies } = config;
  // A declared proxy calls us by a name of its own choosing; clients that come straight use the public host.
  const host = trustedProxies.length > 0 ? undefined : new URL(publicOrigin(config, config.listen.port)).hostname;
  return {
    tls: files === undefined ? undefined : readTlsFiles({ files, host, nowMs, readFile }),
    masterKey: await checkMasterKey(config),
    databaseCa: config.database.kind === 'external' ? readDatabaseCa(config.database.caFile, readFile) : undefined,
  };
}

async function checkMasterKey(config: Config): Promise<StartFacts['masterKey']> {
  if (config.masterKeyFile === undefined) return undefined;
  const loaded = await loadKeyFile({ path: config.masterKeyFile, environment: config.environment });
  if (!loaded.ok) return loaded;
  for (const { key } of [loaded.keyFile.current, ...loaded.keyFile.previous]) eraseSecret(key);
  return { ok: true };
}

/** The PEM text of a database's CA, or what is wrong with the file; undefined without a path. */
export function readDatabaseCa(path: string | undefined, readFile: ReadFile = readFileOnce): StartFacts['databaseCa'] {
  return path === undefined ? undefined : readAuthoritiesFile('HOLDFAST_DATABASE_CA_FILE', path, readFile);
}
