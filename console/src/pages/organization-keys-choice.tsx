// What becomes of keys of the organization that rest on members who go: shown, and chosen by whoever takes them out or leaves.
import { List, Select, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Input } from '../api/client.ts';
import { findKeysRestingOn, type RestingKey } from '../api/organization-keys.ts';
import { may, sessionQuery } from '../api/session.ts';
import { FindOne } from '../ui/find-one.tsx';
import { Loading } from '../ui/loading.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { holdsForAll, usePermissions } from './authority.ts';

export type KeysChoice = {
  readonly what: 'revoke' | 'hand_over' | undefined;
  /** The membership of who answers for them from now on. */
  readonly to: string | null;
};

/** Nothing is chosen for anybody beforehand. */
export const NOTHING_SAID: KeysChoice = { what: undefined, to: null };

export function departureOf({ what, to }: KeysChoice): NonNullable<Input<'member.remove'>['query']> {
  if (what === undefined) return {};
  return what === 'hand_over' && to !== null ? { organizationKeys: what, handOverTo: to } : { organizationKeys: what };
}

type Props = {
  readonly value: KeysChoice;
  readonly onChange: (choice: KeysChoice) => void;
  /** Ids of the people who go. */
  readonly leavers: readonly string[];
  readonly isSelf?: true;
};

export function OrganizationKeysChoice({ value, onChange, leavers, isSelf }: Props) {
  const known = usePermissions();
  const seesAll = known.data !== undefined && holdsForAll(known.data, 'api_key:read');
  const resting = useQuery({
    queryKey: ['api_key.list', 'resting on', leavers],
    queryFn: ({ signal }) => findKeysRestingOn(leavers, signal),
    enabled: seesAll,
  });
  const whom = isSelf ? 'you' : leavers.length === 1 ? 'this member' : 'these members';
  if (known.isPending || (seesAll && resting.isPending)) return <Loading height={96} />;
  if (resting.data?.length === 0) return <Text size="sm">No key of the organization rests on {whom}.</Text>;
  return (
    <Stack gap="xs" mt="sm">
      <ProblemBox error={resting.error} />
      {resting.data === undefined ? null : <Keys keys={resting.data} whom={whom} />}
      <What value={value} onChange={onChange} whom={whom} />
      {value.what === 'hand_over' ? (
        <FindOne
          kind="active_member"
          label="Who answers for them from now on"
          value={value.to}
          onChange={(to) => onChange({ ...value, to })}
          except={leavers}
        />
      ) : null}
    </Stack>
  );
}

function Keys({ keys, whom }: { readonly keys: readonly RestingKey[]; readonly whom: string }) {
  return (
    <>
      <Text size="sm" fw={600}>
        Keys of the organization that rest on {whom}
      </Text>
      <List size="sm">
        {keys.map(({ id, name, answers }) => (
          <List.Item key={id}>
            {answers.length > 0 ? name : `${name} (acts for ${whom}, and goes on for others)`}
          </List.Item>
        ))}
      </List>
    </>
  );
}

function What({ value, onChange, whom }: Pick<Props, 'value' | 'onChange'> & { readonly whom: string }) {
  const session = useQuery(sessionQuery).data ?? undefined;
  const mayRevoke = holdsForAll(usePermissions().data, 'api_key:revoke');
  const mayLook = session !== undefined && may(session, 'member.list');
  return (
    <Select
      label={`What becomes of keys of the organization that rest on ${whom}`}
      description={`Nobody goes before this is said, if there are any.${mayRevoke ? '' : ' You may not revoke keys: hand them over.'}`}
      placeholder="Not said"
      data={[
        { value: 'revoke', label: 'Revoke them', disabled: !mayRevoke },
        { value: 'hand_over', label: 'Hand them over to another member', disabled: !mayLook },
      ]}
      value={value.what ?? null}
      onChange={(chosen) =>
        onChange({ ...NOTHING_SAID, what: chosen === 'revoke' || chosen === 'hand_over' ? chosen : undefined })
      }
      clearable
    />
  );
}
