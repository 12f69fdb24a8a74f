// How the embedded PostgreSQL runs: what nobody may change, what an operator may tune, and who may connect.
import { join } from 'node:path';
import { writeFileDurably } from './files.ts';
import type { Layout } from './layout.ts';

/** No TCP: the number is only the end of the socket's file name. */
export const PORT = 5432;
export const SUPERUSER = 'postgres';

export type Setting = readonly [name: string, value: string];

/**
 * Settings that carry a promise (no TCP, nothing lost at commit, no data in logs). They go on the command line, which ALTER
 * SYSTEM and configuration files can't override, and are read back after every start. Values are written as pg_settings
 * shows them: base units, on/off.
 */
export function fixedSettings(layout: Layout, socketFolder: string): readonly Setting[] {
  return [
    ['listen_addresses', ''],
    ['port', String(PORT)],
    ['unix_socket_directories', quoteListItem(socketFolder)],
    ['unix_socket_permissions', '0700'],
    ['hba_file', join(layout.configFolder, 'pg_hba.conf')],
    ['config_file', join(layout.configFolder, 'postgresql.conf')],
    ['password_encryption', 'scram-sha-256'],
    ['fsync', 'on'],
    ['full_page_writes', 'on'],
    ['synchronous_commit', 'on'],
    ['wal_level', 'replica'],
    ['logging_collector', 'on'],
    ['log_destination', 'stderr'],
    ['log_directory', layout.logFolder],
    // One file for each day of the week, begun anew a week later.
    ['log_filename', 'postgresql-%a.log'],
    ['log_rotation_age', '1440'],
    ['log_rotation_size', '0'],
    ['log_truncate_on_rotation', 'on'],
    ['log_file_mode', '0600'],
    // Statements, parameters and the DETAIL of errors hold rows; messages alone go to the file.
    ['log_statement', 'none'],
    ['log_min_duration_statement', '-1'],
    ['log_min_error_statement', 'panic'],
    ['log_parameter_max_length', '0'],
    ['log_parameter_max_length_on_error', '0'],
    ['log_error_verbosity', 'terse'],
    ['log_min_messages', 'warning'],
    ['lc_messages', 'C'],
    ['log_timezone', 'UTC'],
    ['TimeZone', 'UTC'],
  ];
}

/** Modest sizes for a machine shared with the server; ALTER SYSTEM may change them. */
const TUNABLE: readonly Setting[] = [
  ['max_connections', '64'],
  ['shared_buffers', '128MB'],
  ['max_wal_size', '1GB'],
];

/** Passwords for everyone, over the socket alone, and no replication. */
export const HBA_TEXT = '# Written by holdfast at every start.\nlocal all all scram-sha-256\n';

/** Writes the files that the database reads and, having another owner as root, can't change. */
export async function writeConfig(layout: Layout): Promise<void> {
  const tunable = TUNABLE.map(([name, value]) => `${name} = '${value}'\n`).join('');
  await writeFileDurably(join(layout.configFolder, 'pg_hba.conf'), HBA_TEXT, 0o644);
  await writeFileDurably(
    join(layout.configFolder, 'postgresql.conf'),
    `# Written by holdfast at every start.\n${tunable}`,
    0o644,
  );
}

/** The arguments that make `postgres` serve a cluster with these settings. */
export function postgresArguments(clusterFolder: string, settings: readonly Setting[]): readonly string[] {
  return ['-D', clusterFolder, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** One folder in a list of PostgreSQL's, whatever commas, blanks or quotes its name has. */
export function quoteListItem(folder: string): string {
  return `"${folder.replaceAll('"', '""')}"`;
}
