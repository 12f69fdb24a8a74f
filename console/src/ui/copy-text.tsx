// Something that a person must copy: whole, never cut, with a button that says when it is done.
import { Box, Button, Code, CopyButton, Group } from '@mantine/core';

type Props = { readonly label: string; readonly text: string };

export function CopyText({ label, text }: Props) {
  return (
    <Group gap="xs" wrap="nowrap" align="stretch">
      <Code block flex={1} aria-label={label} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {text}
      </Code>
      <Box>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy} aria-label={`${copied ? 'Copied' : 'Copy'} ${label}`}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      </Box>
    </Group>
  );
}
