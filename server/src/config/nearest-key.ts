// Finds what a misspelled setting was meant to be.

// Names people guess; distance alone would not lead from these to the right setting.
const otherNames: Readonly<Record<string, string>> = {
  HOLDFAST_HOST: 'HOLDFAST_LISTEN',
  HOLDFAST_BIND: 'HOLDFAST_LISTEN',
  HOLDFAST_ADDRESS: 'HOLDFAST_LISTEN',
  HOLDFAST_HTTP_PORT: 'HOLDFAST_PORT',
  HOLDFAST_METRICS_PORT: 'HOLDFAST_PRIVATE_PORT',
  HOLDFAST_BASE_URL: 'HOLDFAST_PUBLIC_URL',
  HOLDFAST_URL: 'HOLDFAST_PUBLIC_URL',
  HOLDFAST_DOMAIN: 'HOLDFAST_PUBLIC_URL',
  HOLDFAST_ENV: 'HOLDFAST_ENVIRONMENT',
  HOLDFAST_DATABASE_URL: 'DATABASE_URL',
  HOLDFAST_DATABASE_URL_FILE: 'DATABASE_URL_FILE',
  HOLDFAST_POSTGRES_URL: 'DATABASE_URL',
  HOLDFAST_DB_URL: 'DATABASE_URL',
  HOLDFAST_MASTER_KEY: 'HOLDFAST_MASTER_KEY_FILE',
  HOLDFAST_ENCRYPTION_KEY: 'HOLDFAST_MASTER_KEY_FILE',
  HOLDFAST_SECRET_KEY: 'HOLDFAST_MASTER_KEY_FILE',
  HOLDFAST_TRUST_PROXY: 'HOLDFAST_TRUSTED_PROXIES',
  HOLDFAST_ALLOWED_ORIGINS: 'HOLDFAST_CORS_ORIGINS',
};

/** The known key that is meant, or undefined when none is near: at most a third of the name may differ. */
export function findNearestKey(unknown: string, known: readonly string[]): string | undefined {
  const wanted = unknown.toUpperCase().replaceAll('-', '_');
  const other = otherNames[wanted];
  if (other !== undefined) return other;
  let best: { readonly key: string; readonly edits: number } | undefined;
  for (const key of known) {
    const edits = countEdits(wanted, key);
    if (best === undefined || edits < best.edits) best = { key, edits };
  }
  const own = wanted.replace(/^HOLDFAST_/, '').length;
  return best !== undefined && best.edits <= Math.max(1, Math.floor(own / 3)) ? best.key : undefined;
}

/** Insertions, deletions, replacements and swaps of neighbors between two texts. */
export function countEdits(from: string, to: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = at(last, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const isSwap = row > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const swapped = isSwap ? at(beforeLast, column - 2) + 1 : Infinity;
      current.push(Math.min(at(last, column) + 1, at(current, column - 1) + 1, replaced, swapped));
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
