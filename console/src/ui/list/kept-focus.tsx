// A list whose row goes while a button of it has the focus: the list has it then, so that the keyboard stays where it was.
import { Box } from '@mantine/core';
import { type FocusEvent, type ReactNode, useEffect, useRef } from 'react';

type Props = {
  /** When they change a row may have gone. */
  readonly rows: readonly unknown[];
  readonly children: ReactNode;
};

export function KeptFocus({ rows, children }: Props) {
  const here = useRef<HTMLDivElement>(null);
  const hadFocus = useRef(false);
  const note = ({ relatedTarget }: FocusEvent): void => {
    // What is taken away gives the focus to nobody.
    if (relatedTarget !== null) hadFocus.current = here.current?.contains(relatedTarget) ?? false;
  };
  useEffect(() => {
    if (hadFocus.current && document.activeElement === document.body) here.current?.focus({ preventScroll: true });
  }, [rows]);
  return (
    <Box ref={here} tabIndex={-1} onFocus={() => (hadFocus.current = true)} onBlur={note}>
      {children}
    </Box>
  );
}
