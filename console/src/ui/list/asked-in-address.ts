// What is asked of a list stands in the address: it survives a reload, can be sent to somebody, and the way back is the browser's.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Asked } from './column.ts';

/** `names` are the parameters of this list; others in the address are left alone. */
export function useAskedInAddress(names: readonly string[]): readonly [Asked, (change: Asked) => void] {
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Readonly<Record<string, unknown>>;
  const texts = names.map((name) => textOf(search[name]));
  const key = JSON.stringify(texts);
  const asked = useMemo(
    () => Object.fromEntries(names.flatMap((name, at) => (texts[at] === undefined ? [] : [[name, texts[at]]]))),
    // The texts alone decide; the lists are made anew at every render.
    [key],
  );
  const ask = (change: Asked) =>
    void navigate({
      to: '.',
      // Which parameters a page has is known to its list alone, not to the router's types.
      search: ((before: object) => ({ ...before, ...emptyAsMissing(change) })) as never,
      hash: true,
      replace: true,
    });
  return [asked, ask];
}

/** A text that looks like a number or a word of JSON was read as one. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return value === undefined || value === null ? undefined : JSON.stringify(value);
}

function emptyAsMissing(change: Asked): Asked {
  return Object.fromEntries(Object.entries(change).map(([name, value]) => [name, value === '' ? undefined : value]));
}
