// Looks into the embedded database past every wall, as its superuser, while the server runs or after it was killed.
import { findPostmasterNote } from '#db/embedded/postmaster-file.ts';
import { getCredential, superuserSettings } from '#db/embedded/credential.ts';
import { layoutOf } from '#db/embedded/layout.ts';
import { query } from '#test/embedded-support.ts';

/** One statement in the product's database. */
export async function queryEmbedded(dataDirectory: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const layout = await layoutOf(dataDirectory);
  const note = await findPostmasterNote(layout.clusterFolder);
  if (note?.socketFolder === undefined) throw new Error('the embedded database does not run');
  const settings = superuserSettings(note.socketFolder, await getCredential(layout));
  return query({ ...settings, database: 'holdfast', options: '-c search_path=holdfast' }, text);
}

/** The pid of the postmaster in service. */
export async function postmasterOf(dataDirectory: string): Promise<number> {
  const note = await findPostmasterNote((await layoutOf(dataDirectory)).clusterFolder);
  if (note === undefined) throw new Error('the embedded database does not run');
  return note.pid;
}
