// The files of the console as it was built: what a first visit loads, and what pages load beyond it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

export type Chunk = { readonly name: string; readonly bytes: number };

/** Sizes after gzip, largest first; names without their hash. Throws when the console was not built. */
export function readChunks(): { readonly first: readonly Chunk[]; readonly further: readonly Chunk[] } {
  const dist = fileURLToPath(new URL('../../console/dist/', import.meta.url));
  if (!existsSync(dist)) throw new Error('the console was not built: npm run build');
  const page = readFileSync(`${dist}index.html`, 'utf8');
  const files = readdirSync(`${dist}assets`).filter((name) => name.endsWith('.js'));
  const chunkOf = (file: string): Chunk => ({
    name: file.replace(/-[\w-]{8}\.js$/, ''),
    bytes: gzipSync(readFileSync(`${dist}assets/${file}`)).length,
  });
  const isFirst = (file: string): boolean => page.includes(`/assets/${file}`);
  const sorted = (chunks: readonly Chunk[]): readonly Chunk[] =>
    chunks.toSorted((one, other) => other.bytes - one.bytes);
  return {
    first: sorted(files.filter(isFirst).map(chunkOf)),
    further: sorted(files.filter((file) => !isFirst(file)).map(chunkOf)),
  };
}
