// Your second factors: added, named, taken away, and the recovery codes beside them.
import { Button, Group, Modal, Stack, Table, Text, TextInput } from '@mantine/core';
import { ActButton } from '../ui/act-button.tsx';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { hasPasskeys } from '../api/passkey.ts';
import { fieldError } from '../api/problem.ts';
import { Confirm } from '../ui/confirm.tsx';
import { Empty } from '../ui/empty.tsx';
import { Section } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';
import { EnrollApp, EnrollPasskey, ShownCodes } from '../ui/totp-enroll.tsx';

type Factor = Reply<'factor.list'>['items'][number];

export const factorsQuery = queryOptions({
  queryKey: ['factors'],
  queryFn: ({ signal }) => call('factor.list', {}, signal),
});

export function Factors() {
  const factors = useQuery(factorsQuery);
  if (factors.data === undefined) return <ProblemBox error={factors.error} />;
  return <Present {...factors.data} />;
}

function Present({ items, recoveryCodesLeft }: Reply<'factor.list'>) {
  const client = useQueryClient();
  const [adding, setAdding] = useState<'app' | 'passkey'>();
  const [codes, setCodes] = useState<readonly string[]>();
  const [leaving, setLeaving] = useState<Factor>();
  const [naming, setNaming] = useState<Factor>();
  const enrolled = (shown: readonly string[] | null) => {
    setAdding(undefined);
    if (shown !== null) setCodes(shown);
  };
  return (
    <Section
      title="Second factors"
      about="Asked for beside the password, and for changes that matter."
      actions={
        <Group>
          {hasPasskeys ? (
            <Button variant="default" onClick={() => setAdding('passkey')}>
              Add a passkey
            </Button>
          ) : null}
          <Button variant="default" onClick={() => setAdding('app')}>
            Add an app
          </Button>
        </Group>
      }
    >
      {items.length === 0 ? (
        <Empty title="No second factor">With one, a password that leaks opens nothing.</Empty>
      ) : (
        <FactorTable items={items} onRename={setNaming} onRemove={setLeaving} />
      )}
      {items.length === 0 ? null : <RecoveryCodes left={recoveryCodesLeft} onMade={setCodes} />}
      <Modal
        opened={adding !== undefined}
        onClose={() => setAdding(undefined)}
        title={adding === 'app' ? 'Add an authenticator app' : 'Add a passkey'}
      >
        {adding === 'app' ? <EnrollApp onDone={enrolled} /> : <EnrollPasskey onDone={enrolled} />}
      </Modal>
      <NewCodes codes={codes} onClose={() => setCodes(undefined)} />
      <Modal opened={naming !== undefined} onClose={() => setNaming(undefined)} title={`Rename ${naming?.name ?? ''}`}>
        {naming === undefined ? null : <Rename factor={naming} onDone={() => setNaming(undefined)} />}
      </Modal>
      <Confirm
        isOpen={leaving !== undefined}
        title={`Remove ${leaving?.name ?? ''}?`}
        action="Remove the factor"
        done="The factor is removed"
        onConfirm={async () => {
          await call('factor.remove', { params: { factorId: leaving?.id ?? '' } });
          await client.invalidateQueries();
        }}
        onClose={() => setLeaving(undefined)}
      >
        It proves nothing any more, and your other devices are signed out.
      </Confirm>
    </Section>
  );
}

function Rename({ factor, onDone }: { readonly factor: Factor; readonly onDone: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState(factor.name);
  const renaming = useMutation({
    mutationFn: () => call('factor.rename', { params: { factorId: factor.id }, body: { name } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['factors'] });
      onDone();
    },
    meta: { done: `It is called ${name} now` },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    renaming.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Name of the factor"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fieldError(renaming.error, 'name')}
          required
          data-autofocus
        />
        <ProblemBox error={renaming.error} />
        <ActButton type="submit" loading={renaming.isPending}>
          Rename
        </ActButton>
      </Stack>
    </form>
  );
}

type TableProps = {
  readonly items: readonly Factor[];
  readonly onRename: (factor: Factor) => void;
  readonly onRemove: (factor: Factor) => void;
};

function FactorTable({ items, onRename, onRemove }: TableProps) {
  return (
    <Table.ScrollContainer minWidth={420} type="native" tabIndex={0} role="region" aria-label="Second factors">
      <Table aria-label="Second factors">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Kind</Table.Th>
            <Table.Th>Added</Table.Th>
            <Table.Th>Last used</Table.Th>
            <Table.Th aria-label="Actions" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((factor) => (
            <Table.Tr key={factor.id}>
              <Table.Td>{factor.name}</Table.Td>
              <Table.Td>{factor.kind === 'totp' ? 'Authenticator app' : 'Passkey'}</Table.Td>
              <Table.Td>
                <Time at={factor.createdAt} />
              </Table.Td>
              <Table.Td>
                <Time at={factor.lastUsedAt} none="never" />
              </Table.Td>
              <Table.Td ta="right">
                <Button
                  size="compact-sm"
                  variant="default"
                  mr={4}
                  aria-label={`Rename ${factor.name}`}
                  onClick={() => onRename(factor)}
                >
                  Rename
                </Button>
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="red"
                  aria-label={`Remove ${factor.name}`}
                  onClick={() => onRemove(factor)}
                >
                  Remove
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

type CodesProps = { readonly left: number; readonly onMade: (codes: readonly string[]) => void };

function RecoveryCodes({ left, onMade }: CodesProps) {
  const client = useQueryClient();
  const renewing = useMutation({
    mutationFn: () => call('factor.new_recovery_codes', {}),
    onSuccess: async ({ recoveryCodes }) => {
      onMade(recoveryCodes);
      await client.invalidateQueries({ queryKey: ['factors'] });
    },
    meta: { done: 'The recovery codes before these are void' },
  });
  return (
    <Stack gap="xs">
      <Group>
        <Text size="sm">{left === 1 ? '1 recovery code is left.' : `${String(left)} recovery codes are left.`}</Text>
        <ActButton variant="default" size="compact-sm" loading={renewing.isPending} onClick={() => renewing.mutate()}>
          Make new ones
        </ActButton>
      </Group>
      <ProblemBox error={renewing.error} />
    </Stack>
  );
}

type NewCodesProps = { readonly codes: readonly string[] | undefined; readonly onClose: () => void };

function NewCodes({ codes, onClose }: NewCodesProps) {
  return (
    <Modal opened={codes !== undefined} onClose={onClose} title="Recovery codes" closeOnClickOutside={false}>
      {codes === undefined ? null : <ShownCodes codes={codes} onDone={onClose} />}
    </Modal>
  );
}
