// The shape of a page whose data is on its way, part by part: what comes stands where its grey stood.
import { Box, Group, Skeleton, Stack } from '@mantine/core';

const SHAPES = {
  head: <Skeleton h={24} w={180} />,
  line: <Skeleton h={16} maw={560} />,
  bar: <Skeleton h={8} />,
  field: <Skeleton h={36} maw={340} mt={24} />,
  toolbar: (
    <Group gap="xs">
      <Skeleton h={36} w={220} maw="60%" />
      <Skeleton h={36} w={120} maw="30%" />
    </Group>
  ),
  row: (
    <Group gap="md" wrap="nowrap">
      {['30%', '25%', '15%', '20%'].map((width, at) => (
        <Skeleton key={at} h={26} w={width} />
      ))}
    </Group>
  ),
  card: <Skeleton h={130} />,
} as const;
export type LoadingPart = keyof typeof SHAPES;

const PAGE_OF_ROWS = Array.from({ length: 6 }, (): LoadingPart => 'row');
/** A list that is searched. */
export const LIST: readonly LoadingPart[] = ['toolbar', ...PAGE_OF_ROWS];

export function LoadingParts({ parts }: { readonly parts: readonly LoadingPart[] }) {
  return (
    <Box role="status" aria-label="Loading" aria-busy="true">
      <Stack gap="sm">
        {parts.map((part, at) => (
          <Box key={at}>{SHAPES[part]}</Box>
        ))}
      </Stack>
    </Box>
  );
}
