// What others granted to who is signed in: which objects, and of which level, for actions on single things.
import { useQuery } from '@tanstack/react-query';
import { call, type Reply } from './client.ts';
import { type Level, LEVELS } from './levels.ts';
import { loadAll } from './load-all.ts';

export const GRANTED = ['granted_object.list', 'mine'] as const;

/** The highest level by the id of the object; what is not in it was not granted. */
export function useGranted(): ReadonlyMap<string, Level> {
  const found = useQuery({
    queryKey: GRANTED,
    queryFn: ({ signal }) => loadAll<Granted>((query) => call('granted_object.list', { query }, signal)),
  });
  return highestLevels(found.data?.rows ?? []);
}

type Granted = Pick<Reply<'granted_object.list'>['items'][number], 'object' | 'level'>;

export function highestLevels(granted: readonly Granted[]): ReadonlyMap<string, Level> {
  const levels = new Map<string, Level>();
  for (const { object, level } of granted) {
    const before = levels.get(object.id);
    if (before === undefined || LEVELS.indexOf(level) > LEVELS.indexOf(before)) levels.set(object.id, level);
  }
  return levels;
}
