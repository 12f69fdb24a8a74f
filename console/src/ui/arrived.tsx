// What came in the place of what had the focus: it goes here, so that it is read out and the keyboard goes on from it.
import { Stack } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';

type Props = { readonly label: string; readonly children: ReactNode };

export function Arrived({ label, children }: Props) {
  const here = useRef<HTMLDivElement>(null);
  useEffect(() => here.current?.focus(), []);
  return (
    <Stack ref={here} gap="sm" tabIndex={-1} role="group" aria-label={label}>
      {children}
    </Stack>
  );
}
