// What the machine says of this process: the sockets it listens on, and files as they lie on disk.
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import type { BoundSocket } from '#config.ts';
import type { FileFacts, Host, Listener } from './instance.ts';

export function openHost(bound: () => readonly BoundSocket[]): Host {
  return { listListeners, bound, statFile, uid: process.getuid?.() ?? -1 };
}

/** proc_pid_net(5), tcp and tcp6: `local_address`, `st` (0A listens) and `inode`; only sockets that this process holds. */
async function listListeners(): Promise<readonly Listener[] | undefined> {
  const [own, ...tables] = await Promise.all([listOwnSockets(), readTable('tcp'), readTable('tcp6')]);
  if (own === undefined || tables.every((table) => table === undefined)) return undefined;
  return tables.flatMap((table) => (table ?? []).flatMap(({ inode, listener }) => (own.has(inode) ? [listener] : [])));
}

async function listOwnSockets(): Promise<ReadonlySet<string> | undefined> {
  const folder = '/proc/self/fd';
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined) return undefined;
  // A descriptor may be closed while the list is read.
  const links = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

type Entry = { readonly inode: string; readonly listener: Listener };

async function readTable(name: 'tcp' | 'tcp6'): Promise<readonly Entry[] | undefined> {
  const text = await readFile(`/proc/self/net/${name}`, 'utf8').catch(() => undefined);
  return text?.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    return state === '0A'
      ? [{ inode, listener: { address: readAddress(address), port: Number.parseInt(port, 16) } }]
      : [];
  });
}

/** Words of 32 bits in the byte order of the machine, which is little-endian wherever Node runs. */
export function readAddress(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) =>
    (word.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).toReversed(),
  );
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, at) => ((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0));
  return groups.map((group) => group.toString(16)).join(':');
}

async function statFile(path: string): Promise<FileFacts | undefined> {
  try {
    const found = await lstat(path);
    const kind = found.isFile()
      ? 'file'
      : found.isDirectory()
        ? 'directory'
        : found.isSymbolicLink()
          ? 'symbolic_link'
          : 'other';
    return { kind, mode: found.mode & 0o7777, uid: found.uid };
  } catch (error) {
    // Only absence is an answer; a folder that may not be read is a probe that fails.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
