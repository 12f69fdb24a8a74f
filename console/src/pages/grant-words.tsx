// What lists of grants share: their columns, and what to read anew when one has changed.
import { Badge } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { Reply } from '../api/client.ts';
import type { Column } from '../ui/list/column.ts';
import { Time } from '../ui/time.tsx';

export type Grant = Reply<'grant.list'>['items'][number];

export function nameOfObject({ object }: Grant): string {
  return object.name ?? object.id;
}

export const grantColumns = [
  { title: 'To', text: ({ to }) => (to.kind === 'everybody' ? to.name : `${to.name} (${to.kind})`), sort: 'to' },
  {
    title: 'As',
    text: ({ level, isOver }) => (isOver ? `${level}, over` : level),
    show: ({ level, isOver }) => <Badge color={isOver ? 'gray' : 'hold'}>{isOver ? `${level}, over` : level}</Badge>,
  },
  { title: 'By', text: ({ givenBy }) => givenBy ?? '' },
  {
    title: 'Until',
    text: ({ expiresAt }) => expiresAt ?? '',
    show: ({ expiresAt }) => <Time at={expiresAt} none="without end" />,
    sort: 'expiresAt',
  },
  {
    title: 'Granted',
    text: ({ createdAt }) => createdAt,
    show: ({ createdAt }) => <Time at={createdAt} />,
    sort: 'createdAt',
  },
] as const satisfies readonly Column<Grant, 'to' | 'expiresAt' | 'createdAt'>[];

export const GRANT_LISTS = [
  'grant.list',
  'grant.list_of_member',
  'granted_object.list',
  'provider.list',
  'api_key.list',
] as const;

/** Lists show what was granted, so they may be others now. */
export function useGrantsChanged(): () => Promise<unknown> {
  const client = useQueryClient();
  return () => Promise.all(GRANT_LISTS.map((key) => client.invalidateQueries({ queryKey: [key] })));
}
