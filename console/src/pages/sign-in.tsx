// Signing in: address and password, then a factor where there is one; or a passkey alone, offered by the browser too.
import { Anchor, Divider, Stack, TextInput } from '@mantine/core';
import { ActButton } from '../ui/act-button.tsx';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { type Assertion, hasPasskeys, showPasskey } from '../api/passkey.ts';
import { fieldError, isProblem } from '../api/problem.ts';
import { isOwnPath } from '../shell/own-path.ts';
import { Door } from '../ui/door.tsx';
import { FactorForm } from '../ui/factor-form.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { LockedOut } from './locked-out.tsx';

type Challenge = NonNullable<Reply<'session.create'>['challenge']>;

export function SignIn() {
  const [challenge, setChallenge] = useState<Challenge>();
  const enter = useEnter();
  if (challenge === undefined) return <WithPassword onChallenge={setChallenge} onDone={enter} />;
  return (
    <Door title="One more step" about="Your account has a second factor.">
      <FactorForm
        proofs={challenge.proofs}
        action="Sign in"
        onProof={async (proof) => {
          await call('session.create_with_factor', { body: { challenge: challenge.token, ...proof } });
          await enter();
        }}
      />
      <Anchor component="button" type="button" size="sm" onClick={() => setChallenge(undefined)}>
        Start again
      </Anchor>
    </Door>
  );
}

/** Forgets whatever was known of somebody else, and goes where the person wanted to go. */
function useEnter() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { next } = useSearch({ strict: false });
  return async () => {
    client.clear();
    await navigate({ to: isOwnPath(next) ? next : '/', replace: true });
  };
}

type Props = { readonly onChallenge: (challenge: Challenge) => void; readonly onDone: () => Promise<void> };

function WithPassword({ onChallenge, onDone }: Props) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signingIn = useMutation({
    mutationFn: () => call('session.create', { body: { email, password } }),
    onSuccess: ({ challenge }) => (challenge === null ? onDone() : onChallenge(challenge)),
    meta: { done: null },
  });
  const withPasskey = useMutation({
    mutationFn: async (passkey: Assertion) => {
      await call('session.create_with_passkey', { body: { passkey } });
      await onDone();
    },
    meta: { done: null },
  });
  const { mutate: signInWith } = withPasskey;
  const quiet = useRef<AbortController>(undefined);
  const offerQuietly = useCallback(() => {
    quiet.current = new AbortController();
    void offerPasskey(quiet.current.signal, signInWith);
  }, [signInWith]);
  useEffect(() => {
    offerQuietly();
    return () => quiet.current?.abort();
  }, [offerQuietly]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signingIn.mutate();
  };
  const asking = useMutation({
    mutationFn: async () => {
      // A browser waits for one passkey at a time.
      quiet.current?.abort();
      const shown = await showPasskey({ isQuiet: false });
      if (shown === null) offerQuietly();
      else signInWith(shown);
    },
    meta: { done: null },
  });
  return (
    <Door title="Sign in">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label="E-mail address"
            type="email"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            autoComplete="username webauthn"
            error={fieldError(signingIn.error, 'email')}
            required
            data-autofocus
          />
          <PasswordField
            label="Password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="current-password"
            required
          />
          {isProblem(signingIn.error, 'rate.exceeded') ? (
            <LockedOut problem={signingIn.error} />
          ) : (
            <ProblemBox error={signingIn.error ?? asking.error ?? withPasskey.error} shownAt={['email']} />
          )}
          <ActButton type="submit" loading={signingIn.isPending}>
            Sign in
          </ActButton>
        </Stack>
      </form>
      {hasPasskeys ? (
        <>
          <Divider label="or" />
          <ActButton
            variant="default"
            loading={asking.isPending || withPasskey.isPending}
            onClick={() => asking.mutate()}
          >
            Sign in with a passkey
          </ActButton>
        </>
      ) : null}
      <Anchor component={Link} to="/account/forgotten" size="sm">
        I forgot my password
      </Anchor>
    </Door>
  );
}

async function offerPasskey(signal: AbortSignal, onShown: (assertion: Assertion) => void): Promise<void> {
  if (!hasPasskeys || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  // Nobody asked for this: when it fails, the form is there.
  const shown = await showPasskey({ isQuiet: true, signal }).catch(() => null);
  if (shown !== null && !signal.aborted) onShown(shown);
}
