// What stands where data will: grey in the shape of what comes, and a word for those who cannot see it.
import { Box, Skeleton } from '@mantine/core';

export function Loading({ height }: { readonly height: number }) {
  return (
    <Box role="status" aria-label="Loading" aria-busy="true">
      <Skeleton h={height} />
    </Box>
  );
}
