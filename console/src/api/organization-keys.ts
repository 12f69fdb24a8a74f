// Keys of the organization that rest on people: who answers for them, or for whom they act.
import { call, type Reply } from './client.ts';
import { loadAll } from './load-all.ts';

type Key = Reply<'api_key.list'>['items'][number];
export type RestingKey = Pick<Key, 'id' | 'name'> & {
  readonly answers: readonly string[];
  readonly acts: readonly string[];
};

/** Those that rest on one of these people, as far as the caller sees keys. */
export async function findKeysRestingOn(
  userIds: readonly string[],
  signal: AbortSignal,
): Promise<readonly RestingKey[]> {
  const kinds = await Promise.all(
    (['service', 'publishable'] as const).map((kind) =>
      loadAll<Key>((query) => call('api_key.list', { query: { ...query, kind } }, signal)),
    ),
  );
  return restingOn(
    kinds.flatMap(({ rows }) => rows),
    userIds,
  );
}

type Known = Pick<Key, 'id' | 'name' | 'responsibleUserId' | 'actsFor' | 'revokedAt'>;

/** What was revoked rests on nobody; what has run out still does, as the server sees it. */
export function restingOn(keys: readonly Known[], userIds: readonly string[]): readonly RestingKey[] {
  return keys
    .filter(({ revokedAt }) => revokedAt === null)
    .map(({ id, name, responsibleUserId, actsFor }) => ({
      id,
      name,
      answers: userIds.filter((one) => one === responsibleUserId),
      acts: userIds.filter((one) => actsFor?.includes(one) === true),
    }))
    .filter(({ answers, acts }) => answers.length + acts.length > 0);
}
