// Begins a review: what is reviewed, by whom, until when, and what becomes of what nobody decides about.
import { Checkbox, MultiSelect, NativeSelect, NumberInput, Radio, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, type Input } from '../api/client.ts';
import { fieldError } from '../api/problem.ts';
import { sessionQuery } from '../api/session.ts';
import { ActButton } from '../ui/act-button.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { KINDS } from './review-words.ts';

type Body = Input<'access_review.start'>['body'];
type Kind = NonNullable<Body['kinds']>[number];
const RECURRENCES = ['none', 'monthly', 'quarterly', 'yearly'] as const;
const ALL_KINDS = Object.keys(KINDS) as Kind[];

export function ReviewForm({ onDone }: { readonly onDone: (id: string) => void }) {
  const own = useQuery(sessionQuery).data?.user?.id;
  const members = useQuery({
    queryKey: ['members', 'reviewers'],
    queryFn: ({ signal }) => call('member.list', { query: { status: 'active', sort: 'name', limit: 200 } }, signal),
  });
  const people = members.data?.items ?? [];
  const [name, setName] = useState('Review of access');
  const [kinds, setKinds] = useState<readonly string[]>(ALL_KINDS);
  const [reviewers, setReviewers] = useState<readonly string[]>();
  const [days, setDays] = useState<number | string>(14);
  const [onUnreviewed, setOnUnreviewed] = useState<'keep' | 'revoke'>('keep');
  const [recurrence, setRecurrence] = useState<(typeof RECURRENCES)[number]>('quarterly');
  const chosen = reviewers ?? people.flatMap(({ id, userId }) => (userId === own ? [id] : []));
  const starting = useMutation({
    mutationFn: () =>
      call('access_review.start', {
        body: {
          name,
          kinds: ALL_KINDS.filter((kind) => kinds.includes(kind)),
          ...(chosen.length === 0 ? {} : { reviewers: [...chosen] }),
          days: Number(days),
          onUnreviewed,
          recurrence,
        },
      }),
    onSuccess: ({ id }) => onDone(id),
    meta: { done: `${name} has begun` },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    starting.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Name"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fieldError(starting.error, 'name')}
          required
          data-autofocus
        />
        <Checkbox.Group
          label="What is reviewed"
          description="Only a review of everything counts as one."
          value={[...kinds]}
          onChange={setKinds}
          error={fieldError(starting.error, 'kinds')}
        >
          <Stack gap={6} mt={6}>
            {ALL_KINDS.map((kind) => (
              <Checkbox key={kind} value={kind} label={KINDS[kind]} />
            ))}
          </Stack>
        </Checkbox.Group>
        <MultiSelect
          label="Reviewers"
          description="They decide beside owners, about what they hold themselves, and never about their own access."
          data={people.map(({ id, name: label, email }) => ({ value: id, label: `${label} (${email})` }))}
          value={[...chosen]}
          onChange={setReviewers}
          error={fieldError(starting.error, 'reviewers')}
          searchable
        />
        <NumberInput
          label="Days until it is due"
          value={days}
          onChange={setDays}
          min={1}
          max={90}
          error={fieldError(starting.error, 'days')}
        />
        <Radio.Group
          label="What nobody has decided about then"
          value={onUnreviewed}
          onChange={(value) => setOnUnreviewed(value === 'revoke' ? 'revoke' : 'keep')}
        >
          <Stack gap={6} mt={6}>
            <Radio value="keep" label="stays, and is told as unreviewed" />
            <Radio value="revoke" label="is revoked, but for the last owner" />
          </Stack>
        </Radio.Group>
        <NativeSelect
          label="The next one follows"
          value={recurrence}
          onChange={(event) =>
            setRecurrence(RECURRENCES.find((one) => one === event.currentTarget.value) ?? recurrence)
          }
          data={RECURRENCES.map((value) => ({ value, label: value === 'none' ? 'never' : value }))}
        />
        <ProblemBox error={starting.error} shownAt={['name', 'kinds', 'reviewers', 'days']} />
        <ActButton type="submit" loading={starting.isPending}>
          Start the review
        </ActButton>
      </Stack>
    </form>
  );
}
