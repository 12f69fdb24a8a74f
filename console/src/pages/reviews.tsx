// Reviews of access: whether one is due, those that there are, and the beginning of another.
import { Anchor, Badge, Group, Modal, Text } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useDialogInAddress } from '../shell/dialog-in-address.ts';
import { Empty } from '../ui/empty.tsx';
import { optionsOf } from '../ui/list/column.ts';
import { ServerTable, type ServerColumn } from '../ui/list/server-table.tsx';
import { MayButton } from '../ui/may.tsx';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { STATE_COLORS } from './review-data.ts';
import { ReviewForm } from './review-form.tsx';
import { ReviewSchedule } from './review-schedule.tsx';

const columns: readonly ServerColumn<'access_review.list'>[] = [
  {
    title: 'Name',
    text: ({ name }) => name,
    show: ({ id, name }) => (
      <Anchor inherit renderRoot={(props: object) => <Link {...props} to="/reviews/review" search={{ id }} />}>
        {name}
      </Anchor>
    ),
    sort: 'name',
  },
  {
    title: 'State',
    text: ({ state }) => state,
    show: ({ state }) => <Badge color={STATE_COLORS[state]}>{state}</Badge>,
  },
  { title: 'Scope', text: ({ isFull }) => (isFull ? 'everything' : 'a part') },
  {
    title: 'Done',
    text: ({ done, items }) => `${done.toLocaleString()} of ${items.toLocaleString()}`,
    isNumber: true,
  },
  { title: 'Revoked', text: ({ revoked }) => String(revoked), isNumber: true },
  { title: 'You', text: ({ isYours }) => (isYours ? 'reviewer' : '') },
  { title: 'Due', text: ({ dueAt }) => dueAt, show: ({ dueAt }) => <Time at={dueAt} />, sort: 'dueAt' },
  {
    title: 'Started',
    text: ({ startedAt }) => startedAt,
    show: ({ startedAt }) => <Time at={startedAt} />,
    sort: 'startedAt',
  },
];

const filters = [{ name: 'state', label: 'State', options: optionsOf('open', 'closed', 'canceled') }] as const;

export function Reviews() {
  const navigate = useNavigate();
  const [isStarting, setStarting] = useDialogInAddress('new');
  const start = (
    <MayButton operation="access_review.start" onClick={() => setStarting(true)}>
      Start a review
    </MayButton>
  );
  return (
    <Page
      title="Access reviews"
      about="Who has which access, looked at again and again: kept or revoked, with a reason, and with evidence."
      actions={
        <Group gap="xs">
          <Anchor size="sm" renderRoot={(props: object) => <Link {...props} to="/reviews/report" />}>
            Report of access
          </Anchor>
          {start}
        </Group>
      }
    >
      <ServerTable
        name="Reviews"
        operation="access_review.list"
        columns={columns}
        filters={filters}
        rowKey={({ id }) => id}
        empty={
          <Empty title="No review yet" action={start}>
            Look at the report of access first: it shows who is idle, who has no second factor, and keys that nobody
            uses. Then start a review of everything; somebody else than you should be a reviewer too, since nobody
            reviews their own access.
          </Empty>
        }
        below={<ReviewSchedule />}
      />
      <Modal
        opened={isStarting}
        onClose={() => setStarting(false)}
        title="Start a review of access"
        closeOnClickOutside={false}
      >
        <Text size="sm" c="dimmed" mb="sm">
          What there is now is written down. Reviewers are told by mail.
        </Text>
        <ReviewForm onDone={(id) => void navigate({ to: '/reviews/review', search: { id } })} />
      </Modal>
    </Page>
  );
}
