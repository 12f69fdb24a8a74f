// What the operating system says a process listens on, whatever the process says of itself.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** `address port`, sorted, of every TCP socket on which the process listens. Linux only. */
export function listeningSockets(pid: number): readonly string[] {
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((kind) => readTable(`/proc/${pid}/net/${kind}`, own)).toSorted();
}

/** proc_pid_net(5): columns local_address, rem_address, st (0A = LISTEN), …, inode. */
function readTable(path: string, own: ReadonlySet<string>): readonly string[] {
  const lines = readFileSync(path, 'utf8').trim().split('\n').slice(1);
  return lines.flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const [hexAddress = '', hexPort = ''] = (columns[1] ?? '').split(':');
    if (columns[3] !== '0A' || !own.has(columns[9] ?? '')) return [];
    return [`${decodeAddress(hexAddress)} ${Number.parseInt(hexPort, 16)}`];
  });
}

/** Words of 32 bits in the machine's order, which is little-endian wherever we run. */
function decodeAddress(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => [...Buffer.from(word, 'hex')].toReversed());
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((bytes[2 * at] ?? 0) * 256 + (bytes[2 * at + 1] ?? 0)).toString(16),
  );
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
