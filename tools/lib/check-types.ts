// Type-checks sources that differ from what is on disk, with the project's own options and the rest of the tree as it is.
import { resolve } from 'node:path';
import { nextNumber, withProgram } from './open-program.ts';
import { repositoryRoot } from './repository.ts';

export type TypeError = { readonly line: number; readonly code: number; readonly text: string };

/**
 * The errors in sources given as path → text, by path; paths are relative to the repository's root and need not exist.
 * Lines are 1-based. Nothing is written to disk. Throws when a source did not become part of the program.
 */
export function typeErrorsIn(sources: ReadonlyMap<string, string>): ReadonlyMap<string, readonly TypeError[]> {
  const configPath = resolve(repositoryRoot, `tsconfig.changed-${nextNumber()}.json`);
  const overlay = new Map([...sources].map(([path, text]) => [resolve(repositoryRoot, path), text]));
  overlay.set(configPath, JSON.stringify({ extends: './tsconfig.json', files: [...sources.keys()], include: [] }));
  // Undefined sends the question on to the real file system.
  const has = (path: string) => (overlay.has(path) ? true : undefined);
  const fileSystem = { readFile: (path: string) => overlay.get(path), fileExists: has };
  return withProgram(configPath, fileSystem, (program) => {
    const found = [...sources].map(([path, text]) => {
      const file = resolve(repositoryRoot, path);
      if (program.getSourceFile(file)?.text !== text) throw new Error(`${path} was not checked`);
      const errors = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      return [
        path,
        errors.map((error) => ({ line: lineAt(text, error.pos), code: error.code, text: error.text })),
      ] as const;
    });
    return new Map(found);
  });
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}
