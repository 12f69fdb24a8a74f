// A fresh proof in place (SE5): the call that needed it waits, the form under it keeps what was typed.
import { Modal, Stack, Text } from '@mantine/core';
import { ActButton } from '../ui/act-button.tsx';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react';
import { call, meetStepUpWith } from '../api/client.ts';
import { FactorForm } from '../ui/factor-form.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';

/** Other dialogs are at 200, what drops down in them at 300. */
const ABOVE_DIALOGS = 400;

type Demand = 'factor' | 'password';

export function StepUp() {
  const [demand, setDemand] = useState<Demand>();
  const answer = useRef<(proven: boolean) => void>(undefined);
  const close = useCallback((proven: boolean) => {
    setDemand(undefined);
    answer.current?.(proven);
    answer.current = undefined;
  }, []);
  useEffect(() => {
    meetStepUpWith(
      (demanded) =>
        new Promise((resolve) => {
          // One dialog for calls that ask at the same time: the later ones wait for the same proof.
          const before = answer.current;
          answer.current = (proven) => {
            before?.(proven);
            resolve(proven);
          };
          setDemand(demanded);
        }),
    );
  }, []);
  const isOpen = demand !== undefined;
  useEffect(() => {
    // First of those that listen: Escape closes this dialog alone, and the form under it keeps what was typed.
    const listen = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || answer.current === undefined) return;
      event.stopImmediatePropagation();
      close(false);
    };
    window.addEventListener('keydown', listen, { capture: true });
    return () => window.removeEventListener('keydown', listen, { capture: true });
  }, [close]);
  return (
    <Modal
      opened={isOpen}
      onClose={() => close(false)}
      title="Prove that it is you"
      centered
      closeOnEscape={false}
      zIndex={ABOVE_DIALOGS}
    >
      <Stack gap="md">
        <Text size="sm">This change needs a proof of the last 15 minutes. What you have entered stays as it is.</Text>
        {demand === 'factor' ? <ByFactor onDone={() => close(true)} /> : <ByPassword onDone={() => close(true)} />}
      </Stack>
    </Modal>
  );
}

function ByFactor({ onDone }: { readonly onDone: () => void }) {
  const factors = useQuery({ queryKey: ['factors'], queryFn: ({ signal }) => call('factor.list', {}, signal) });
  if (factors.data === undefined) return <ProblemBox error={factors.error} />;
  const proofs = [...new Set(factors.data.items.map(({ kind }) => kind)), 'recovery_code'];
  return (
    <FactorForm
      proofs={proofs}
      action="Prove"
      onProof={async (proof) => {
        await call('session.prove', { body: proof });
        onDone();
      }}
    />
  );
}

function ByPassword({ onDone }: { readonly onDone: () => void }) {
  const [password, setPassword] = useState('');
  const proving = useMutation({
    mutationFn: () => call('session.prove', { body: { password } }),
    onSuccess: onDone,
    meta: { done: null },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    proving.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <PasswordField
          label="Your password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="current-password"
          required
          data-autofocus
        />
        <ProblemBox error={proving.error} />
        <ActButton type="submit" loading={proving.isPending}>
          Prove
        </ActButton>
      </Stack>
    </form>
  );
}
