// Enrolling an authenticator app in three steps that stand below each other: the secret, a first code, the recovery codes.
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { ActButton } from './act-button.tsx';
import { Arrived } from './arrived.tsx';
import { Notice } from './notice.tsx';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import { makePasskey } from '../api/passkey.ts';
import { CopyText } from './copy-text.tsx';
import { ProblemBox } from './problem-box.tsx';
import { QrCode } from './qr-code.tsx';

type Props = { readonly onDone: (recoveryCodes: readonly string[] | null) => void };

export function EnrollApp({ onDone }: Props) {
  const [code, setCode] = useState('');
  const enrolled = useEnrolled(onDone);
  const starting = useMutation({
    mutationFn: () => call('factor.start_totp', { body: { name: 'Authenticator app' } }),
    meta: { done: null },
  });
  const confirming = useMutation({
    mutationFn: (id: string) =>
      call('factor.confirm_totp', { params: { factorId: id }, body: { code: code.replaceAll(/\s/g, '') } }),
    onSuccess: ({ recoveryCodes }) => enrolled(recoveryCodes),
    meta: { done: 'The app is added' },
  });
  const started = starting.data;
  if (started === undefined) {
    return (
      <Stack gap="sm">
        <ProblemBox error={starting.error} />
        <ActButton onClick={() => starting.mutate()} loading={starting.isPending}>
          Set up an authenticator app
        </ActButton>
      </Stack>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirming.mutate(started.id);
  };
  return (
    <form onSubmit={submit}>
      <Arrived label="Your authenticator app">
        <Text size="sm">Scan this with your authenticator app, or type the secret into it.</Text>
        <QrCode text={started.uri} label="QR code for your authenticator app" />
        <CopyText label="secret" text={started.secret} />
        <TextInput
          label="Code that the app shows now"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={7}
          required
        />
        <ProblemBox error={confirming.error} />
        <ActButton type="submit" loading={confirming.isPending}>
          Confirm
        </ActButton>
      </Arrived>
    </form>
  );
}

export function EnrollPasskey({ onDone }: Props) {
  const enrolled = useEnrolled(onDone);
  const enrolling = useMutation({
    mutationFn: async () => {
      const registration = await makePasskey();
      if (registration === null) return undefined;
      return call('factor.enroll_passkey', { body: { name: 'Passkey', registration } });
    },
    onSuccess: (done) => (done === undefined ? undefined : enrolled(done.recoveryCodes)),
    meta: { done: (reply) => (reply === undefined ? undefined : 'The passkey is added') },
  });
  return (
    <Stack gap="sm">
      <ProblemBox error={enrolling.error} />
      <ActButton onClick={() => enrolling.mutate()} loading={enrolling.isPending}>
        Create a passkey
      </ActButton>
    </Stack>
  );
}

function useEnrolled(onDone: Props['onDone']) {
  const client = useQueryClient();
  return async (recoveryCodes: readonly string[] | null) => {
    await Promise.all([
      client.invalidateQueries({ queryKey: ['factors'] }),
      client.invalidateQueries({ queryKey: ['session'] }),
      client.invalidateQueries({ queryKey: ['session.list'] }),
    ]);
    onDone(recoveryCodes);
  };
}

/** The one time that recovery codes are shown. */
export function ShownCodes({ codes, onDone }: { readonly codes: readonly string[]; readonly onDone: () => void }) {
  return (
    <Arrived label="Recovery codes">
      <Notice tone="yellow" title="Keep these recovery codes apart from your device">
        Each works once when your factor is lost. They are shown this one time.
      </Notice>
      <CopyText label="recovery codes" text={codes.join('\n')} />
      <Group justify="flex-end">
        <Button onClick={onDone}>I have kept them</Button>
      </Group>
    </Arrived>
  );
}
