// The shape of what comes: the real part with nothing in it yet, grey, out of reach of keyboard and screen reader.
import { Box, Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';

/** For parts whose data changes their words and not their height: nothing below them moves when it comes. */
export function Ghost({ children }: { readonly children: ReactNode }) {
  return (
    <Box role="status" aria-label="Loading" aria-busy="true">
      <Skeleton>
        <Box style={{ visibility: 'hidden' }}>{children}</Box>
      </Skeleton>
    </Box>
  );
}
