// Reads a template of an environment file: which settings it offers, which are active, which would hold a secret.
import { listSecretKeys } from '../schema.ts';

export type TemplateFacts = {
  readonly settings: number;
  /** Settings that hold as the file is. */
  readonly active: readonly string[];
  /** Settings whose value would be the secret itself. */
  readonly secrets: readonly string[];
};

/** A line is a setting with or without a `#`, quotes and `export` as shells and services read them. */
const SETTING = /^\s*(?<off>#)?\s*(?:export\s+)?(?<name>[A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?<value>.*)$/;

export function readTemplate(text: string): TemplateFacts {
  const found = text.split(/\r?\n/).flatMap((line) => {
    const { off, name, value } = SETTING.exec(line)?.groups ?? {};
    return name === undefined ? [] : [{ name, isActive: off === undefined, isEmpty: (value ?? '').trim() === '' }];
  });
  const secretKeys: ReadonlySet<string> = new Set(listSecretKeys());
  return {
    settings: found.length,
    active: found.filter(({ isActive }) => isActive).map(({ name }) => name),
    secrets: found
      .filter(({ name, isEmpty }) => secretKeys.has(name.toUpperCase()) && !isEmpty)
      .map(({ name }) => name),
  };
}
