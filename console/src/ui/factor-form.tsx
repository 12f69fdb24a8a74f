// Showing a second factor: a code, a passkey or a recovery code. At the door, and when the server wants a fresh proof.
import { Anchor, Stack, TextInput } from '@mantine/core';
import { ActButton } from './act-button.tsx';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { type Assertion, hasPasskeys, showPasskey } from '../api/passkey.ts';
import { ProblemBox } from './problem-box.tsx';

export type Proof = { readonly code: string } | { readonly recoveryCode: string } | { readonly passkey: Assertion };

type Props = {
  readonly proofs: readonly string[];
  readonly action: string;
  readonly onProof: (proof: Proof) => Promise<unknown>;
};

export function FactorForm({ proofs, action, onProof }: Props) {
  const [kind, setKind] = useState<'code' | 'recovery'>(proofs.includes('totp') ? 'code' : 'recovery');
  const [text, setText] = useState('');
  const sending = useMutation({ mutationFn: onProof, meta: { done: null } });
  const passkey = useMutation({
    mutationFn: async () => {
      const shown = await showPasskey({ isQuiet: false });
      return shown === null ? undefined : onProof({ passkey: shown });
    },
    meta: { done: null },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    sending.mutate(kind === 'code' ? { code: text.replaceAll(/\s/g, '') } : { recoveryCode: text });
  };
  const offersPasskey = hasPasskeys && proofs.includes('passkey');
  const isOnlyPasskey = offersPasskey && !proofs.includes('totp') && kind === 'recovery' && text === '';
  return (
    <Stack gap="md">
      {offersPasskey ? (
        <ActButton
          variant={isOnlyPasskey ? 'filled' : 'default'}
          loading={passkey.isPending}
          onClick={() => passkey.mutate()}
        >
          Use a passkey
        </ActButton>
      ) : null}
      <form onSubmit={submit}>
        <Stack gap="sm">
          {kind === 'code' ? (
            <TextInput
              label="Code of your authenticator app"
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={7}
              required
              data-autofocus
            />
          ) : (
            <TextInput
              label="Recovery code"
              description="Each works once."
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              autoComplete="off"
              required
            />
          )}
          <ProblemBox error={sending.error ?? passkey.error} />
          <ActButton type="submit" loading={sending.isPending}>
            {action}
          </ActButton>
        </Stack>
      </form>
      {proofs.includes('totp') ? (
        <Anchor
          component="button"
          type="button"
          size="sm"
          onClick={() => {
            setKind(kind === 'code' ? 'recovery' : 'code');
            setText('');
          }}
        >
          {kind === 'code' ? 'Use a recovery code instead' : 'Use a code of your app instead'}
        </Anchor>
      ) : null}
    </Stack>
  );
}
