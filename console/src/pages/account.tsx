// Your own account: address, password, factors, recovery codes, and where you are signed in.
import { Badge, Button, Group, Modal, Skeleton, Stack, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { hasPasskeys } from '../api/passkey.ts';
import { fieldError } from '../api/problem.ts';
import { Confirm } from '../ui/confirm.tsx';
import { type Column, DataTable } from '../ui/data-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { Page, Section } from '../ui/page.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';
import { EnrollApp, EnrollPasskey, ShownCodes } from '../ui/totp-enroll.tsx';

export function Account() {
  return (
    <Page title="Your account">
      <Profile />
      <Password />
      <Factors />
      <Sessions />
    </Page>
  );
}

function Profile() {
  const client = useQueryClient();
  const account = useQuery({ queryKey: ['account'], queryFn: ({ signal }) => call('account.get', {}, signal) });
  const [email, setEmail] = useState('');
  const again = () => client.invalidateQueries({ queryKey: ['account'] });
  const verifying = useMutation({ mutationFn: () => call('account.send_verification', {}), onSuccess: again });
  const changing = useMutation({
    mutationFn: () => call('account.change_email', { body: { newEmail: email } }),
    onSuccess: async () => {
      setEmail('');
      await again();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    changing.mutate();
  };
  if (account.data === undefined)
    return account.error === null ? <Skeleton h={120} /> : <ProblemBox error={account.error} />;
  const { data } = account;
  return (
    <Section title="Address" about="Mail about your account goes there, and you sign in with it.">
      <Group gap="sm">
        <Text>{data.email}</Text>
        <Badge color={data.emailVerifiedAt === null ? 'yellow' : 'green'}>
          {data.emailVerifiedAt === null ? 'not confirmed' : 'confirmed'}
        </Badge>
        {data.emailVerifiedAt === null ? (
          <Button variant="default" size="compact-sm" loading={verifying.isPending} onClick={() => verifying.mutate()}>
            {verifying.isSuccess ? 'Mail is on its way' : 'Send a mail to confirm it'}
          </Button>
        ) : null}
      </Group>
      {data.newEmail === null ? null : (
        <Text size="sm">It becomes {data.newEmail} when both addresses have confirmed: look at your mail.</Text>
      )}
      <form onSubmit={submit}>
        <Group align="flex-end">
          <TextInput
            label="New address"
            type="email"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={fieldError(changing.error, 'newEmail')}
            w={300}
            required
          />
          <Button type="submit" variant="default" loading={changing.isPending}>
            Change it
          </Button>
        </Group>
      </form>
      <ProblemBox error={verifying.error ?? changing.error} />
    </Section>
  );
}

function Password() {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const client = useQueryClient();
  const changing = useMutation({
    mutationFn: () => call('account.change_password', { body: { currentPassword: current, newPassword: next } }),
    onSuccess: async () => {
      setCurrent('');
      setNext('');
      await client.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    changing.mutate();
  };
  return (
    <Section title="Password" about="When it changes, your other devices are signed out.">
      <form onSubmit={submit}>
        <Stack gap="sm" maw={300}>
          <PasswordField
            label="Password now"
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
            autoComplete="current-password"
            required
          />
          <PasswordField
            label="New password"
            value={next}
            onChange={(event) => setNext(event.currentTarget.value)}
            autoComplete="new-password"
            error={fieldError(changing.error, 'newPassword')}
            required
          />
          <ProblemBox error={changing.error} />
          <Button type="submit" variant="default" loading={changing.isPending}>
            Change the password
          </Button>
          <div aria-live="polite">{changing.isSuccess ? <Text size="sm">It is changed.</Text> : null}</div>
        </Stack>
      </form>
    </Section>
  );
}

type Factor = Reply<'factor.list'>['items'][number];

function Factors() {
  const client = useQueryClient();
  const factors = useQuery({ queryKey: ['factors'], queryFn: ({ signal }) => call('factor.list', {}, signal) });
  const [adding, setAdding] = useState<'app' | 'passkey'>();
  const [codes, setCodes] = useState<readonly string[]>();
  const [leaving, setLeaving] = useState<Factor>();
  const renewing = useMutation({
    mutationFn: () => call('factor.new_recovery_codes', {}),
    onSuccess: async ({ recoveryCodes }) => {
      setCodes(recoveryCodes);
      await client.invalidateQueries({ queryKey: ['factors'] });
    },
  });
  const enrolled = (shown: readonly string[] | null) => {
    setAdding(undefined);
    if (shown !== null) setCodes(shown);
  };
  if (factors.data === undefined)
    return factors.error === null ? <Skeleton h={160} /> : <ProblemBox error={factors.error} />;
  const { items, recoveryCodesLeft } = factors.data;
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
        <Table.ScrollContainer minWidth={420} type="native">
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
                    <Button size="compact-sm" variant="subtle" color="red" onClick={() => setLeaving(factor)}>
                      Remove
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {items.length === 0 ? null : (
        <Group>
          <Text size="sm">{recoveryCodesLeft} recovery codes are left.</Text>
          <Button variant="default" size="compact-sm" loading={renewing.isPending} onClick={() => renewing.mutate()}>
            Make new ones
          </Button>
        </Group>
      )}
      <ProblemBox error={renewing.error} />
      <Modal
        opened={adding !== undefined}
        onClose={() => setAdding(undefined)}
        title={adding === 'app' ? 'Add an authenticator app' : 'Add a passkey'}
      >
        {adding === 'app' ? <EnrollApp onDone={enrolled} /> : <EnrollPasskey onDone={enrolled} />}
      </Modal>
      <Modal
        opened={codes !== undefined}
        onClose={() => setCodes(undefined)}
        title="Recovery codes"
        closeOnClickOutside={false}
      >
        {codes === undefined ? null : <ShownCodes codes={codes} onDone={() => setCodes(undefined)} />}
      </Modal>
      <Confirm
        isOpen={leaving !== undefined}
        title={`Remove ${leaving?.name ?? ''}?`}
        action="Remove the factor"
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

type Session = Reply<'session.list'>['items'][number];

const sessionColumns: readonly Column<Session>[] = [
  {
    title: 'Device',
    text: ({ device }) => device,
    show: ({ device, isCurrent }) => (
      <Group gap="xs">
        <Text size="sm">{device}</Text>
        {isCurrent ? <Badge>this one</Badge> : null}
      </Group>
    ),
  },
  { title: 'Address', text: ({ address }) => address },
  { title: 'Last used', text: ({ lastSeenAt }) => lastSeenAt, show: ({ lastSeenAt }) => <Time at={lastSeenAt} /> },
  { title: 'Ends', text: ({ expiresAt }) => expiresAt, show: ({ expiresAt }) => <Time at={expiresAt} /> },
];

function Sessions() {
  const client = useQueryClient();
  const again = () => client.invalidateQueries({ queryKey: ['sessions'] });
  const ending = useMutation({
    mutationFn: (id: string) => call('session.end_one', { params: { sessionId: id } }),
    onSuccess: () => Promise.all([again(), client.invalidateQueries({ queryKey: ['session'] })]),
  });
  const endingOthers = useMutation({ mutationFn: () => call('session.end_others', {}), onSuccess: again });
  return (
    <Section
      title="Where you are signed in"
      actions={
        <Button variant="default" loading={endingOthers.isPending} onClick={() => endingOthers.mutate()}>
          Sign out everywhere else
        </Button>
      }
    >
      <ProblemBox error={ending.error ?? endingOthers.error} />
      <DataTable
        name="Sessions"
        queryKey={['sessions']}
        load={(cursor, signal) => call('session.list', { query: { cursor } }, signal)}
        columns={sessionColumns}
        rowKey={({ id }) => id}
        actions={({ id, isCurrent }) =>
          isCurrent ? null : (
            <Button size="compact-sm" variant="subtle" color="red" onClick={() => ending.mutate(id)}>
              Sign out
            </Button>
          )
        }
        empty={<Empty title="No session">That cannot be: this is one.</Empty>}
      />
    </Section>
  );
}
