// Which keys and secrets of providers are older than the organization wants, and how old it lets them become.
import { Badge, Group, NumberInput, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { fieldError } from '../api/problem.ts';
import { Loading } from '../ui/loading.tsx';
import { MayButton } from '../ui/may.tsx';
import { Section } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';

type Report = Reply<'credential.report'>;

const REPORT = ['credential.report'];

const KINDS = {
  api_key: 'API key',
  provider_secret: 'Secret of a provider',
  webhook_secret: 'Secret of a webhook',
} as const;

export function KeyAges() {
  const report = useQuery({ queryKey: REPORT, queryFn: ({ signal }) => call('credential.report', {}, signal) });
  return (
    <Section
      title="To be rotated"
      about="Keys, and secrets of providers and webhooks, that are older than the organization wants them to become."
    >
      <ProblemBox error={report.error} />
      {report.isPending ? <Loading height={140} /> : null}
      {report.data === undefined ? null : <Shown report={report.data} />}
    </Section>
  );
}

function Shown({ report }: { readonly report: Report }) {
  const due = report.items.filter(({ isDue, exposedAt }) => isDue || exposedAt !== null);
  return (
    <>
      {due.length === 0 ? (
        <Text size="sm">Nothing: of {report.items.length.toLocaleString()} keys and secrets each is younger.</Text>
      ) : (
        <Table aria-label="To be rotated">
          <Table.Thead>
            <Table.Tr>
              {['Name', 'What', 'Days old', 'Due'].map((title) => (
                <Table.Th key={title} ta={title === 'Days old' ? 'right' : 'left'}>
                  {title}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {due.map(({ id, name, kind, ageDays, dueAt, exposedAt }) => (
              <Table.Tr key={id}>
                <Table.Td>{name}</Table.Td>
                <Table.Td>{KINDS[kind]}</Table.Td>
                <Table.Td className="number">{ageDays.toLocaleString()}</Table.Td>
                <Table.Td>
                  {exposedAt === null ? (
                    <Time at={dueAt} />
                  ) : (
                    <Badge color="red" tt="none">
                      Exposed
                    </Badge>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <ScheduleForm schedule={report.schedule} />
    </>
  );
}

function ScheduleForm({ schedule }: { readonly schedule: Report['schedule'] }) {
  const client = useQueryClient();
  const [keys, setKeys] = useState<number | string>(schedule.apiKeyDays);
  const [secrets, setSecrets] = useState<number | string>(schedule.providerSecretDays);
  const saving = useMutation({
    mutationFn: () =>
      call('credential.update_schedule', {
        body: { apiKeyDays: Number(keys), providerSecretDays: Number(secrets) },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: REPORT }),
    meta: { done: 'The schedule is saved' },
  });
  return (
    <>
      <Group align="flex-end">
        <NumberInput
          label="Days for a key"
          value={keys}
          onChange={setKeys}
          min={1}
          max={3650}
          error={fieldError(saving.error, 'apiKeyDays')}
          w={160}
        />
        <NumberInput
          label="Days for other secrets"
          value={secrets}
          onChange={setSecrets}
          min={1}
          max={3650}
          error={fieldError(saving.error, 'providerSecretDays')}
          w={200}
        />
        <MayButton
          operation="credential.update_schedule"
          variant="default"
          loading={saving.isPending}
          onClick={() => saving.mutate()}
        >
          Save the schedule
        </MayButton>
      </Group>
      <ProblemBox error={saving.error} />
    </>
  );
}
