// What is asked of a list that stands in no address.
import { useState } from 'react';
import type { Asked } from './column.ts';

/** What is asked now, and how a part of it is changed. */
export function useAskedHere(): readonly [Asked, (change: Asked) => void] {
  const [asked, setAsked] = useState<Asked>({});
  return [asked, (change) => setAsked((before) => ({ ...before, ...change }))];
}
