// The master key on disk: loads it only from a file nobody else can touch, creates it once, and copies it to safety.
import { equalBytes } from './compare.ts';
import { createPrivateFile, readPrivateFile, removeFile } from './key-file-access.ts';
import { type KeyFileFault, refuseKeyFile } from './key-file-faults.ts';
import { computeKekId, environmentNamePattern, formatKeyFile, type KeyFile, parseKeyFile } from './key-file-format.ts';
import { newSecretBytes } from './random.ts';

export type KeyFileResult = { readonly ok: true; readonly keyFile: KeyFile } | KeyFileFault;

export interface KeyFileAddress {
  readonly path: string;
  /** What HOLDFAST_ENVIRONMENT says; a file stamped otherwise is refused. */
  readonly environment: string;
}

/** Loads and checks a key file. Anything wrong is a refusal with its fix; nothing is ever healed or created here. */
export async function loadKeyFile({ path, environment }: KeyFileAddress): Promise<KeyFileResult> {
  const read = await readPrivateFile(path);
  if (!read.ok) return read;
  const parsed = parseKeyFile(read.content, path, environment);
  read.content.fill(0);
  return parsed;
}

/**
 * Makes a key file with one fresh key, stamped with the environment, durable when this returns. Never overwrites. Only
 * for a new installation: whoever calls has made sure that no data sealed under another key exists.
 * Throws RangeError for a name that is no environment's.
 */
export async function createKeyFile({
  path,
  environment,
  unixMs,
}: KeyFileAddress & { readonly unixMs: number }): Promise<KeyFileResult> {
  if (!environmentNamePattern.test(environment))
    throw new RangeError('an environment is named like `production` or `test-2`');
  const key = newSecretBytes(32);
  const current = { id: computeKekId(key), key, createdAt: new Date(unixMs).toISOString() };
  const content = formatKeyFile({ environment, current, previous: [] });
  const created = await createPrivateFile(path, content);
  content.fill(0);
  if (!created.ok) return created;
  // Read back, so that what is used is what a restart will find. A key nobody has used yet may go.
  const loaded = await loadKeyFile({ path, environment });
  if (!loaded.ok) await removeFile(path);
  return loaded;
}

/**
 * Copies a sound key file to a new path, durably, and reads the copy back under the same checks. A copy that differs or
 * wouldn't load (a medium without modes, say) is removed again. Keep it apart from the data and its backups.
 */
export async function backupKeyFile({
  path,
  environment,
  to,
}: KeyFileAddress & { readonly to: string }): Promise<KeyFileResult> {
  const original = await readPrivateFile(path);
  if (!original.ok) return original;
  const parsed = parseKeyFile(original.content, path, environment);
  if (!parsed.ok) return parsed;
  const created = await createPrivateFile(to, original.content);
  if (!created.ok) return created;
  const copy = await readPrivateFile(to);
  const isSame = copy.ok && equalBytes(copy.content, original.content);
  original.content.fill(0);
  if (isSame) return parsed;
  await removeFile(to);
  return copy.ok ? refuseKeyFile('copy_differs', to) : copy;
}
