// What can be said of a configured secret without saying the secret: how long, how hard to guess, whether known, which one.
import { reveal } from '#crypto/secret.ts';
import type { Config } from '../shape.ts';
import {
  databasePasswordRule,
  estimateBits,
  isKnownSecret,
  judgeSecret,
  machineSecretRule,
  type SecretRule,
} from '../weak-secrets.ts';

/** machine: made by a program for us · database: a role's password · foreign: chosen by whoever runs the other end. */
export type SecretClass = 'machine' | 'database' | 'foreign';

export const SECRET_RULES: Readonly<Record<SecretClass, SecretRule>> = {
  machine: machineSecretRule,
  database: databasePasswordRule,
  foreign: { charactersMin: 1, bitsMin: 0 },
};

export type ConfiguredSecret = { readonly setting: string; readonly class: SecretClass; readonly secret: string };

/** Every secret that the configuration holds, for the length of a look. */
export function listConfiguredSecrets(config: SecretSettings): readonly ConfiguredSecret[] {
  const { metricsCredential, database, outbound } = config;
  const target = database.kind === 'external' ? database.target.password : undefined;
  const migrator = database.kind === 'external' ? database.migrator?.password : undefined;
  const held = [
    { setting: 'HOLDFAST_METRICS_CREDENTIAL', class: 'machine', secret: metricsCredential },
    { setting: 'DATABASE_URL', class: 'database', secret: target },
    { setting: 'HOLDFAST_MIGRATOR_DATABASE_URL', class: 'database', secret: migrator },
    { setting: 'HOLDFAST_OUTBOUND_PROXY_CREDENTIAL', class: 'foreign', secret: outbound.proxy?.credential },
  ] as const;
  return held.flatMap(({ secret, ...rest }) =>
    secret === undefined ? [] : [{ ...rest, secret: reveal(secret, 'controls.judge_secret') }],
  );
}

export type SecretSettings = Pick<Config, 'metricsCredential' | 'database' | 'outbound'>;

/** Facts of one; `weakness` is what the rules of a start say of it. */
export function measureSecret({ setting, class: kind, secret }: ConfiguredSecret) {
  const judged = judgeSecret(secret, SECRET_RULES[kind]);
  return {
    setting,
    class: kind,
    characters: secret.length,
    bits: Math.floor(estimateBits(secret)),
    isKnown: isKnownSecret(secret),
    weakness: judged.ok ? null : judged.reason,
  };
}
