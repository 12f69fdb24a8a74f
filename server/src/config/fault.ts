// What is wrong with a configuration and how to mend it, in words that are safe to print.
import { looksLikeSecret } from './secret-shapes.ts';

/** One thing to mend. `key` names the setting (several joined by ` / `); no text ever holds a secret. */
export type Fault = { readonly key: string; readonly problem: string; readonly fix: string };

/** Something worth knowing that does not stop the start. */
export type Warning = Fault;

/** A text turned into a value, or the reason it can't be; `fix` only where the usual one would not help. */
export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string; readonly fix?: string };

const shownCharactersMax = 60;

/** A value as it may stand in a message: short, harmless text only, because a secret may sit in the wrong setting. */
export function quoteValue(text: string): string {
  if (text.length > shownCharactersMax || /[^\x20-\x7e]/.test(text)) return 'the value (not shown)';
  if (text.includes('@') || looksLikeSecret(text)) return 'the value (not shown)';
  return `'${text}'`;
}

/** Replaces characters that could steer a terminal or reorder text, so that a message prints as it reads. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}
