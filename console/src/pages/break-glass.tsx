// What is sealed for an emergency, how it was used, and what has to follow.
import { Anchor, Badge, Button, Group, Modal, Stack, Table, Text, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { fieldError } from '../api/problem.ts';
import { emergencyQuery } from '../api/emergency.ts';
import { Confirm } from '../ui/confirm.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { LoadingParts } from '../ui/loading-parts.tsx';
import { MayButton } from '../ui/may.tsx';
import { Page, Section } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';

type Use = Reply<'emergency.get'>['uses'][number];

export function BreakGlass() {
  const found = useQuery(emergencyQuery);
  const [isSealing, setSealing] = useState(false);
  return (
    <Page
      title="Break-glass"
      about="A way in when every other is broken: two people, each with one of two sealed parts, open a session with the rights of an owner for an hour. Every owner is told."
      actions={
        <MayButton operation="emergency.seal" onClick={() => setSealing(true)}>
          {found.data?.sealedAt === null ? 'Seal a credential' : 'Seal anew'}
        </MayButton>
      }
    >
      <ProblemBox error={found.error} />
      {found.isPending ? <LoadingParts parts={['line', 'line', 'head', 'row', 'row', 'row']} /> : null}
      {found.data === undefined ? null : (
        <>
          <Sealed emergency={found.data} />
          <Uses uses={found.data.uses} isWhole={found.data.isWhole} />
        </>
      )}
      {isSealing ? <Seal onClose={() => setSealing(false)} /> : null}
    </Page>
  );
}

function Sealed({ emergency }: { readonly emergency: Reply<'emergency.get'> }) {
  const { sealedAt, sealDueAt, owed } = emergency;
  return (
    <Stack gap={4}>
      {sealedAt === null ? (
        <Text size="sm">
          Nothing is sealed. Only the operator of the host has a way in when nobody can sign in:{' '}
          <code>holdfast break-glass</code>.
        </Text>
      ) : (
        <Text size="sm">
          Sealed <Time at={sealedAt} />. Seal anew before <Time at={sealDueAt} />, and whenever somebody leaves who
          keeps a part.
        </Text>
      )}
      <Text size="sm">
        Alarms are mails to every owner, and go to{' '}
        <Anchor component={Link} to="/webhooks" size="sm" underline="always">
          webhooks
        </Anchor>
        .
      </Text>
      {owed.includes('seal') ? <Text size="sm">The last use spent the credential: seal a new one.</Text> : null}
      {owed.includes('review') ? <Text size="sm">A use has no review yet: write it below.</Text> : null}
    </Stack>
  );
}

function Seal({ onClose }: { readonly onClose: () => void }) {
  const client = useQueryClient();
  const sealing = useMutation({
    mutationFn: () => call('emergency.seal', {}),
    onSuccess: () => client.invalidateQueries({ queryKey: ['emergency'] }),
    meta: { done: null },
  });
  const [first = '', second = ''] = sealing.data?.parts ?? [];
  return (
    <Modal opened onClose={onClose} title="Seal an emergency credential" closeOnClickOutside={false} size="lg">
      {sealing.data === undefined ? (
        <Stack gap="sm">
          <Text size="sm">
            Two texts are made, for two people to keep apart, best on paper. Each alone opens nothing. They are shown
            this once; a credential that was sealed before opens nothing any more.
          </Text>
          <ProblemBox error={sealing.error} />
          <Button loading={sealing.isPending} onClick={() => sealing.mutate()}>
            Make both parts
          </Button>
        </Stack>
      ) : (
        <Stack gap="md">
          {[first, second].map((part, index) => (
            <Stack key={part} gap={4} className="sheet">
              <Text fw={600} size="sm">
                Part {index + 1} of 2
              </Text>
              <CopyText label={`part ${String(index + 1)}`} text={part} />
              <Text size="sm">To be used at {window.location.origin}/emergency, together with the other part.</Text>
            </Stack>
          ))}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => window.print()}>
              Print
            </Button>
            <Button onClick={onClose}>Both parts are kept</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

const COLORS = { waiting: 'yellow', granted: 'yellow', open: 'red', over: 'gray' } as const;

function Uses({ uses, isWhole }: { readonly uses: readonly Use[]; readonly isWhole: boolean }) {
  const client = useQueryClient();
  const [ending, setEnding] = useState<Use>();
  const [reviewing, setReviewing] = useState<Use>();
  if (uses.length === 0)
    return (
      <Section title="Uses">
        <Text size="sm">It was never used.</Text>
      </Section>
    );
  return (
    <Section title="Uses">
      <Table.ScrollContainer minWidth={640}>
        <Table aria-label="Uses of emergency access">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Requested</Table.Th>
              <Table.Th>By</Table.Th>
              <Table.Th>Reason</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>Review</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {uses.map((use) => (
              <Table.Tr key={use.id}>
                <Table.Td>
                  <Time at={use.requestedAt} />
                </Table.Td>
                <Table.Td>{use.by === 'host' ? 'the host' : 'two parts'}</Table.Td>
                <Table.Td>{use.reason}</Table.Td>
                <Table.Td>
                  <Badge color={COLORS[use.state]}>
                    {use.state === 'over' && use.openedAt === null ? 'not opened' : use.state}
                  </Badge>
                </Table.Td>
                <Table.Td>
                  <Next use={use} onEnd={() => setEnding(use)} onReview={() => setReviewing(use)} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {isWhole ? null : (
        <Text size="sm">
          These are those that owe a review, and the newest: {uses.length} in all. Older ones stand in the audit log.
        </Text>
      )}
      <Confirm
        isOpen={ending !== undefined}
        title="End emergency access?"
        action="End it now"
        done="Emergency access has ended"
        onConfirm={async () => {
          await call('emergency.end', { params: { useId: ending?.id ?? '' } });
          await client.invalidateQueries();
        }}
        onClose={() => setEnding(undefined)}
      >
        Whoever is in the emergency session, also if that is you, is out at once.
      </Confirm>
      {reviewing === undefined ? null : <Review use={reviewing} onClose={() => setReviewing(undefined)} />}
    </Section>
  );
}

type NextProps = { readonly use: Use; readonly onEnd: () => void; readonly onReview: () => void };

function Next({ use, onEnd, onReview }: NextProps) {
  if (use.state !== 'over')
    return (
      <MayButton operation="emergency.end" size="compact-sm" color="red" onClick={onEnd}>
        End it
      </MayButton>
    );
  if (use.openedAt === null) return <Text size="sm">none needed</Text>;
  if (use.review !== null) return <Text size="sm">{use.review}</Text>;
  return (
    <MayButton operation="emergency.review" size="compact-sm" onClick={onReview}>
      Write the review
    </MayButton>
  );
}

function Review({ use, onClose }: { readonly use: Use; readonly onClose: () => void }) {
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const writing = useMutation({
    mutationFn: () => call('emergency.review', { params: { useId: use.id }, body: { note } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['emergency'] });
      onClose();
    },
    meta: { done: 'The review is written' },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    writing.mutate();
  };
  return (
    <Modal opened onClose={onClose} title="Review of an emergency">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">It is written once and stays. What was done is in the audit log.</Text>
          <Textarea
            label="What happened, and what follows from it"
            minRows={4}
            autosize
            value={note}
            onChange={(event) => setNote(event.currentTarget.value.replaceAll('\n', ' '))}
            error={fieldError(writing.error, 'note')}
            required
            data-autofocus
          />
          <ProblemBox error={writing.error} shownAt={['note']} />
          <Button type="submit" loading={writing.isPending}>
            Write the review
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
