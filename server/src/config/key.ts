// Defines one setting: its rule, and everything the reference and the messages say about it.
import { z } from 'zod';
import type { Reading } from './fault.ts';

/** A kind of value: how it reads, and `form`, the words for what is accepted ("a whole number from 1 to 9"). */
export type Kind<T> = { readonly form: string; readonly schema: z.ZodType<T, string> };

/** Groups in the order of the reference. */
export const groups = [
  'Listening and exposure',
  'Outbound calls',
  'Mail',
  'Data',
  'Keys and secrets',
  'Sessions',
  'Limits',
  'Rates',
  'Observation and contact',
] as const;

/** What is said about a setting. `unset` says what happens without it where there is no plain default. */
export type KeyFacts = {
  readonly group: (typeof groups)[number];
  readonly text: string;
  readonly form: string;
  readonly example: string;
  readonly unit?: string;
  readonly default?: string;
  readonly unset?: string;
  /** A secret: its value is never shown, and `<KEY>_FILE` may name a file that holds it. */
  readonly secret?: true;
};

type Described = Omit<KeyFacts, 'form' | 'default' | 'unset'>;

/** The facts of each setting, hung on its schema. */
export const keyFacts = z.registry<KeyFacts>();

/** A setting with a default, which is read by the same rule as a given value. */
export function defaultedKey<T>(kind: Kind<T>, facts: Described & { readonly default: string }) {
  return kind.schema.prefault(facts.default).register(keyFacts, { ...facts, form: kind.form });
}

/** A setting that may be absent; `unset` says what holds then. */
export function optionalKey<T>(kind: Kind<T>, facts: Described & { readonly unset: string }) {
  return kind.schema.optional().register(keyFacts, { ...facts, form: kind.form });
}

/** Makes a kind from a reader of one text. Every kind refuses empty, quoted, padded and unexpanded values first. */
export function defineKind<T>(
  form: string,
  read: (text: string) => Reading<T>,
  layout: 'line' | 'lines' = 'line',
): Kind<T> {
  const schema = z.string().transform((text, context) => {
    const problem = findSlip(text, layout);
    const reading: Reading<T> = problem === undefined ? read(text) : { ok: false, problem };
    if (reading.ok) return reading.value;
    context.addIssue({ code: 'custom', message: reading.problem, params: { fix: reading.fix } });
    return z.NEVER;
  });
  return { form, schema };
}

/** Slips of env files, shells and templates: an empty value would mean "everything" to a careless reader. */
function findSlip(text: string, layout: 'line' | 'lines'): string | undefined {
  if (text.trim() === '') return 'is set but empty; remove it or give it a value';
  const isControl = layout === 'line' ? /\p{Cc}/u : /[^\P{Cc}\n\r\t]/u;
  if (isControl.test(text)) return 'holds a control character or a line break';
  if (layout === 'line' && text !== text.trim()) return 'has spaces around the value';
  if (/^(["'`]).*\1$/s.test(text)) return 'has quotes that became part of the value';
  if (/\$\{[^}]*\}|\{\{.*\}\}|^<[^<>]*>$|^\$[A-Z_]+$/s.test(text)) return 'still holds the placeholder of a template';
  return undefined;
}
