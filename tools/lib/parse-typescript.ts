// Parses TypeScript with the compiler's own parser, so that comments, strings and templates never count as code.
import { createVirtualFileSystem } from 'typescript/unstable/fs';
import type { SourceFile } from 'typescript/unstable/ast';
import { nextNumber, withProgram } from './open-program.ts';

const OPTIONS = { noLib: true, noResolve: true, types: [], allowImportingTsExtensions: true, noEmit: true };

/**
 * The syntax trees of sources given as path → text, by path. Nothing is resolved or type-checked.
 * Throws when a source has a syntax error or was not parsed, because a rule would then judge what it did not see.
 */
export function parseTypeScript(sources: ReadonlyMap<string, string>): ReadonlyMap<string, SourceFile> {
  if (sources.size === 0) return new Map();
  // A root that exists nowhere: every file the parser sees is one that was handed to it now.
  const root = `/sources/${nextNumber()}`;
  const configPath = `${root}/tsconfig.json`;
  const paths = [...sources.keys()];
  const files = Object.fromEntries([...sources].map(([path, text]) => [`${root}/${path}`, text]));
  const config = JSON.stringify({ compilerOptions: OPTIONS, files: paths });
  return withProgram(configPath, createVirtualFileSystem({ ...files, [configPath]: config }), (program) => {
    const errors = program.getSyntacticDiagnostics();
    if (errors.length > 0) {
      const lines = errors.map((error) => `${error.fileName?.slice(root.length + 1) ?? '?'}: ${error.text}`);
      throw new Error(`sources with syntax errors cannot be judged:\n${lines.join('\n')}`);
    }
    const trees = [...sources].map(([path, text]) => {
      const tree = program.getSourceFile(`${root}/${path}`);
      if (tree?.text !== text) throw new Error(`${path} was not parsed`);
      return [path, tree] as const;
    });
    return new Map(trees);
  });
}
