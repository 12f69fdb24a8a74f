// Going to another of one's organizations: found by name, entered at once, and the whole console is about it from then on.
import { Badge, Group, Modal, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { ActButton } from '../ui/act-button.tsx';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { assertOrganization, call, type Reply } from '../api/client.ts';
import { sessionQuery } from '../api/session.ts';
import { Loading } from '../ui/loading.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { useDialogInAddress } from './dialog-in-address.ts';

type Organization = Reply<'session.list_organizations'>['items'][number];

/** What the address says when the dialog is open. */
export const ORGANIZATIONS = 'organizations';
const TYPING_MS = 200;

export function Organizations() {
  const [isOpen, setOpen] = useDialogInAddress(ORGANIZATIONS);
  return (
    <Modal opened={isOpen} onClose={() => setOpen(false)} title="Your organizations">
      {isOpen ? <Choice onStay={() => setOpen(false)} /> : null}
    </Modal>
  );
}

function Choice({ onStay }: { readonly onStay: () => void }) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed, TYPING_MS);
  const enter = useEnter();
  const list = useInfiniteQuery({
    queryKey: ['organizations', search],
    queryFn: ({ pageParam, signal }) =>
      call('session.list_organizations', { query: { search, cursor: pageParam } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const organizations = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Stack gap="sm">
      <TextInput
        aria-label="Search your organizations"
        placeholder="Search"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        data-autofocus
      />
      <ProblemBox error={enter.error ?? list.error} />
      {list.isPending ? <Loading height={110} /> : null}
      <Stack component="ul" gap={4} m={0} p={0} className="choices" aria-label="Your organizations">
        {organizations.map((organization) => (
          <li key={organization.id}>
            <Entry
              organization={organization}
              isBusy={enter.isPending}
              onChoose={() => (organization.isCurrent ? onStay() : enter.mutate(organization))}
            />
          </li>
        ))}
      </Stack>
      <Text size="sm" c="dimmed" aria-live="polite">
        {wordsOf(organizations, search, list.isPending)}
      </Text>
      {list.hasNextPage ? (
        <ActButton variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Show more
        </ActButton>
      ) : null}
    </Stack>
  );
}

function wordsOf(found: readonly Organization[], search: string, isPending: boolean): string {
  if (isPending) return '';
  if (found.length === 0) return `None of your organizations is called “${search}”.`;
  if (found.length === 1 && search === '') return 'You are in no other. An owner of another one can invite you.';
  return 'Your other tabs have to be reloaded then.';
}

type EntryProps = {
  readonly organization: Organization;
  readonly isBusy: boolean;
  readonly onChoose: () => void;
};

function Entry({ organization, isBusy, onChoose }: EntryProps) {
  const { name, slug, role, isCurrent } = organization;
  return (
    <UnstyledButton
      className="choice"
      w="100%"
      disabled={isBusy}
      aria-current={isCurrent || undefined}
      onClick={onChoose}
    >
      <Group justify="space-between" gap="sm" wrap="nowrap">
        <span>
          <Text size="sm" fw={600} span>
            {name}
          </Text>{' '}
          <Text size="sm" c="dimmed" span>
            {slug}
          </Text>
        </span>
        <Group gap="xs" wrap="nowrap">
          <Badge>{role}</Badge>
          {isCurrent ? <Badge color="green">here</Badge> : null}
        </Group>
      </Group>
    </UnstyledButton>
  );
}

/** Enters it; what this tab knew of the one before is gone, and asked anew. */
function useEnter() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async ({ slug, name }: Organization) => {
      await call('session.enter', { body: { organization: slug } });
      assertOrganization(undefined);
      await client.cancelQueries();
      // Who is there first: the next calls say where this tab believes to be.
      await client.fetchQuery({ ...sessionQuery, staleTime: 0 });
      // The page that was shown may not be for the role there.
      await navigate({ to: '/' });
      await client.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
      return name;
    },
    meta: { done: (name) => `You are in ${String(name)} now` },
  });
}
