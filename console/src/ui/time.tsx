// An instant as people read it: local, with the exact UTC behind it.
import { Text, Tooltip } from '@mantine/core';

const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export function Time({ at, none = '–' }: { readonly at: string | null; readonly none?: string }) {
  if (at === null)
    return (
      <Text span c="dimmed" inherit>
        {none}
      </Text>
    );
  return (
    <Tooltip label={at}>
      <time dateTime={at}>{format.format(new Date(at))}</time>
    </Tooltip>
  );
}
