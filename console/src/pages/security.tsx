// What the organization demands of whoever signs in.
import { Checkbox, Group, NumberInput, Radio, Stack } from '@mantine/core';
import { ActButton } from '../ui/act-button.tsx';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { sessionQuery, whyNot } from '../api/session.ts';
import { fieldError } from '../api/problem.ts';
import { Ghost } from '../ui/ghost.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { OrganizationName } from './organization-name.tsx';

type Policy = Reply<'sign_in_policy.get'>;

export function Security() {
  const policy = useQuery({ queryKey: ['policy'], queryFn: ({ signal }) => call('sign_in_policy.get', {}, signal) });
  return (
    <Page
      title="Sign-in policy"
      about="It holds at once, also for sessions that are open. It can be stricter than the installation, never laxer."
    >
      <ProblemBox error={policy.error} />
      {policy.isPending ? (
        <Ghost>
          <PolicyForm policy={BLANK} />
        </Ghost>
      ) : null}
      {policy.data === undefined ? null : <PolicyForm key={policy.data.version} policy={policy.data} />}
      <OrganizationName />
    </Page>
  );
}

/** For the shape of the form before the policy is known. */
const BLANK: Policy = {
  requireFactor: 'none',
  requiredSince: null,
  allowedFactors: [],
  graceHours: 0,
  sessionIdleMinutes: null,
  sessionMaxMinutes: null,
  passwordLengthMin: null,
  version: 0,
};

const orNull = (value: number | string): number | null => (value === '' ? null : Number(value));

function PolicyForm({ policy }: { readonly policy: Policy }) {
  const client = useQueryClient();
  const session = useQuery(sessionQuery).data;
  const reason = session === undefined || session === null ? undefined : whyNot(session, 'sign_in_policy.update');
  const [form, setForm] = useState(policy);
  const saving = useMutation({
    mutationFn: () => {
      const { requiredSince: _since, version: _version, ...body } = form;
      return call('sign_in_policy.update', { body });
    },
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['policy'] }),
        client.invalidateQueries({ queryKey: ['session'] }),
      ]),
    meta: { done: 'It is saved, and holds' },
  });
  const change = (part: Partial<Policy>) => setForm((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <form onSubmit={submit}>
      <fieldset disabled={reason !== undefined} style={{ border: 0, padding: 0, margin: 0 }}>
        <Stack gap="md" maw={520}>
          <Radio.Group
            label="Who must have a second factor"
            value={form.requireFactor}
            onChange={(value) => change({ requireFactor: value })}
          >
            <Stack gap="xs" mt="xs">
              <Radio value="none" label="Nobody" />
              <Radio value="admins" label="Owners and admins" />
              <Radio value="all" label="Everybody" />
            </Stack>
          </Radio.Group>
          <Checkbox.Group
            label="Which kinds count"
            value={[...form.allowedFactors]}
            onChange={(value) => change({ allowedFactors: value })}
            error={fieldError(saving.error, 'allowedFactors')}
          >
            <Group mt="xs">
              <Checkbox value="totp" label="Authenticator apps" />
              <Checkbox value="passkey" label="Passkeys" />
            </Group>
          </Checkbox.Group>
          <NumberInput
            label="Hours to enroll"
            description="For members; owners and admins of a server that others reach have none."
            value={form.graceHours}
            onChange={(value) => change({ graceHours: Number(value) })}
            min={0}
            max={720}
            error={fieldError(saving.error, 'graceHours')}
          />
          <NumberInput
            label="Minutes a session may rest"
            description="Empty: as the installation has it."
            value={form.sessionIdleMinutes ?? ''}
            onChange={(value) => change({ sessionIdleMinutes: orNull(value) })}
            min={5}
            error={fieldError(saving.error, 'sessionIdleMinutes')}
          />
          <NumberInput
            label="Minutes a session lasts at most"
            description="Empty: as the installation has it."
            value={form.sessionMaxMinutes ?? ''}
            onChange={(value) => change({ sessionMaxMinutes: orNull(value) })}
            min={15}
            error={fieldError(saving.error, 'sessionMaxMinutes')}
          />
          <NumberInput
            label="Shortest password"
            description="Of passwords that are set from now on. Empty: 12 characters."
            value={form.passwordLengthMin ?? ''}
            onChange={(value) => change({ passwordLengthMin: orNull(value) })}
            min={12}
            max={128}
            error={fieldError(saving.error, 'passwordLengthMin')}
          />
          <ProblemBox error={saving.error} />
          <Group>
            <ActButton type="submit" loading={saving.isPending} title={reason}>
              Save
            </ActButton>
          </Group>
        </Stack>
      </fieldset>
    </form>
  );
}
