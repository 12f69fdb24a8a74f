// Where mailed links lead: a new password, an address that is confirmed. The token stands behind `#`, which no browser sends.
import { Anchor, Stack, Text, TextInput } from '@mantine/core';
import { ActButton } from '../ui/act-button.tsx';
import { Notice } from '../ui/notice.tsx';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import { fieldError } from '../api/problem.ts';
import { Door } from '../ui/door.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';

function readToken(): string {
  return new URLSearchParams(window.location.hash.slice(1)).get('token') ?? '';
}

function ToSignIn() {
  return (
    <Anchor component={Link} to="/sign-in" size="sm">
      To the sign-in page
    </Anchor>
  );
}

export function Forgotten() {
  const [email, setEmail] = useState('');
  const asking = useMutation({
    mutationFn: () => call('account.request_reset', { body: { email } }),
    meta: { done: null },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    asking.mutate();
  };
  return (
    <Door title="Set a new password">
      {asking.isSuccess ? (
        <Notice tone="green" title="Look at your mail">
          If {email} has an account here, a link is on its way. It works once, for 30 minutes.
        </Notice>
      ) : (
        <form onSubmit={submit}>
          <Stack gap="sm">
            <TextInput
              label="E-mail address of your account"
              type="email"
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
              autoComplete="username"
              error={fieldError(asking.error, 'email')}
              required
              data-autofocus
            />
            <ProblemBox error={asking.error} shownAt={['email']} />
            <ActButton type="submit" loading={asking.isPending}>
              Mail me a link
            </ActButton>
          </Stack>
        </form>
      )}
      <ToSignIn />
    </Door>
  );
}

export function ResetPassword() {
  const [token] = useState(readToken);
  const [password, setPassword] = useState('');
  const setting = useMutation({
    mutationFn: () => call('account.reset_password', { body: { token, newPassword: password } }),
    meta: { done: null },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setting.mutate();
  };
  return (
    <Door title="Set a new password" about="Every device is signed out when it is set.">
      {setting.isSuccess ? (
        <Notice tone="green" title="It is set">
          Sign in with it.
        </Notice>
      ) : (
        <form onSubmit={submit}>
          <Stack gap="sm">
            <PasswordField
              label="New password"
              description="At least 12 characters: four kinds of them, or hard to guess."
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              autoComplete="new-password"
              error={fieldError(setting.error, 'newPassword')}
              required
              data-autofocus
            />
            <ProblemBox error={setting.error} shownAt={['newPassword']} />
            <ActButton type="submit" loading={setting.isPending}>
              Set it
            </ActButton>
          </Stack>
        </form>
      )}
      <ToSignIn />
    </Door>
  );
}

/** A button, not the opening of the page: programs that look into mail open links too. */
export function VerifyEmail() {
  const [token] = useState(readToken);
  const verifying = useMutation({
    mutationFn: () => call('account.verify_email', { body: { token } }),
    meta: { done: null },
  });
  return (
    <Door title="Confirm your address">
      <ProblemBox error={verifying.error} />
      {verifying.isSuccess ? (
        <Text>It is confirmed.</Text>
      ) : (
        <ActButton loading={verifying.isPending} onClick={() => verifying.mutate()}>
          Confirm
        </ActButton>
      )}
      <ToSignIn />
    </Door>
  );
}

export function ConfirmEmail() {
  const [token] = useState(readToken);
  const confirming = useMutation({
    mutationFn: () => call('account.confirm_email', { body: { token } }),
    meta: { done: null },
  });
  return (
    <Door title="Confirm the change of your address">
      <ProblemBox error={confirming.error} />
      {confirming.data === undefined ? (
        <ActButton loading={confirming.isPending} onClick={() => confirming.mutate()}>
          Confirm
        </ActButton>
      ) : (
        <Text>
          {confirming.data.changed
            ? 'The address is changed.'
            : 'Now the other address has to confirm too: look at its mail.'}
        </Text>
      )}
      <ToSignIn />
    </Door>
  );
}
