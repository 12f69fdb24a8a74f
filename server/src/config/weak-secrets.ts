// Judges whether a configured secret is one: not a placeholder, not published, long enough, not a pattern.
import { publishedSecrets, weakWords } from './published-secrets.ts';

/** What a secret of a kind must be. Bits are a pessimistic estimate of what a guesser has to try. */
export type SecretRule = { readonly charactersMin: number; readonly bitsMin: number };

export type SecretWeakness = 'placeholder' | 'published' | 'short' | 'predictable';

export type SecretJudgement =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: SecretWeakness; readonly problem: string };

/** A secret a machine made: 32 random bytes are 43 characters of base64url, 64 of hex. */
export const machineSecretRule: SecretRule = { charactersMin: 43, bitsMin: 200 };
/** A database password: 24 characters, random ones. */
export const databasePasswordRule: SecretRule = { charactersMin: 24, bitsMin: 72 };

const problems: Readonly<Record<SecretWeakness, (rule: SecretRule) => string>> = {
  placeholder: () => 'is the placeholder of a template',
  published: () => 'is a published default or example',
  short: (rule) => `is shorter than ${rule.charactersMin} characters`,
  predictable: () => 'is words, a pattern or a repetition rather than random',
};

const placeholder =
  /change[-_ ]?(?:me|this|it)\b|changeme|replace[-_ ]?(?:me|this|with)|\byour[-_ ]|\byour(?:secret|password|key|token)|example|placeholder|insecure|not[-_ ]?(?:a[-_ ]?)?secret|not[-_ ]?secure|put[-_ ]?your|insert[-_ ]?|^<.*>$|\$\{.*\}|\{\{.*\}\}|\bx{4,}\b|\*{4,}|\bto[-_]?do\b|\bfill(?:[-_ ](?:me|in)|(?:me|in)\b)/i;
const publishedPhraseCharactersMin = 16;
const decodeRounds = 2;

/**
 * The first weakness of a secret, the most telling first. Base64 and hex of text are judged as that text, because an
 * encoded default is still the default. A published secret that is not on our list and looks random passes: no rule
 * without the list can know it.
 */
export function judgeSecret(secret: string, rule: SecretRule): SecretJudgement {
  const forms = withDecodedForms(secret);
  const reason = findWeakness(forms, secret, rule);
  return reason === undefined ? { ok: true } : { ok: false, reason, problem: problems[reason](rule) };
}

/** Whether anybody could know the secret already, whatever its length. */
export function isKnownSecret(secret: string): boolean {
  return withDecodedForms(secret).some((form) => isPublished(form) || placeholder.test(form));
}

function findWeakness(forms: readonly string[], secret: string, rule: SecretRule): SecretWeakness | undefined {
  if (forms.some(isPublished)) return 'published';
  if (forms.some((form) => placeholder.test(form))) return 'placeholder';
  if (secret.length < rule.charactersMin) return 'short';
  return forms.some((form) => estimateBits(form) < rule.bitsMin) ? 'predictable' : undefined;
}

function isPublished(form: string): boolean {
  const lower = form.toLowerCase().trim();
  // `Postgres123!` is `postgres` to every guesser.
  const core = lower.replace(/^[^a-z]+|[^a-z]+$/g, '');
  return publishedSecrets.some(
    (known) =>
      lower === known ||
      (core === known && core !== '') ||
      (known.length >= publishedPhraseCharactersMin && lower.includes(known)),
  );
}

/** The text, and what it says when it is base64 or hex of text. */
function withDecodedForms(secret: string): readonly string[] {
  const forms = [secret];
  let last = secret;
  for (let round = 0; round < decodeRounds; round += 1) {
    const decoded = decodeToText(last);
    if (decoded === undefined) break;
    forms.push(decoded);
    last = decoded;
  }
  return forms;
}

function decodeToText(text: string): string | undefined {
  const isHex = text.length % 2 === 0 && /^(?:[0-9a-f]+|[0-9A-F]+)$/.test(text);
  const isBase64 = /^[A-Za-z0-9+/_-]{8,}={0,2}$/.test(text);
  if (!isHex && !isBase64) return undefined;
  const decoded = Buffer.from(text, isHex ? 'hex' : 'base64').toString('latin1');
  return decoded.length >= 4 && /^[\x20-\x7e]+$/.test(decoded) ? decoded : undefined;
}

/**
 * A pessimistic count of bits: a character is worth its alphabet, but almost nothing when it continues a run, repeats
 * four characters seen before, repeats a separator, or belongs to a word. A word between separators counts as one of
 * 8,000, one of those weak secrets are made of as one of 1,000.
 */
export function estimateBits(text: string): number {
  const perCharacter = Math.log2(alphabetSize(text));
  const costs = text.split('').map((unit, index) => (isContinued(text, index, unit) ? 1 : perCharacter));
  const plain = plainLetters(text);
  for (const match of text.matchAll(separateWord)) capWord(costs, match.index, match[0].length, 13);
  for (const word of weakWords) {
    for (let at = plain.indexOf(word); at >= 0; at = plain.indexOf(word, at + word.length)) {
      capWord(costs, at, word.length, 10);
    }
  }
  return costs.reduce((sum, cost) => sum + cost, 0);
}

const separateWord = /(?<![A-Za-z0-9])[A-Z]?[a-z]{1,14}(?![A-Za-z0-9])/g;

function capWord(costs: number[], at: number, length: number, bits: number): void {
  for (let offset = at; offset < at + length; offset += 1) {
    costs[offset] = Math.min(costs[offset] ?? 0, bits / length);
  }
}

function isContinued(text: string, index: number, unit: string): boolean {
  if (/[^A-Za-z0-9]/.test(unit) && text.indexOf(unit) < index) return true;
  const step = stepAt(text, index);
  if (index >= 2 && Math.abs(step) <= 1 && step === stepAt(text, index - 1)) return true;
  return index >= 4 && text.slice(0, index).includes(text.slice(index - 3, index + 1));
}

function stepAt(text: string, index: number): number {
  return text.charCodeAt(index) - text.charCodeAt(index - 1);
}

function alphabetSize(text: string): number {
  if (/^\d*$/.test(text)) return 10;
  if (/^(?:[0-9a-f]*|[0-9A-F]*)$/.test(text)) return 16;
  const classes: readonly (readonly [RegExp, number])[] = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/\d/, 10],
    [/[^A-Za-z0-9]/, 16],
  ];
  return classes.reduce((size, [pattern, count]) => size + (pattern.test(text) ? count : 0), 0);
}

/** Lower case with the usual digits and signs read as the letters they stand for, position by position. */
function plainLetters(text: string): string {
  const letters: Readonly<Record<string, string>> = {
    '0': 'o',
    '1': 'i',
    '3': 'e',
    '4': 'a',
    '5': 's',
    '7': 't',
    '@': 'a',
    $: 's',
  };
  return text
    .split('')
    .map((unit) => letters[unit] ?? unit.toLowerCase().charAt(0))
    .join('');
}
