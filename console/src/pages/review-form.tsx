// Begins a review: what is reviewed, by whom, until when, and what becomes of what nobody decides about.
import { Checkbox, Group, NativeSelect, NumberInput, Radio, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call, type Input } from '../api/client.ts';
import { fieldError } from '../api/problem.ts';
import { ActButton } from '../ui/act-button.tsx';
import { FindSeveral } from '../ui/find-several.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { BUILT_IN } from './authority.ts';
import { faultIn } from './blocks.ts';
import { KINDS } from './review-words.ts';

type Body = Input<'access_review.start'>['body'];
type Kind = NonNullable<Body['kinds']>[number];
const RECURRENCES = ['none', 'monthly', 'quarterly', 'yearly'] as const;
const ALL_KINDS = Object.keys(KINDS) as Kind[];
const ROLES = [...BUILT_IN, 'guest'] as const;

export function ReviewForm({ onDone }: { readonly onDone: (id: string) => void }) {
  const [name, setName] = useState('Review of access');
  const [kinds, setKinds] = useState<readonly string[]>(ALL_KINDS);
  const [teams, setTeams] = useState<readonly string[]>([]);
  const [roles, setRoles] = useState<readonly string[]>([]);
  const [reviewers, setReviewers] = useState<readonly string[]>([]);
  const [days, setDays] = useState<number | string>(14);
  const [onUnreviewed, setOnUnreviewed] = useState<'keep' | 'revoke'>('keep');
  const [recurrence, setRecurrence] = useState<(typeof RECURRENCES)[number]>('quarterly');
  const starting = useMutation({
    mutationFn: () =>
      call('access_review.start', {
        body: {
          name,
          kinds: ALL_KINDS.filter((kind) => kinds.includes(kind)),
          ...(teams.length === 0 ? {} : { teams: [...teams] }),
          ...(roles.length === 0 ? {} : { roles: ROLES.filter((role) => roles.includes(role)) }),
          ...(reviewers.length === 0 ? {} : { reviewers: [...reviewers] }),
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
          description="Only a review of everything, of everybody, counts as one."
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
        <FindSeveral
          kind="team"
          label="Teams"
          description="Only access of these teams and of who is in them. None chosen: of everybody."
          value={teams}
          onChange={setTeams}
          error={faultIn(starting.error, 'teams', teams)}
        />
        <Checkbox.Group
          label="Roles"
          description="Only access of members with these roles. None chosen: whatever the role."
          value={[...roles]}
          onChange={setRoles}
          error={fieldError(starting.error, 'roles')}
        >
          <Group gap="sm" mt={6}>
            {ROLES.map((role) => (
              <Checkbox key={role} value={role} label={role} />
            ))}
          </Group>
        </Checkbox.Group>
        <FindSeveral
          kind="active_member"
          label="Reviewers"
          description="They decide beside owners, about what they hold themselves, and never about their own access. None chosen: you."
          value={reviewers}
          onChange={setReviewers}
          error={faultIn(starting.error, 'reviewers', reviewers)}
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
        <ProblemBox error={starting.error} shownAt={['name', 'kinds', 'teams', 'roles', 'reviewers', 'days']} />
        <ActButton type="submit" loading={starting.isPending}>
          Start the review
        </ActButton>
      </Stack>
    </form>
  );
}
