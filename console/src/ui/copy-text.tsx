// Something that a person must copy: whole, never cut, with a button that says when it is done.
import { Box, Button, Code, Group } from '@mantine/core';
import { useRef, useState } from 'react';
import { say } from './toasts.ts';

type Props = { readonly label: string; readonly text: string };

export function CopyText({ label, text }: Props) {
  const shown = useRef<HTMLPreElement>(null);
  const [copied, setCopied] = useState<string>();
  const isCopied = copied === text;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(text);
      say(`The ${label} is copied`);
    } catch {
      // Not allowed here, as on pages without TLS: the next best is that one key does it.
      if (shown.current !== null) window.getSelection()?.selectAllChildren(shown.current);
      say(`The browser does not let this page copy; the ${label} is selected`);
    }
  };
  return (
    <Group gap="xs" wrap="nowrap" align="stretch">
      <Code
        block
        ref={shown}
        flex={1}
        miw={0}
        aria-label={label}
        style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
      >
        {text}
      </Code>
      <Box>
        <Button variant="default" onClick={() => void copy()} aria-label={`${isCopied ? 'Copied' : 'Copy'} ${label}`}>
          {isCopied ? 'Copied' : 'Copy'}
        </Button>
      </Box>
    </Group>
  );
}
