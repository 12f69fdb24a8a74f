// The command palette: any page and the main actions from the keyboard (Mod+K). A combobox whose list stays open (WAI-ARIA).
import { Group, Kbd, Modal, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useState } from 'react';
import type { Session } from '../api/session.ts';
import { type Command, commandsFor, findCommands } from './commands.ts';

const LIST = 'palette-list';
const optionId = (at: number): string => `palette-option-${String(at)}`;
const MOD = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl';

export function Palette({ session }: { readonly session: Session }) {
  const [isOpen, { open, close }] = useDisclosure();
  // Also from inside a field: no field means anything else by it.
  useHotkeys([['mod+K', open]], []);
  return (
    <>
      <UnstyledButton onClick={open} className="palette-button" visibleFrom="xs" aria-keyshortcuts="Control+K Meta+K">
        <Group gap="xs" wrap="nowrap">
          <Text size="sm" c="dimmed" span>
            Go to
          </Text>
          <Group gap={4} wrap="nowrap" aria-hidden="true">
            <Kbd size="xs">{MOD}</Kbd>
            <Kbd size="xs">K</Kbd>
          </Group>
        </Group>
      </UnstyledButton>
      <Modal
        opened={isOpen}
        onClose={close}
        withCloseButton={false}
        padding="xs"
        yOffset="12vh"
        attributes={{ content: { 'aria-label': 'Go to a page or an action' } }}
      >
        <Choice commands={commandsFor(session)} onDone={close} />
      </Modal>
    </>
  );
}

function Choice({ commands, onDone }: { readonly commands: readonly Command[]; readonly onDone: () => void }) {
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const found = findCommands(commands, typed);
  const choose = (command: Command | undefined): void => {
    if (command === undefined) return;
    onDone();
    void navigate({ to: command.to, hash: command.hash ?? '' });
  };
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: (at + 1) % Math.max(1, found.length),
    ArrowUp: (at + found.length - 1) % Math.max(1, found.length),
    Home: 0,
    End: Math.max(0, found.length - 1),
  };
  const listen = (event: KeyboardEvent): void => {
    const step = steps[event.key];
    if (step === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    if (step !== undefined) {
      setAt(step);
      document.querySelector(`#${optionId(step)}`)?.scrollIntoView({ block: 'nearest' });
    } else choose(found[at]);
  };
  return (
    <Stack gap="xs">
      <TextInput
        placeholder="A page or an action"
        aria-label="Go to a page or an action"
        role="combobox"
        aria-expanded="true"
        aria-controls={LIST}
        aria-autocomplete="list"
        aria-activedescendant={found.length === 0 ? undefined : optionId(at)}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={listen}
        data-autofocus
      />
      <div id={LIST} role="listbox" aria-label="Pages and actions" className="palette-list">
        {found.map((command, place) => (
          // The keyboard stays in the field and moves the choice; a pointer chooses here.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the combobox has the keys and the focus
          <div
            key={command.label}
            id={optionId(place)}
            role="option"
            aria-selected={place === at}
            className="palette-option"
            onClick={() => choose(command)}
            onMouseMove={() => setAt(place)}
          >
            <span>{command.label}</span>
            <Text size="xs" c="dimmed" span>
              {command.kind}
            </Text>
          </div>
        ))}
      </div>
      <Text size="sm" c="dimmed" px="xs" aria-live="polite">
        {found.length === 0 ? `Nothing is called “${typed}”.` : ''}
      </Text>
    </Stack>
  );
}
