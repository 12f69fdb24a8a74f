// One compiler process for all checks of this process: each opens a program over the files it hands over.
import { API, type Program } from 'typescript/unstable/sync';
import type { FileSystem } from 'typescript/unstable/fs';

let compiler: API | undefined;
let files: FileSystem = {};

/**
 * Runs `work` on the program of a configuration file, which it may use until it returns. Files come from `fileSystem`
 * first; what that leaves undefined, from the disk. The compiler remembers which files exist, so a name of a
 * configuration is used once, and so are the names of files that the next call would not find any more.
 */
export function withProgram<T>(config: string, fileSystem: FileSystem, work: (program: Program) => T): T {
  files = fileSystem;
  compiler ??= new API({
    fs: {
      readFile: (path) => files.readFile?.(path),
      fileExists: (path) => files.fileExists?.(path),
      directoryExists: (path) => files.directoryExists?.(path),
      getAccessibleEntries: (path) => files.getAccessibleEntries?.(path),
      realpath: (path) => files.realpath?.(path),
    },
  });
  // What was read for an earlier call may read otherwise now.
  using snapshot = compiler.updateSnapshot({ openProjects: [config], fileChanges: { invalidateAll: true } });
  const program = snapshot.getProject(config)?.program;
  if (program === undefined) throw new Error('the compiler opened no project');
  try {
    return work(program);
  } finally {
    compiler.updateSnapshot({ closeProjects: [config] }).dispose();
  }
}

let opened = 0;

/** A number that no other call in this process got, for names that are used once. */
export function nextNumber(): string {
  opened += 1;
  return String(opened);
}
