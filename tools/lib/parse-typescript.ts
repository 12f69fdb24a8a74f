// Parses TypeScript with the compiler's own parser, so that comments, strings and templates never count as code.
import { API } from 'typescript/unstable/sync';
import { type FileSystem, createVirtualFileSystem } from 'typescript/unstable/fs';
import type { SourceFile } from 'typescript/unstable/ast';

const OPTIONS = { noLib: true, noResolve: true, types: [], allowImportingTsExtensions: true, noEmit: true };

/**
 * The syntax trees of sources given as path → text, by path. Nothing is resolved or type-checked.
 * Throws when a source has a syntax error or was not parsed, because a rule would then judge what it did not see.
 */
export function parseTypeScript(sources: ReadonlyMap<string, string>): ReadonlyMap<string, SourceFile> {
  const paths = [...sources.keys()];
  // A root of its own, which exists nowhere: every file the parser sees is one that was handed to it now.
  parses += 1;
  const root = `/sources/${String(parses)}`;
  const config = JSON.stringify({ compilerOptions: OPTIONS, files: paths });
  const files = { [`${root}/tsconfig.json`]: config, ...prefixed(root, sources) };
  using snapshot = openSnapshot(createVirtualFileSystem(files), `${root}/tsconfig.json`);
  const program = snapshot.getProject(`${root}/tsconfig.json`)?.program;
  if (program === undefined) throw new Error('the TypeScript parser opened no project');
  const errors = program.getSyntacticDiagnostics();
  if (errors.length > 0) {
    const lines = errors.map((error) => `${error.fileName?.slice(root.length + 1) ?? '?'}: ${error.text}`);
    throw new Error(`sources with syntax errors cannot be judged:\n${lines.join('\n')}`);
  }
  const trees = paths.map((path) => {
    const tree = program.getSourceFile(`${root}/${path}`);
    if (tree === undefined) throw new Error(`${path} was not parsed`);
    return [path, tree] as const;
  });
  return new Map(trees);
}

let parses = 0;
let parser: API | undefined;
let files: FileSystem = {};

/** One parser process serves every call; it ends with this process and keeps it from nothing. */
function openSnapshot(fileSystem: FileSystem, config: string) {
  files = fileSystem;
  parser ??= new API({
    cwd: '/sources',
    fs: {
      readFile: (path) => files.readFile?.(path),
      fileExists: (path) => files.fileExists?.(path),
      directoryExists: (path) => files.directoryExists?.(path),
      getAccessibleEntries: (path) => files.getAccessibleEntries?.(path),
      realpath: (path) => files.realpath?.(path),
    },
  });
  return parser.updateSnapshot({ openProjects: [config] });
}

function prefixed(root: string, sources: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...sources].map(([path, text]) => [`${root}/${path}`, text]));
}
