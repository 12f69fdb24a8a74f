// Seals what RB8 tried at a place, with what the instance said that it ended.
import type { ProbeTools } from '@holdfast/controls/control.ts';
import type { Evidence } from '@holdfast/controls/evidence.ts';
import { type Acting, SESSION } from '#verification/account-asking.ts';
import { sealAttempt } from '#verification/asking.ts';
import { triesOf } from '#verification/families.ts';
import { FAMILIES } from './rb8-judge.ts';

/** `told` by name, such as "apiKeys 1, sessions 2"; null where nothing is said. `isTold` is false where nothing could be read yet. */
export type Told = { readonly isTold: boolean; readonly told: string | null };

type Seen = {
  readonly statuses: Readonly<Record<string, number>>;
  readonly told?: Told | undefined;
  readonly more?: Readonly<Record<string, number>>;
};

export function seal({ web }: Pick<Acting, 'web'>, at: string, seen: Seen, tools: ProbeTools): Evidence {
  const { statuses, told, more } = seen;
  const family = FAMILIES[at];
  const facts = { tries: family === undefined ? [] : triesOf(family, statuses), ...told, ...more };
  return sealAttempt(web, { subject: `GET ${SESSION} after ${at}`, at, facts }, tools);
}
