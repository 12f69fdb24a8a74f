// A mutation: one small sabotage of the product, and the test that must turn red because of it.

export type Mutation = {
  /** Kebab-case, unique. */
  readonly name: string;
  /** Relative to the repository's root. */
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** `path of the test file :: part of the test's name`. */
  readonly mustTurnRed: `${string}.test.ts :: ${string}`;
  /** Needs no database, so it runs with every change. */
  readonly isQuick?: true;
};

export type Target = { readonly testFile: string; readonly testName: string };

export function targetOf({ mustTurnRed }: Mutation): Target {
  const at = mustTurnRed.indexOf(' :: ');
  return { testFile: mustTurnRed.slice(0, at), testName: mustTurnRed.slice(at + 4) };
}

/** What is wrong with the mutations before any is made: names, files, and texts that do not stand there exactly once. */
export function findStale(
  mutations: readonly Mutation[],
  read: (path: string) => string | undefined,
): readonly string[] {
  const names = mutations.map(({ name }) => name);
  return mutations.flatMap((mutation, index) => {
    const { name, file, find, replace } = mutation;
    const text = read(file);
    const times = text === undefined ? 0 : text.split(find).length - 1;
    return [
      ...(names.indexOf(name) === index ? [] : [`${name} is listed twice`]),
      ...(text === undefined ? [`${name}: ${file} is not there`] : []),
      ...(text === undefined || times === 1 ? [] : [`${name}: its text stands ${String(times)} times in ${file}`]),
      ...(find === replace ? [`${name} changes nothing`] : []),
      ...(read(targetOf(mutation).testFile) === undefined
        ? [`${name}: ${targetOf(mutation).testFile} is not there`]
        : []),
    ];
  });
}
