// Parts of a page below each other, whose heights nobody knows before their data: they are shown at once, and stand.
import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { Loading } from './loading.tsx';

type Props = { readonly isWaiting: boolean; readonly children: ReactNode };

/** The parts are there while they wait, so that each asks for its data; nobody sees them yet. */
export function Together({ isWaiting, children }: Props) {
  return (
    <>
      {isWaiting ? <Loading height={480} /> : null}
      <Stack gap="lg" display={isWaiting ? 'none' : undefined}>
        {children}
      </Stack>
    </>
  );
}
