// The one strict schema of every setting.
import { z } from 'zod';
import { keyFacts, type KeyFacts } from './key.ts';
import { dataKeys } from './keys-data.ts';
import { limitKeys } from './keys-limits.ts';
import { mailKeys } from './keys-mail.ts';
import { networkKeys } from './keys-network.ts';
import { outboundKeys } from './keys-outbound.ts';

export const Settings = z.strictObject({ ...networkKeys, ...outboundKeys, ...mailKeys, ...dataKeys, ...limitKeys });
export type Settings = z.output<typeof Settings>;
export type SettingKey = keyof Settings;

/** A setting and its facts. */
export type DescribedKey = KeyFacts & { readonly key: SettingKey };

/** Every setting in the order of the schema. Throws when one has no facts, which only a programming error makes. */
export function listKeys(): readonly DescribedKey[] {
  return Object.entries(Settings.shape).map(([key, schema]) => {
    const facts = keyFacts.get(schema);
    if (facts === undefined) throw new TypeError(`the setting ${key} is not described`);
    // Object.entries forgets that these are the keys of the shape.
    return { ...facts, key: key as SettingKey };
  });
}

/** The settings that are secrets and may come from a file. */
export function listSecretKeys(): readonly SettingKey[] {
  return listKeys().flatMap((described) => (described.secret === true ? [described.key] : []));
}
