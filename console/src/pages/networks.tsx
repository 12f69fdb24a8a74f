// From which networks people and keys may come, and what an address would be told.
import { Badge, Code, Group, Stack, Table, Text, Textarea, TextInput } from '@mantine/core';
import { ActButton } from '../ui/act-button.tsx';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { fieldError, isProblem } from '../api/problem.ts';
import { may, sessionQuery } from '../api/session.ts';
import { blocksIn, faultIn } from './blocks.ts';
import { Confirm } from '../ui/confirm.tsx';
import { Loading } from '../ui/loading.tsx';
import { MayButton } from '../ui/may.tsx';
import { Page, Section } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';

type Rules = Reply<'network_rules.get'>;
type ListName = 'console' | 'api' | 'models';

const LISTS: readonly (readonly [name: ListName, label: string, about: string])[] = [
  ['console', 'Console', 'Where people may use the organization from, with a browser or any other session.'],
  ['api', 'API with keys', 'Where keys may call the API from; calls of models are not held to it.'],
  ['models', 'Models and tools', 'Where models and tools may be called from (/v1 and /mcp).'],
];

export function Networks() {
  const rules = useQuery({ queryKey: ['networks'], queryFn: ({ signal }) => call('network_rules.get', {}, signal) });
  return (
    <Page
      title="Network rules"
      about="Blocks of addresses, one on each line, such as 203.0.113.0/24 or 2001:db8::/32. An empty list is no rule. What is saved holds at once, also in open sessions and streams."
    >
      <ProblemBox error={rules.error} />
      {rules.isPending ? <Loading height={420} /> : null}
      {rules.data === undefined ? null : (
        <>
          <Text size="sm">
            This server sees you at <Code>{rules.data.yourAddress}</Code>.
          </Text>
          <RulesForm key={rules.data.version} rules={rules.data} />
          <CheckForm />
        </>
      )}
    </Page>
  );
}

function RulesForm({ rules }: { readonly rules: Rules }) {
  const client = useQueryClient();
  const session = useQuery(sessionQuery).data;
  const mayChange = session === undefined || session === null || may(session, 'network_rules.update');
  const [texts, setTexts] = useState<Readonly<Record<ListName, string>>>({
    console: rules.console.join('\n'),
    api: rules.api.join('\n'),
    models: rules.models.join('\n'),
  });
  const save = async (confirmLockOut: boolean): Promise<void> => {
    const [ofConsole, ofApi, ofModels] = [blocksIn(texts.console), blocksIn(texts.api), blocksIn(texts.models)];
    const body = { console: ofConsole, api: ofApi, models: ofModels, confirmLockOut };
    await call('network_rules.update', { body });
    await client.invalidateQueries({ queryKey: ['networks'] });
  };
  const saving = useMutation({ mutationFn: () => save(false), meta: { done: 'The rules are saved, and hold' } });
  const locksOut = isProblem(saving.error, 'network_rules.locks_you_out');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (mayChange) saving.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md" maw={520}>
        {LISTS.map(([name, label, about]) => (
          <Textarea
            key={name}
            label={label}
            description={about}
            autosize
            // Read all the same, with the keyboard too.
            readOnly={!mayChange}
            minRows={2}
            maxRows={12}
            value={texts[name]}
            onChange={(event) => {
              const { value } = event.currentTarget;
              setTexts((before) => ({ ...before, [name]: value }));
            }}
            error={faultIn(saving.error, name, blocksIn(texts[name]))}
          />
        ))}
        {locksOut ? null : <ProblemBox error={saving.error} />}
        <Group>
          <MayButton operation="network_rules.update" loading={saving.isPending} onClick={() => saving.mutate()}>
            Save
          </MayButton>
        </Group>
      </Stack>
      <Confirm
        isOpen={locksOut}
        title="Shut yourself out?"
        action="Save, and be shut out"
        done="The rules are saved, and hold"
        onConfirm={() => save(true)}
        onClose={() => saving.reset()}
      >
        No block of the console covers {rules.yourAddress}, where this server sees you. You and everybody else there
        will be refused at once. The operator of the host can take the rules away again.
      </Confirm>
    </form>
  );
}

function CheckForm() {
  const [address, setAddress] = useState('');
  const checking = useMutation({
    mutationFn: () => call('network_rules.check', { body: { address: address.trim() } }),
    meta: { done: null },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    checking.mutate();
  };
  return (
    <Section title="Try an address" about="What the rules that are saved say of it.">
      <form onSubmit={submit}>
        <Group align="flex-end">
          <TextInput
            label="Address"
            placeholder="203.0.113.7"
            value={address}
            onChange={(event) => setAddress(event.currentTarget.value)}
            error={fieldError(checking.error, 'address')}
            required
            w={300}
          />
          <ActButton type="submit" variant="default" loading={checking.isPending}>
            Try it
          </ActButton>
        </Group>
      </form>
      {fieldError(checking.error, 'address') === undefined ? <ProblemBox error={checking.error} /> : null}
      <div aria-live="polite">{checking.data === undefined ? null : <Answer checked={checking.data} />}</div>
    </Section>
  );
}

function Answer({ checked }: { readonly checked: Reply<'network_rules.check'> }) {
  return (
    <Table maw={520} aria-label={`What ${checked.address} is told`}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>From {checked.address}</Table.Th>
          <Table.Th>Is</Table.Th>
          <Table.Th>By</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {LISTS.map(([name, label]) => {
          const { letsIn, by } = checked[name];
          return (
            <Table.Tr key={name}>
              <Table.Td>{label}</Table.Td>
              <Table.Td>
                <Badge color={letsIn ? 'green' : 'red'}>{letsIn ? 'let in' : 'refused'}</Badge>
              </Table.Td>
              <Table.Td>{by ?? (letsIn ? 'no rule' : 'no block names it')}</Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
