// Where the link of an invitation leads: what it is for, and the way in with a new account, with the one there is, or as who one is.
import { Anchor, Stack, Text, TextInput } from '@mantine/core';
import { ActButton } from '../ui/act-button.tsx';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { fieldError } from '../api/problem.ts';
import { type Session, sessionQuery } from '../api/session.ts';
import { Door } from '../ui/door.tsx';
import { FactorForm } from '../ui/factor-form.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';

type Seen = Reply<'invitation.look'>;
type Challenge = NonNullable<Reply<'invitation.accept'>['challenge']>;

function readToken(): string {
  return new URLSearchParams(window.location.hash.slice(1)).get('token') ?? '';
}

export function AcceptInvitation() {
  const [token] = useState(readToken);
  const [challenge, setChallenge] = useState<Challenge>();
  const enter = useEnter();
  const session = useQuery(sessionQuery);
  const looking = useMutation({
    mutationFn: () => call('invitation.look', { body: { token } }),
    meta: { done: null },
  });
  if (challenge !== undefined) {
    return (
      <Door title="One more step" about="You are in. Your account has a second factor.">
        <FactorForm
          proofs={challenge.proofs}
          action="Sign in"
          onProof={async (proof) => {
            await call('session.create_with_factor', { body: { challenge: challenge.token, ...proof } });
            await enter();
          }}
        />
      </Door>
    );
  }
  if (looking.data === undefined) {
    return (
      <Door title="You are invited">
        <ProblemBox error={looking.error} />
        <ActButton loading={looking.isPending} onClick={() => looking.mutate()}>
          Look at the invitation
        </ActButton>
        <ToSignIn />
      </Door>
    );
  }
  const seen = looking.data;
  return (
    <Door
      title={seen.shares === null ? `Join ${seen.organization.name}` : 'Something is shared with you'}
      about={<About seen={seen} />}
    >
      <Way seen={seen} token={token} session={session.data ?? null} onChallenge={setChallenge} onDone={enter} />
    </Door>
  );
}

function About({ seen }: { readonly seen: Seen }) {
  if (seen.shares !== null) {
    return (
      <>
        {seen.organization.name} shares one thing with {seen.email}: {seen.shares.kind}, with the level “
        {seen.shares.level}
        ”. You see nothing else of it. Until <Time at={seen.expiresAt} />.
      </>
    );
  }
  return (
    <>
      {seen.email} is invited with the role “{seen.role}”, until <Time at={seen.expiresAt} />.
    </>
  );
}

function ToSignIn() {
  return (
    <Anchor component={Link} to="/sign-in" size="sm">
      To the sign-in page
    </Anchor>
  );
}

/** Forgets whatever was known of another organization, and goes in. */
function useEnter() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    client.clear();
    await navigate({ to: '/', replace: true });
  };
}

type WayProps = {
  readonly seen: Seen;
  readonly token: string;
  readonly session: Session | null;
  readonly onChallenge: (challenge: Challenge) => void;
  readonly onDone: () => Promise<void>;
};

function Way({ seen, token, session, onChallenge, onDone }: WayProps) {
  if (session === null) return <WithPassword {...{ seen, token, onChallenge, onDone }} />;
  if (session.user?.email.toLowerCase() === seen.email.toLowerCase()) return <AsOneself {...{ token, onDone }} />;
  return <AsSomebodyElse session={session} />;
}

function AsOneself({ token, onDone }: Pick<WayProps, 'token' | 'onDone'>) {
  const entering = useMutation({
    mutationFn: async () => {
      await call('invitation.enter', { body: { token } });
      await onDone();
    },
    meta: { done: null },
  });
  return (
    <Stack gap="sm">
      <Text size="sm">You are signed in with this address. You stay a member wherever you are one.</Text>
      <ProblemBox error={entering.error} />
      <ActButton loading={entering.isPending} onClick={() => entering.mutate()}>
        Accept
      </ActButton>
    </Stack>
  );
}

function AsSomebodyElse({ session }: { readonly session: Session }) {
  const client = useQueryClient();
  const leaving = useMutation({
    mutationFn: () => call('session.delete', {}),
    onSettled: () => client.invalidateQueries({ queryKey: ['session'] }),
    meta: { done: null },
  });
  return (
    <Stack gap="sm">
      <Text size="sm">
        You are signed in as {session.user?.email ?? 'nobody in particular'}, and the invitation is for another address.
      </Text>
      <ProblemBox error={leaving.error} />
      <ActButton variant="default" loading={leaving.isPending} onClick={() => leaving.mutate()}>
        Sign out, and go on
      </ActButton>
    </Stack>
  );
}

function WithPassword({ seen, token, onChallenge, onDone }: Omit<WayProps, 'session'>) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const accepting = useMutation({
    mutationFn: () => call('invitation.accept', { body: { token, password, ...(seen.hasAccount ? {} : { name }) } }),
    onSuccess: ({ challenge }) => (challenge === null ? onDone() : onChallenge(challenge)),
    meta: { done: null },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    accepting.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput label="E-mail address" value={seen.email} autoComplete="username" readOnly />
        {seen.hasAccount ? null : (
          <TextInput
            label="Your name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            autoComplete="name"
            error={fieldError(accepting.error, 'name')}
            required
            data-autofocus
          />
        )}
        <PasswordField
          label={seen.hasAccount ? 'Password of your account' : 'Password'}
          description={seen.hasAccount ? undefined : 'At least 12 characters: four kinds of them, or hard to guess.'}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete={seen.hasAccount ? 'current-password' : 'new-password'}
          error={fieldError(accepting.error, 'password')}
          required
        />
        <ProblemBox error={accepting.error} shownAt={['name', 'password']} />
        <ActButton type="submit" loading={accepting.isPending}>
          {seen.hasAccount ? 'Accept' : 'Make the account and accept'}
        </ActButton>
        {seen.hasAccount ? (
          <Anchor component={Link} to="/account/forgotten" size="sm">
            I forgot my password
          </Anchor>
        ) : null}
      </Stack>
    </form>
  );
}
