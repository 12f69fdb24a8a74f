// Where the checks find the repository they belong to, whatever folder they are started from.
import { resolve } from 'node:path';

/** Absolute path of the repository's root folder. */
export const repositoryRoot = resolve(import.meta.dirname, '..', '..');
