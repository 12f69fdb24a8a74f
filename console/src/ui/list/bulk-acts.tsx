// What can be done with several chosen rows: a button each, a dialog that names them, and afterwards what was done and what was not.
import { Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Level } from '../../api/levels.ts';
import type { OperationId } from '../../api/operations.ts';
import { ActButton } from '../act-button.tsx';
import { MayButton } from '../may.tsx';
import { Notice } from '../notice.tsx';
import { doEach, type Outcome, outcomeText } from './each.ts';

export type BulkAct<Row> = {
  /** Of the buttons, here and in the dialog. */
  readonly label: string;
  readonly operation: OperationId;
  /** What it means for each of them. */
  readonly about: string;
  /** What has to be said before, the same for all. */
  readonly choice?: ReactNode;
  /** When its dialog opens: nothing is chosen beforehand. */
  readonly onAsk?: () => void;
  readonly level?: Level | undefined;
  /** Why not with these rows. */
  readonly unless?: string | undefined;
  readonly isGentle?: true;
  readonly run: (row: Row) => Promise<unknown>;
  /** What the replies tell together, beside how many were done. */
  readonly tell?: (replies: readonly unknown[]) => string;
};

type Props<Row> = {
  readonly rows: readonly Row[];
  readonly nameOf: (row: Row) => string;
  readonly acts: readonly BulkAct<Row>[];
  /** Lists to read anew afterwards. */
  readonly lists: readonly string[];
  readonly onDone: () => void;
};

export function BulkActs<Row>({ acts, ...rest }: Props<Row>) {
  const [act, setAct] = useState<BulkAct<Row>['label']>();
  const asked = acts.find(({ label }) => label === act);
  return (
    <>
      {acts.map(({ label, operation, level, unless, isGentle, onAsk }) => (
        <MayButton
          key={label}
          operation={operation}
          level={level}
          unless={unless}
          size="compact-sm"
          {...(isGentle === true ? { variant: 'default' } : { color: 'red' })}
          onClick={() => {
            onAsk?.();
            setAct(label);
          }}
        >
          {label}
        </MayButton>
      ))}
      {asked === undefined ? null : <Ask {...rest} act={asked} onClose={() => setAct(undefined)} />}
    </>
  );
}

type AskProps<Row> = Omit<Props<Row>, 'acts'> & { readonly act: BulkAct<Row>; readonly onClose: () => void };

/** The list behind stays as it was until the outcome has been read: what has gone from it would take the dialog along. */
function Ask<Row>({ rows, nameOf, act, lists, onDone, onClose }: AskProps<Row>) {
  const client = useQueryClient();
  const acting = useMutation({
    mutationFn: () => doEach(rows, nameOf, act.run),
    meta: { done: (outcome) => tellOf(act, outcome as Outcome) },
  });
  const close = () => {
    if (acting.isPending) return;
    onClose();
    if (acting.data === undefined) return;
    document.querySelector<HTMLElement>('#main')?.focus();
    onDone();
    void Promise.all(lists.map((list) => client.invalidateQueries({ queryKey: [list] })));
  };
  return (
    <Modal opened onClose={close} title={`${act.label}: ${String(rows.length)} chosen`} centered>
      {acting.data === undefined ? (
        <Stack>
          <Text size="sm">{act.about}</Text>
          <Text size="sm">{rows.map(nameOf).join(', ')}</Text>
          {act.choice}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <ActButton
              {...(act.isGentle === true ? {} : { color: 'red' })}
              loading={acting.isPending}
              onClick={() => acting.mutate()}
            >
              {act.label}
            </ActButton>
          </Group>
        </Stack>
      ) : (
        <Told text={tellOf(act, acting.data)} outcome={acting.data} onClose={close} />
      )}
    </Modal>
  );
}

function tellOf<Row>({ tell }: BulkAct<Row>, outcome: Outcome): string {
  return `${outcomeText(outcome)}. ${tell?.(outcome.replies) ?? ''}`.trim();
}

type ToldProps = { readonly text: string; readonly outcome: Outcome; readonly onClose: () => void };

function Told({ text, outcome, onClose }: ToldProps) {
  return (
    <Stack>
      <Text size="sm">{text}</Text>
      {outcome.refused.length === 0 ? null : (
        <Notice tone="red" title="Refused">
          <List size="sm">
            {outcome.refused.map(({ name, why }, index) => (
              <List.Item key={`${String(index)} ${name}`}>
                {name}: {why}
              </List.Item>
            ))}
          </List>
        </Notice>
      )}
      <Group justify="flex-end">
        <Button data-autofocus autoFocus onClick={onClose}>
          Close
        </Button>
      </Group>
    </Stack>
  );
}
