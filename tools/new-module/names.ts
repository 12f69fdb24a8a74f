// Every form in which a new module's name is written, worked out from `reading-lists`; and the names that cannot be.

export type ModuleNames = {
  /** `reading-lists`: folder, alias and path. */
  readonly module: string;
  /** `readingLists`: the value that modules.ts lists. */
  readonly value: string;
  /** `reading_list`: table, permissions, routes and audit events. */
  readonly resource: string;
  /** `ReadingList`: schemas and functions. */
  readonly type: string;
  /** `readingListId`: the parameter in paths. */
  readonly parameter: string;
  /** `rea`: what public ids begin with. */
  readonly prefix: string;
  /** `reading list`, `reading lists`: prose. */
  readonly words: string;
  readonly manyWords: string;
};

/** A file of a new module, as text. */
export type Template = (names: ModuleNames) => string;

/** What stands in the tree already, which a new module may not be called. */
export type TakenNames = {
  readonly modules: ReadonlySet<string>;
  readonly tables: ReadonlySet<string>;
  readonly prefixes: ReadonlySet<string>;
  readonly layers: ReadonlySet<string>;
};

export type NamesResult =
  | { readonly ok: true; readonly names: ModuleNames }
  | { readonly ok: false; readonly reason: string };

const NAME = /^[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*$/;
const NAME_LENGTH_MAX = 40;

/** Words that PostgreSQL takes for its own where a table's name is expected. */
const SQL_WORDS = new Set(
  (
    'all analyse analyze and any array as asc asymmetric authorization both case cast check collate collation column ' +
    'constraint create cross current default deferrable desc distinct do else end except false fetch for foreign freeze ' +
    'from full grant group having in initially inner intersect into is isnull join lateral leading left like limit ' +
    'localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references ' +
    'returning right select similar some symmetric table tablesample then to trailing true union unique user using ' +
    'variadic verbose when where window with'
  ).split(' '),
);
/** Words of the language that end in s or stand alone, so that a value cannot be called by them. */
const CODE_WORDS = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false ' +
    'finally for function if implements import in instanceof interface let new null package private protected public ' +
    'return static super switch this throw true try typeof undefined var void while with yield'
  ).split(' '),
);

/** The names for a module, or why there can be none. `singular` is needed where English is irregular. */
export function namesFor(module: string, singular: string, taken: TakenNames): NamesResult {
  for (const name of [module, singular]) {
    if (!NAME.test(name) || name.length > NAME_LENGTH_MAX) {
      return refuse(
        `"${name}" is no name: lower-case words joined by hyphens, at most ${String(NAME_LENGTH_MAX)} characters`,
      );
    }
  }
  const names = formsOf(module, singular, taken.prefixes);
  if (taken.modules.has(module)) return refuse(`the module ${module} exists`);
  if (taken.layers.has(module)) return refuse(`${module} is a part of the server that is no module`);
  if (SQL_WORDS.has(names.resource)) return refuse(`a table cannot be called ${names.resource}; give another singular`);
  if (taken.tables.has(names.resource)) return refuse(`the table ${names.resource} exists; give another singular`);
  if (CODE_WORDS.has(names.value)) return refuse(`a value cannot be called ${names.value}`);
  return { ok: true, names };
}

function refuse(reason: string): NamesResult {
  return { ok: false, reason };
}

/** The singular by the regular rules of English; irregular words are given by hand. */
export function singularOf(plural: string): string {
  if (/(?:ss|us|is)$/.test(plural)) return plural;
  if (plural.endsWith('ies')) return `${plural.slice(0, -3)}y`;
  if (/(?:sses|xes|ches|shes|zzes)$/.test(plural)) return plural.slice(0, -2);
  return plural.endsWith('s') ? plural.slice(0, -1) : plural;
}

function formsOf(module: string, singular: string, prefixes: ReadonlySet<string>): ModuleNames {
  const type = singular.split('-').map(capitalize).join('');
  return {
    module,
    value: lowerFirst(module.split('-').map(capitalize).join('')),
    resource: singular.replaceAll('-', '_'),
    type,
    parameter: `${lowerFirst(type)}Id`,
    prefix: freePrefix(singular.replaceAll('-', ''), prefixes),
    words: singular.replaceAll('-', ' '),
    manyWords: module.replaceAll('-', ' '),
  };
}

/** Three letters, or as many more as it takes to be the only one. */
function freePrefix(letters: string, taken: ReadonlySet<string>): string {
  for (let length = 3; length <= letters.length; length += 1) {
    if (!taken.has(letters.slice(0, length))) return letters.slice(0, length);
  }
  return `${letters}x`;
}

function capitalize(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}

function lowerFirst(word: string): string {
  return `${word.slice(0, 1).toLowerCase()}${word.slice(1)}`;
}
