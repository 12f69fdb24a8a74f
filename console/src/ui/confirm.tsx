// Before something ends: what will, in words, and a button that says so too.
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { ActButton } from './act-button.tsx';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ProblemBox } from './problem-box.tsx';

type Props = {
  readonly isOpen: boolean;
  readonly title: string;
  /** What will end. */
  readonly children: ReactNode;
  readonly action: string;
  /** What is said when it has ended. */
  readonly done: string | ((reply: unknown) => string);
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
};

export function Confirm({ isOpen, title, children, action, done, onConfirm, onClose }: Props) {
  const confirming = useMutation({ mutationFn: onConfirm, onSuccess: onClose, meta: { done } });
  return (
    <Modal opened={isOpen} onClose={onClose} title={title} centered onExitTransitionEnd={keepFocus}>
      <Stack>
        <Text size="sm" component="div">
          {children}
        </Text>
        <ProblemBox error={confirming.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <ActButton color="red" loading={confirming.isPending} onClick={() => confirming.mutate()}>
            {action}
          </ActButton>
        </Group>
      </Stack>
    </Modal>
  );
}

/** What opened it has the focus again; when that went with what ended, the page has it. */
function keepFocus(): void {
  if (document.activeElement === document.body) document.querySelector<HTMLElement>('#main')?.focus();
}
