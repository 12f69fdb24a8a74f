// Your own account: name, address, password, factors, recovery codes, and where you are signed in.
import { Badge, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { ActButton } from '../ui/act-button.tsx';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { fieldError } from '../api/problem.ts';
import { ServerTable, type ServerColumn } from '../ui/list/server-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { AccountName } from './account-name.tsx';
import { Factors, factorsQuery } from './factors.tsx';
import { LeaveOrganization } from './leave-organization.tsx';
import { Page, Section } from '../ui/page.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';
import { Together } from '../ui/together.tsx';

export function Account() {
  // Each asks for its own; how high they are is known when both are there, and nothing moves after that.
  const waits = [useQuery(accountQuery).isPending, useQuery(factorsQuery).isPending];
  return (
    <Page title="Your account">
      <Together isWaiting={waits.includes(true)}>
        <Profile />
        <Password />
        <Factors />
        <Sessions />
        <LeaveOrganization />
      </Together>
    </Page>
  );
}

const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: ({ signal }) => call('account.get', {}, signal),
});

function Profile() {
  const client = useQueryClient();
  const account = useQuery(accountQuery);
  const [email, setEmail] = useState('');
  const again = () => client.invalidateQueries({ queryKey: ['account'] });
  const verifying = useMutation({
    mutationFn: () => call('account.send_verification', {}),
    onSuccess: again,
    meta: { done: 'The mail is on its way' },
  });
  const changing = useMutation({
    mutationFn: () => call('account.change_email', { body: { newEmail: email } }),
    onSuccess: async () => {
      setEmail('');
      await again();
    },
    meta: { done: 'Both addresses are asked to confirm' },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    changing.mutate();
  };
  if (account.data === undefined) return <ProblemBox error={account.error} />;
  const { data } = account;
  return (
    <>
      <AccountName account={data} />
      <Section title="Address" about="Mail about your account goes there, and you sign in with it.">
        <Group gap="sm">
          <Text>{data.email}</Text>
          <Badge color={data.emailVerifiedAt === null ? 'yellow' : 'green'}>
            {data.emailVerifiedAt === null ? 'not confirmed' : 'confirmed'}
          </Badge>
          {data.emailVerifiedAt === null ? (
            <ActButton
              variant="default"
              size="compact-sm"
              loading={verifying.isPending}
              onClick={() => verifying.mutate()}
            >
              {verifying.isSuccess ? 'Mail is on its way' : 'Send a mail to confirm it'}
            </ActButton>
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
            <ActButton type="submit" variant="default" loading={changing.isPending}>
              Change it
            </ActButton>
          </Group>
        </form>
        <ProblemBox error={verifying.error ?? changing.error} shownAt={['newEmail']} />
      </Section>
    </>
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
      await client.invalidateQueries({ queryKey: ['session.list'] });
    },
    meta: { done: 'The password is changed' },
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
            description="At least 12 characters: four kinds of them, or hard to guess."
            error={fieldError(changing.error, 'newPassword')}
            required
          />
          <ProblemBox error={changing.error} shownAt={['newPassword']} />
          <ActButton type="submit" variant="default" loading={changing.isPending}>
            Change the password
          </ActButton>
        </Stack>
      </form>
    </Section>
  );
}

type Session = Reply<'session.list'>['items'][number];

/** As the program called itself. */
function programOf({ device }: Pick<Session, 'device'>): string {
  return device === '' ? 'A program that gave no name' : device;
}

const sessionColumns: readonly ServerColumn<'session.list'>[] = [
  {
    title: 'Device',
    text: programOf,
    show: ({ device, isCurrent }) => (
      <Group gap="xs">
        <Text size="sm">{programOf({ device })}</Text>
        {isCurrent ? <Badge>this one</Badge> : null}
      </Group>
    ),
  },
  { title: 'Address', text: ({ address }) => address },
  {
    title: 'Last used',
    text: ({ lastSeenAt }) => lastSeenAt,
    show: ({ lastSeenAt }) => <Time at={lastSeenAt} />,
    sort: 'lastSeenAt',
  },
  {
    title: 'Ends',
    text: ({ expiresAt }) => expiresAt,
    show: ({ expiresAt }) => <Time at={expiresAt} />,
    sort: 'expiresAt',
  },
];

function Sessions() {
  const client = useQueryClient();
  const again = () => client.invalidateQueries({ queryKey: ['session.list'] });
  const ending = useMutation({
    mutationFn: (id: string) => call('session.end_one', { params: { sessionId: id } }),
    onSuccess: () => Promise.all([again(), client.invalidateQueries({ queryKey: ['session'] })]),
    meta: { done: 'That device is signed out' },
  });
  const endingOthers = useMutation({
    mutationFn: () => call('session.end_others', {}),
    onSuccess: again,
    meta: { done: 'Your other devices are signed out' },
  });
  return (
    <Section
      title="Where you are signed in"
      actions={
        <ActButton variant="default" loading={endingOthers.isPending} onClick={() => endingOthers.mutate()}>
          Sign out everywhere else
        </ActButton>
      }
    >
      <ProblemBox error={ending.error ?? endingOthers.error} />
      <ServerTable
        name="Sessions"
        operation="session.list"
        columns={sessionColumns}
        rowKey={({ id }) => id}
        actions={({ id, isCurrent, device }) =>
          isCurrent ? null : (
            <Button
              size="compact-sm"
              variant="subtle"
              color="red"
              aria-label={`Sign out ${programOf({ device })}`}
              onClick={() => ending.mutate(id)}
            >
              Sign out
            </Button>
          )
        }
        empty={<Empty title="No session">That cannot be: this is one.</Empty>}
      />
    </Section>
  );
}
