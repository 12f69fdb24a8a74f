// What was used, by whom: sums of the server over a period, day by day and by what they were for.
import { Button, Grid, Group, Paper, SegmentedControl, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';
import { UsageDays } from './usage-days.tsx';
import { beginOf, type Day, fillDays, PERIODS, type PeriodDays, totalOf } from './usage-period.ts';
import { UsageSums } from './usage-sums.tsx';

export function Usage() {
  const [days, setDays] = useState<PeriodDays>(30);
  // The page may stay open over midnight: the period is worked out when it is chosen.
  const [from, setFrom] = useState(() => beginOf(30, Date.now()));
  const usage = useQuery({
    queryKey: ['usage', 'day', from],
    queryFn: ({ signal }) => call('usage.sum', { query: { groupBy: 'day', from } }, signal),
  });
  const choose = (chosen: string): void => {
    const next = PERIODS.find((period) => String(period) === chosen) ?? 30;
    setDays(next);
    setFrom(beginOf(next, Date.now()));
  };
  return (
    <Page
      title="Usage"
      about="Calls of models through this server. Tokens that a provider did not count are estimates."
      actions={
        <SegmentedControl
          aria-label="Period"
          data={PERIODS.map((period) => ({ value: String(period), label: `${String(period)} days` }))}
          value={String(days)}
          onChange={choose}
        />
      }
    >
      <ProblemBox error={usage.error} />
      {usage.isPending ? <Shape /> : null}
      {usage.data === undefined ? null : <Shown reply={usage.data} from={from} />}
    </Page>
  );
}

function Shown({ reply, from }: { readonly reply: Reply<'usage.sum'>; readonly from: string }) {
  const days = fillDays(reply);
  if (reply.items.length === 0) {
    return (
      <Empty
        title={`No call in these ${String(days.length)} days`}
        action={
          <Button component={Link} to="/keys">
            Make a key
          </Button>
        }
      >
        Calls of models through this server are summed here: day by day, and by model, provider, key and person.
      </Empty>
    );
  }
  return (
    <>
      <Totals days={days} reply={reply} />
      <UsageDays days={days} />
      <UsageSums from={from} />
    </>
  );
}

function Totals({ days, reply }: { readonly days: readonly Day[]; readonly reply: Reply<'usage.sum'> }) {
  const { calls, failures, inputTokens, outputTokens, estimatedCalls } = totalOf(days);
  const share = calls === 0 ? 0 : failures / calls;
  const estimated =
    estimatedCalls === 0 ? 'as providers counted' : `${estimatedCalls.toLocaleString()} calls estimated`;
  return (
    <Stack gap={4}>
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
        <Total name="Calls" value={calls} about={`in ${String(days.length)} days`} />
        <Total
          name="Failures"
          value={failures}
          about={share.toLocaleString(undefined, { style: 'percent', maximumFractionDigits: 1 })}
        />
        <Total name="Tokens in" value={inputTokens} about={estimated} />
        <Total name="Tokens out" value={outputTokens} about={estimated} />
      </SimpleGrid>
      <Text size="xs" c="dimmed">
        From <Time at={reply.from} /> to <Time at={reply.to} />
      </Text>
    </Stack>
  );
}

function Total({ name, value, about }: { readonly name: string; readonly value: number; readonly about: string }) {
  return (
    <Paper withBorder px="sm" py="xs">
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text fz={22} fw={600} lh={1.3} className="figure">
        {value.toLocaleString()}
      </Text>
      <Text size="xs" c="dimmed">
        {about}
      </Text>
    </Paper>
  );
}

/** Grey in the shape of what comes. */
function Shape() {
  return (
    <Stack gap="lg" role="status" aria-busy="true" aria-label="Loading">
      <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
        {PERIODS.map((each) => (
          <Skeleton key={each} h={92} />
        ))}
        <Skeleton h={92} />
      </SimpleGrid>
      <Group justify="space-between">
        <Skeleton h={40} w={260} />
        <Skeleton h={36} w={64} />
      </Group>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Stack gap="md">
            <Skeleton h={236} />
            <Skeleton h={236} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Skeleton h={488} />
        </Grid.Col>
      </Grid>
    </Stack>
  );
}
