// How often everything is to be reviewed, when it was last, and by when it is due.
import { Group, NativeSelect, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call, type Reply } from '../api/client.ts';
import { may, sessionQuery } from '../api/session.ts';
import { Loading } from '../ui/loading.tsx';
import { MayButton } from '../ui/may.tsx';
import { useState } from 'react';
import { Section } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';

type Schedule = Reply<'access_review.get_schedule'>;
const RECURRENCES: readonly Schedule['recurrence'][] = ['monthly', 'quarterly', 'yearly'];
const SCHEDULE = ['access_review.schedule'];

/** Reviewers who may not see it are shown nothing. */
export function ReviewSchedule() {
  const session = useQuery(sessionQuery).data;
  const isAllowed = session !== undefined && session !== null && may(session, 'access_review.get_schedule');
  const found = useQuery({
    queryKey: SCHEDULE,
    queryFn: ({ signal }) => call('access_review.get_schedule', {}, signal),
    enabled: isAllowed,
  });
  if (!isAllowed) return null;
  return (
    <Section title="How often" about="A review of everything: every kind of access, of everybody.">
      <ProblemBox error={found.error} />
      {found.isPending ? <Loading height={90} /> : null}
      {found.data === undefined ? null : <Shown schedule={found.data} />}
    </Section>
  );
}

function Shown({ schedule }: { readonly schedule: Schedule }) {
  const client = useQueryClient();
  const [recurrence, setRecurrence] = useState(schedule.recurrence);
  const saving = useMutation({
    mutationFn: () => call('access_review.update_schedule', { body: { recurrence } }),
    onSuccess: () => client.invalidateQueries({ queryKey: SCHEDULE }),
    meta: { done: 'The schedule is saved' },
  });
  const { isOverdue, lastClosedAt, dueAt } = schedule;
  return (
    <>
      <Text size="sm" {...(isOverdue ? { fw: 600 } : {})}>
        {lastClosedAt === null ? (
          'Everything was never reviewed. '
        ) : (
          <>
            Everything was last reviewed <Time at={lastClosedAt} />.{' '}
          </>
        )}
        {isOverdue ? 'A review of everything was due ' : 'The next is due '}
        <Time at={dueAt} />.
      </Text>
      <Group align="flex-end">
        <NativeSelect
          label="Everything is reviewed"
          value={recurrence}
          onChange={(event) =>
            setRecurrence(RECURRENCES.find((one) => one === event.currentTarget.value) ?? recurrence)
          }
          data={[...RECURRENCES]}
        />
        <MayButton
          operation="access_review.update_schedule"
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
