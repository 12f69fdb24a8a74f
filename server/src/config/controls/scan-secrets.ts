// Finds secrets that stand in files: keys by their form, private keys, passwords in addresses, and literals where a secret belongs.
import { estimateBits, judgeSecret } from '../weak-secrets.ts';

/** What was found, and where; never the secret. */
export type FoundSecret = { readonly line: number; readonly what: string };

/** In a template every literal is the same for whoever uses it; in a source only what a guesser would not find by itself, or knows. */
export type ScannedAs = 'source' | 'template';

type Form = { readonly what: string; readonly pattern: RegExp };

/** The ids of the keys that the specification of our own API keys shows, and its test vectors. Nobody ever made them. */
const EXAMPLE_KEYS = '0{26}|7z{25}|80{25}|01k7ht2q00fay8vvr14d2pf2db|01fwhe4ydgfk1shh6w1g60eecf';

/** Keys whose make can be told by their form; the part that is random is a group, and must look it. */
const FORMS: readonly Form[] = [
  { what: 'a private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\\[nr]|\s|["'`+,])*([A-Za-z0-9+/=]{40,})/g },
  { what: 'an API key', pattern: /\b(?:sk|rk)[-_](?:ant-|proj-|live_|test_)?([A-Za-z0-9_-]{20,})/g },
  {
    what: 'an API key',
    pattern: /\b(?:gh[oprsu]_|github_pat_|glpat-|hvs\.|AIza|whsec_|GOCSPX-)([A-Za-z0-9_+/-]{20,})/g,
  },
  {
    what: 'an API key',
    pattern: new RegExp(String.raw`\bhf_[a-z]{2,10}_(?!${EXAMPLE_KEYS})[a-z0-9]{26}_([a-z0-9]{20,})`, 'gi'),
  },
  { what: 'an API key', pattern: /\bxox[a-z]-([A-Za-z0-9-]{20,})/g },
  { what: 'an access key', pattern: /\b(?:AKIA|ASIA)([0-9A-Z]{16})\b/g },
  { what: 'a token', pattern: /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.([\w-]{16,})/g },
  {
    what: 'a password in an address',
    pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s/?#@:"'`]{0,128}:([^\s/?#@"'`${}<>]{8,})@/gi,
  },
];
/** Less than the shortest random secret has; more than words have. */
const BITS_MIN = 64;

const SECRET_NAME = String.raw`[\w.-]{0,64}(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|secret[_-]?key|master[_-]?key|encryption[_-]?key|signing[_-]?key|credentials?)`;
/** `name = 'value'`, `"name": "value"`, `name: string = "value"` with a value that has no spaces and no interpolation. */
const LITERAL = new RegExp(
  String.raw`(?<![\w$])["']?${SECRET_NAME}["']?\s{0,4}(?::\s{0,4}[A-Za-z]{1,20}\s{0,4})?[=:]\s{0,4}["'\x60](?<value>[^\s"'\x60$\\]{8,})["'\x60]`,
  'gi',
);
/** A line of an environment file, a compose file, a manifest or an image: `NAME=value`, `NAME: value`, `ENV NAME value`. */
const VARIABLE = new RegExp(
  String.raw`^[ \t]*#?[ \t]*(?:-[ \t]+|export[ \t]+|ENV[ \t]+|ARG[ \t]+)?["']?(?<name>${SECRET_NAME}|[\w.-]{0,64}DATABASE_URL)["']?(?:[ \t]*[=:][ \t]*|[ \t]+(?=\S))["']?(?<value>[^\r\n"'#]*)`,
  'gim',
);

/** A flag that takes a secret, in a command that a file runs: `--token=value`, `"--password", "value"`. */
const FLAG = new RegExp(
  String.raw`(?<=[\s"'\[])--${SECRET_NAME}(?:=|["']?,?\s{1,4}["']?)(?<value>[^\s"',$\]]{4,})`,
  'gi',
);

/** Every secret in a text, line by line. Linear in its length. */
export function scanText(text: string, as: ScannedAs): readonly FoundSecret[] {
  const found = [
    ...findForms(text),
    ...(as === 'template' ? [...findVariables(text), ...findFlags(text)] : findLiterals(text)),
  ];
  const byPlace = new Map(
    found.map(({ index, what }) => [`${lineAt(text, index)} ${what}`, { line: lineAt(text, index), what }]),
  );
  return [...byPlace.values()].toSorted((one, other) => one.line - other.line);
}

type Found = { readonly index: number; readonly what: string };

function findForms(text: string): readonly Found[] {
  return FORMS.flatMap(({ what, pattern }) =>
    [...text.matchAll(pattern)].flatMap((match) => {
      const secret = match[1] ?? '';
      return estimateBits(secret) >= BITS_MIN || isKnownPassword(what, secret) ? [{ index: match.index, what }] : [];
    }),
  );
}

/** An address with a default password in it is one that works; one with the word `password` says where yours goes. */
function isKnownPassword(what: string, secret: string): boolean {
  return what === 'a password in an address' && isPublished(secret) && !/^password$/i.test(secret);
}

/** Known to everybody whatever its length. Placeholders tell a reader what to do, and are refused where they are configured. */
function isPublished(secret: string): boolean {
  const judged = judgeSecret(secret, { charactersMin: 0, bitsMin: 0 });
  return !judged.ok && judged.reason === 'published';
}

function findLiterals(text: string): readonly Found[] {
  return [...text.matchAll(LITERAL)].flatMap((match) => {
    const value = match.groups?.['value'] ?? '';
    return isRandom(value) || isDefault(value)
      ? [{ index: match.index, what: 'a literal in the place of a secret' }]
      : [];
  });
}

function isRandom(value: string): boolean {
  return /\d/.test(value) && /[a-z]/i.test(value) && !/[()[\]{}<>|]/.test(value) && estimateBits(value) >= BITS_MIN;
}

/** A name of something is no secret; a default that everybody knows is one that works. */
function isDefault(value: string): boolean {
  return /[\d@!_-]/.test(value) && isPublished(value);
}

function findVariables(text: string): readonly Found[] {
  return [...text.matchAll(VARIABLE)].flatMap((match) => {
    const { name = '', value = '' } = match.groups ?? {};
    return holdsSecret(name, value.trim()) ? [{ index: match.index, what: 'a secret in a template' }] : [];
  });
}

function findFlags(text: string): readonly Found[] {
  return [...text.matchAll(FLAG)].flatMap((match) =>
    match.groups?.['value']?.startsWith('/') === true
      ? []
      : [{ index: match.index, what: 'a secret on a command line' }],
  );
}

function holdsSecret(name: string, value: string): boolean {
  // What others fill in: nothing, a variable without a default, a path.
  if (value === '' || /^\$\{?\w+(?::?\?[^}]*)?\}?$/.test(value) || /^\{\{.*\}\}$|^\/[\w./-]+$/.test(value))
    return false;
  if (!/DATABASE_URL$/i.test(name)) return true;
  return /:\/\/[^\s/?#@:]*:(?!\$\{?\w+\}?@)[^\s/?#@]+@/.test(value);
}

function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
