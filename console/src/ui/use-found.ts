// What a field to choose from offers while somebody types, and what those are called that are chosen.
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { type FinderKind, FINDERS, type Found } from './finders.ts';

const PAUSE_MS = 250;
const LENGTH_MAX = 100;
const NOBODY: readonly Found[] = [];

type Choosing = { readonly error: Error | null; readonly offered: readonly Found[]; readonly chosen: readonly Found[] };

/** `typed` is what stands in the field: words to search by, or the name of what is chosen. Nothing is asked for until it is wanted. */
export function useFound(kind: FinderKind, typed: string, values: readonly string[], isWanted = true): Choosing {
  const finder = FINDERS[kind];
  const known = useRef(new Map<string, Found>());
  const isName = [...known.current.values()].some(({ value, label }) => label === typed && values.includes(value));
  const [search] = useDebouncedValue(isName ? '' : typed.slice(0, LENGTH_MAX), PAUSE_MS);
  const found = useQuery({
    queryKey: [finder.list, 'to choose', kind, search],
    queryFn: ({ signal }) => finder.find(search, signal),
    placeholderData: (before) => before,
    enabled: isWanted,
  });
  const unknown = values.filter((value) => !known.current.has(value));
  const names = useQuery({
    queryKey: [finder.list, 'names', kind, ...unknown],
    queryFn: ({ signal }) => finder.name(unknown, signal),
    enabled: unknown.length > 0 && !found.isLoading,
  });
  for (const one of [...(found.data ?? NOBODY), ...(names.data ?? NOBODY)]) known.current.set(one.value, one);
  // What nobody could name stands there by its id, so that it can be taken away.
  const chosen = values.map((value) => known.current.get(value) ?? { value, label: value });
  return { error: found.error, offered: found.data ?? NOBODY, chosen };
}

/** Each once, what is chosen first. */
export function withChosen({ offered, chosen }: Pick<Choosing, 'offered' | 'chosen'>): Found[] {
  const values = new Set(chosen.map(({ value }) => value));
  return [...chosen, ...offered.filter(({ value }) => !values.has(value))];
}
