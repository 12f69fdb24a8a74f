// One key: what it was used for within 30 days, what it may do and why, and what deserves a look.
import { Badge, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { call, type Reply } from '../api/client.ts';
import { findMembers } from '../ui/finders.ts';
import { Loading } from '../ui/loading.tsx';
import { MayButton } from '../ui/may.tsx';
import { Section } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';
import { FLAGS, type Key, stateOf } from './key-words.ts';

type Usage = Reply<'api_key.usage'>;
type Reach = Reply<'api_key.get_reach'>['items'][number];

const count = (value: number): string => value.toLocaleString();

/** What is done to a key from its details, each in a dialog of its own. */
export type KeyAction = 'change' | 'rotate' | 'networks' | 'exposed';

type Props = {
  readonly apiKey: Key;
  readonly isMine: boolean;
  readonly onDo: (action: KeyAction) => void;
  readonly onClose: () => void;
};

export function KeyDetails({ apiKey, isMine, onDo, onClose }: Props) {
  const { id, name } = apiKey;
  const usage = useQuery({
    queryKey: ['api_key.usage', id],
    queryFn: ({ signal }) => call('api_key.usage', { params: { apiKeyId: id } }, signal),
  });
  const reach = useQuery({
    queryKey: ['api_key.get_reach', id],
    queryFn: ({ signal }) => call('api_key.get_reach', { params: { apiKeyId: id } }, signal),
  });
  return (
    <Modal opened onClose={onClose} title={name} size="xl">
      <Stack gap="lg">
        <Group justify="space-between">
          <KeyFlags flags={apiKey.flags} />
          {stateOf(apiKey) === 'works' ? (
            <Todo name={name} isMine={isMine} isSecret={apiKey.kind !== 'publishable'} onDo={onDo} />
          ) : null}
        </Group>
        <ProblemBox error={usage.error} />
        {usage.isPending ? <Loading height={220} /> : null}
        {usage.data === undefined ? null : <Used usage={usage.data} />}
        <ProblemBox error={reach.error} />
        {reach.isPending ? <Loading height={120} /> : null}
        {reach.data === undefined ? null : <May items={reach.data.items} />}
      </Stack>
    </Modal>
  );
}

type TodoProps = Pick<Props, 'isMine' | 'onDo'> & { readonly name: string; readonly isSecret: boolean };

function Todo({ name, isMine, isSecret, onDo }: TodoProps) {
  const small = { size: 'compact-sm', variant: 'default' } as const;
  return (
    <Group gap="xs">
      {isMine ? (
        <>
          <MayButton operation="api_key.update" aria-label={`Change ${name}`} {...small} onClick={() => onDo('change')}>
            Change
          </MayButton>
          <MayButton operation="api_key.rotate" aria-label={`Rotate ${name}`} {...small} onClick={() => onDo('rotate')}>
            Rotate
          </MayButton>
        </>
      ) : null}
      <MayButton
        operation="api_key.update_networks"
        aria-label={`Networks of ${name}`}
        {...small}
        onClick={() => onDo('networks')}
      >
        Networks
      </MayButton>
      {isSecret ? (
        <MayButton
          operation="api_key.mark_exposed"
          aria-label={`Mark as exposed: ${name}`}
          {...small}
          color="red"
          onClick={() => onDo('exposed')}
        >
          Mark as exposed
        </MayButton>
      ) : null}
    </Group>
  );
}

export function KeyFlags({ flags }: { readonly flags: Key['flags'] }) {
  if (flags.length === 0) return null;
  return (
    <Group gap={4}>
      {flags.map((flag) => (
        <Badge key={flag} color="yellow" tt="none">
          {FLAGS[flag]}
        </Badge>
      ))}
    </Group>
  );
}

/** In each currency; what has no price is said, so that nobody takes the rest for all of it. */
function costText({ amounts, unpricedCalls }: Usage['cost']): string {
  const known = amounts.map(({ currency, amount }) => `${amount} ${currency}`).join(' + ');
  const unpriced = unpricedCalls === 0 ? '' : `${count(unpricedCalls)} calls of models without a price`;
  if (known === '')
    return unpriced === '' ? 'Cost: nothing.' : `Cost: not known, ${unpriced}. Prices stand with the provider.`;
  return `Cost: ${known}${unpriced === '' ? '' : `, beside ${unpriced}`}.`;
}

function Used({ usage }: { readonly usage: Usage }) {
  const tokens = usage.models.reduce((all, { inputTokens, outputTokens }) => all + inputTokens + outputTokens, 0);
  return (
    <Section title="Used for" about="Within 30 days. What was called in the last seconds may not be in yet.">
      <Text size="sm">
        {count(usage.calls)} calls, {count(usage.failures)} refused or failed; {count(tokens)} tokens. Last used{' '}
        <Time at={usage.lastUsedAt} none="never" />. {costText(usage.cost)}
      </Text>
      {usage.places.length === 0 ? null : (
        <Rows
          name="From where and with what"
          head={['Address', 'Program', 'Calls', 'Failures', 'Last']}
          numbers={['Calls', 'Failures']}
          rows={usage.places.map((place) => [
            place.address,
            place.client,
            count(place.calls),
            count(place.failures),
            <Time key="at" at={place.lastAt} />,
          ])}
        />
      )}
      {usage.models.length === 0 ? null : (
        <Rows
          name="Models"
          head={['Model', 'Calls', 'Failures', 'Tokens in', 'Tokens out']}
          numbers={['Calls', 'Failures', 'Tokens in', 'Tokens out']}
          rows={usage.models.map((model) => [
            model.model,
            count(model.calls),
            count(model.failures),
            count(model.inputTokens),
            count(model.outputTokens),
          ])}
        />
      )}
    </Section>
  );
}

const WHY: Readonly<Record<Reach['scopes'][number]['why'], string>> = {
  granted: 'Yes',
  own_only: 'Only what belongs to the person',
  not_of_the_person: 'No: the person may not',
  needs_a_person: 'No: that needs a person, and the key acts for nobody',
  no_scope: 'No: keys are not given this',
};

function May({ items }: { readonly items: readonly Reach[] }) {
  const people = items.flatMap(({ userId }) => (userId === null ? [] : [userId]));
  const members = useQuery({
    queryKey: ['member.list', 'names of', people],
    queryFn: ({ signal }) => findMembers(({ userId }) => userId, people, signal),
    enabled: people.length > 0,
  });
  const nameOf = (userId: string): string => members.data?.find((member) => member.userId === userId)?.name ?? userId;
  return (
    <Section title="What it can do" about="Its scopes, held against the rights of whom it acts for.">
      {items.length === 0 ? <Text size="sm">Nothing: there is nobody left for whom it may act.</Text> : null}
      {items.map(({ userId, role, isActive, scopes }) => (
        <Stack key={userId ?? 'nobody'} gap={4}>
          <Text size="sm" fw={600}>
            {userId === null ? 'Acting for nobody' : `Acting for ${nameOf(userId)}${role === null ? '' : ` (${role})`}`}
          </Text>
          {isActive ? (
            <Rows
              name={`What it can do for ${userId === null ? 'nobody' : nameOf(userId)}`}
              head={['Scope', 'What that is', 'Now']}
              rows={scopes.map(({ scope, describe, why }) => [scope, describe, WHY[why]])}
            />
          ) : (
            <Text size="sm">Nothing: this member is suspended.</Text>
          )}
        </Stack>
      ))}
    </Section>
  );
}

type RowsProps = {
  readonly name: string;
  readonly head: readonly string[];
  /** Those of the head that are numbers: they end below each other. */
  readonly numbers?: readonly string[];
  readonly rows: readonly (readonly React.ReactNode[])[];
};

function Rows({ name, head, numbers = [], rows }: RowsProps) {
  return (
    <Table.ScrollContainer minWidth={480} type="native">
      <Table aria-label={name}>
        <Table.Thead>
          <Table.Tr>
            {head.map((title) => (
              <Table.Th key={title} ta={numbers.includes(title) ? 'right' : 'left'}>
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((cells, row) => (
            <Table.Tr key={row}>
              {cells.map((cell, at) => (
                <Table.Td key={head[at]} className={numbers.includes(head[at] ?? '') ? 'number' : undefined}>
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
