// What a session without the factor its organization demands sees: enrolling one, or showing the one there is.
import { Stack, Title, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { hasPasskeys } from '../api/passkey.ts';
import { FactorForm } from '../ui/factor-form.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { EnrollApp, EnrollPasskey, ShownCodes } from '../ui/totp-enroll.tsx';

export function NeedsFactor() {
  const client = useQueryClient();
  const factors = useQuery({ queryKey: ['factors'], queryFn: ({ signal }) => call('factor.list', {}, signal) });
  const [codes, setCodes] = useState<readonly string[]>();
  const goOn = () => client.invalidateQueries();
  if (codes !== undefined) return <ShownCodes codes={codes} onDone={() => void goOn()} />;
  const proofs = [...new Set(factors.data?.items.map(({ kind }) => kind))];
  const enrolled = (shown: readonly string[] | null) => (shown === null ? void goOn() : setCodes(shown));
  return (
    <Stack maw={480} gap="md">
      <Title order={1}>Your organization asks for a second factor</Title>
      <Text size="sm">Until you have shown one you can do nothing else here.</Text>
      <ProblemBox error={factors.error} />
      {proofs.length > 0 ? (
        <FactorForm
          proofs={[...proofs, 'recovery_code']}
          action="Go on"
          onProof={async (proof) => {
            await call('session.prove', { body: proof });
            await goOn();
          }}
        />
      ) : null}
      {hasPasskeys ? <EnrollPasskey onDone={enrolled} /> : null}
      <EnrollApp onDone={enrolled} />
    </Stack>
  );
}
