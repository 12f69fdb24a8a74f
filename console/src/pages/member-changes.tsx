// What is done with a member: another role, a rest, an end, the ownership. Each dialog says what will end with it.
import { Button, Menu, Modal, Stack, Switch, Text } from '@mantine/core';
import { ActButton } from '../ui/act-button.tsx';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call } from '../api/client.ts';
import { endedText } from '../api/ended.ts';
import type { OperationId } from '../api/operations.ts';
import { type Role, ROLES, whyNotGive } from '../api/roles.ts';
import { type Session, sessionQuery, whyNot } from '../api/session.ts';
import type { RowOf } from '../ui/list/server-table.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { RoleChoice } from '../ui/role-choice.tsx';
import { departureOf, type KeysChoice, NOTHING_SAID, OrganizationKeysChoice } from './organization-keys-choice.tsx';

type Member = RowOf<'member.list'>;
export type Change = { readonly member: Member; readonly what: 'role' | 'suspend' | 'resume' | 'remove' | 'offer' };

const ITEMS: readonly { readonly what: Change['what']; readonly label: string; readonly operation: OperationId }[] = [
  { what: 'role', label: 'Change the role', operation: 'member.update' },
  { what: 'offer', label: 'Offer the ownership', operation: 'ownership.offer' },
  { what: 'suspend', label: 'Suspend', operation: 'member.suspend' },
  { what: 'resume', label: 'Let in again', operation: 'member.resume' },
  { what: 'remove', label: 'Remove', operation: 'member.remove' },
];

/** Why not, in the order in which somebody would wonder. */
function reasonAgainst(session: Session, member: Member, { what, operation }: (typeof ITEMS)[number]) {
  const reason = whyNot(session, operation);
  if (reason !== undefined) return reason;
  if (what !== 'role' && member.userId === session.user?.id) return 'That is you: leave on the page of your account.';
  if (what === 'offer') return member.role === 'owner' ? 'They are an owner.' : undefined;
  return whyNotGive(session.role, member.role);
}

type MenuProps = { readonly member: Member; readonly onChange: (what: Change['what']) => void };

export function ManageMenu({ member, onChange }: MenuProps) {
  const { data: session } = useQuery(sessionQuery);
  if (session === undefined || session === null) return null;
  const hidden = member.status === 'active' ? 'resume' : 'suspend';
  return (
    <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button size="compact-sm" variant="default" aria-label={`Manage ${member.name}`}>
          Manage
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {ITEMS.filter(({ what }) => what !== hidden).map((item) => {
          const reason = reasonAgainst(session, member, item);
          return (
            // In reach of the keyboard all the same, so that the reason can be heard.
            <Menu.Item
              key={item.what}
              data-disabled={reason !== undefined || undefined}
              aria-disabled={reason !== undefined}
              closeMenuOnClick={reason === undefined}
              onClick={() => (reason === undefined ? onChange(item.what) : undefined)}
            >
              {item.label}
              {reason === undefined ? null : <Text size="xs">{reason}</Text>}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

type Props = { readonly change: Change | undefined; readonly onClose: () => void };

export function MemberChange({ change, onClose }: Props) {
  const isOf = (what: Change['what']): Change | undefined => (change?.what === what ? change : undefined);
  const name = change?.member.name ?? '';
  return (
    <>
      <Modal opened={isOf('role') !== undefined} onClose={onClose} title={`Another role for ${name}`}>
        {change === undefined ? null : <ChangeRole member={change.member} onDone={onClose} />}
      </Modal>
      <Modal opened={isOf('offer') !== undefined} onClose={onClose} title={`Offer the ownership to ${name}?`}>
        {change === undefined ? null : <OfferOwnership member={change.member} onDone={onClose} />}
      </Modal>
      <Endings change={change} onClose={onClose} />
    </>
  );
}

const ENDINGS = {
  suspend: {
    title: (name: string) => `Suspend ${name}?`,
    action: 'Suspend',
    about:
      'Their sessions end within a second, their keys do nothing while they are suspended, and open invitations they made are canceled.',
    run: (memberId: string, _keys: KeysChoice) => call('member.suspend', { params: { memberId } }),
    done: (name: string) => `${name} is suspended.`,
  },
  resume: {
    title: (name: string) => `Let ${name} in again?`,
    action: 'Let in again',
    about: 'They can sign in again, with the role they had, and their keys work again.',
    run: (memberId: string, _keys: KeysChoice) => call('member.resume', { params: { memberId } }),
    done: (name: string) => `${name} is in again.`,
  },
  remove: {
    title: (name: string) => `Remove ${name}?`,
    action: 'Remove',
    about:
      'Sessions, keys that act as them, open invitations they made, and offers of ownership end in the same step. What they did stays in the log. It cannot be undone: they would have to be invited again.',
    run: removeMember,
    done: (name: string) => `${name} is no member any more.`,
  },
} as const;

export function removeMember(memberId: string, keys: KeysChoice) {
  return call('member.remove', { params: { memberId }, query: departureOf(keys) });
}

function endingOf(change: Change | undefined) {
  return change !== undefined && change.what in ENDINGS ? ENDINGS[change.what as keyof typeof ENDINGS] : undefined;
}

function Endings({ change, onClose }: Props) {
  const client = useQueryClient();
  const [keys, setKeys] = useState(NOTHING_SAID);
  const words = endingOf(change);
  const { id = '', userId = '', name = '' } = change?.member ?? {};
  // What was chosen for one of them is said of nobody else.
  useEffect(() => setKeys(NOTHING_SAID), [id]);
  return (
    <Confirm
      isOpen={words !== undefined}
      title={words?.title(name) ?? ''}
      action={words?.action ?? ''}
      done={(reply) => `${words?.done(name) ?? ''} ${endedIn(reply)}`.trim()}
      onConfirm={async () => {
        const reply = await words?.run(id, keys);
        await client.invalidateQueries({ queryKey: ['member.list'] });
        return reply;
      }}
      onClose={onClose}
    >
      {words?.about}
      {words === ENDINGS.remove ? <OrganizationKeysChoice value={keys} onChange={setKeys} leavers={[userId]} /> : null}
    </Confirm>
  );
}

function endedIn(reply: unknown): string {
  // Every operation above says it.
  const { ended } = (reply ?? {}) as { readonly ended?: Parameters<typeof endedText>[0] };
  return ended === undefined ? '' : endedText(ended);
}

type DialogProps = { readonly member: Member; readonly onDone: () => void };

function ChangeRole({ member, onDone }: DialogProps) {
  const client = useQueryClient();
  const [role, setRole] = useState<Role>(member.role);
  const chosen = ROLES.find((one) => one === role);
  const changing = useMutation({
    mutationFn: async () => {
      if (chosen !== undefined)
        return call('member.update', { params: { memberId: member.id }, body: { role: chosen } });
    },
    onSuccess: async () => {
      onDone();
      await client.invalidateQueries({ queryKey: ['member.list'] });
    },
    meta: { done: (reply) => `${member.name} is ${role} now. ${endedIn(reply)}`.trim() },
  });
  return (
    <Stack gap="sm">
      <RoleChoice value={role} onChange={setRole} />
      <KeptRoles member={member} />
      {member.role === 'guest' ? (
        <Text size="sm">They belong to the organization from then on, and keep what was shared with them.</Text>
      ) : null}
      <Text size="sm">They sign in again, and open invitations that they could not make any more are canceled.</Text>
      <ProblemBox error={changing.error} />
      <ActButton disabled={role === member.role} loading={changing.isPending} onClick={() => changing.mutate()}>
        Change the role
      </ActButton>
    </Stack>
  );
}

/** Custom roles outlive a change of the built-in role. Whoever may not see them is told that there may be some. */
function KeptRoles({ member }: { readonly member: Member }) {
  const found = useQuery({
    queryKey: ['member.permissions', member.id],
    queryFn: ({ signal }) => call('member.permissions', { params: { memberId: member.id } }, signal),
  });
  const names = (found.data?.roles ?? []).map(({ name, team }) => (team === null ? name : `${name} (by ${team.name})`));
  const text = found.isError
    ? 'Roles of the organization that they hold beside it stay.'
    : `They keep roles of the organization: ${names.join(', ')}. Take them under Permissions.`;
  if (!found.isError && names.length === 0) return null;
  return (
    <Text size="sm" fw={500}>
      {text}
    </Text>
  );
}

function OfferOwnership({ member, onDone }: DialogProps) {
  const client = useQueryClient();
  const [staysOwner, setStaysOwner] = useState(false);
  const offering = useMutation({
    mutationFn: () => call('ownership.offer', { body: { memberId: member.id, staysOwner } }),
    onSuccess: async () => {
      onDone();
      await client.invalidateQueries({ queryKey: ['ownership'] });
    },
    meta: { done: `${member.name} has a week to accept` },
  });
  return (
    <Stack gap="sm">
      <Text size="sm">
        {staysOwner
          ? 'When they accept, you are owners both.'
          : 'When they accept, they are the owner and you become an admin; both of you sign in again.'}
      </Text>
      <Switch
        label="I stay an owner too"
        checked={staysOwner}
        onChange={(event) => setStaysOwner(event.currentTarget.checked)}
      />
      <ProblemBox error={offering.error} />
      <ActButton loading={offering.isPending} onClick={() => offering.mutate()}>
        Offer it
      </ActButton>
    </Stack>
  );
}
