// Usage day by day: two charts, and the same numbers in a table beside them.
import { Button, Grid, Stack, Table, Tooltip } from '@mantine/core';
import { BarChart, type Series } from '../ui/bar-chart.tsx';
import { downloadCsv } from '../ui/download-csv.ts';
import { Section } from '../ui/page.tsx';
import { type Day, totalOf } from './usage-period.ts';

const short = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const long = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
const number = (value: number): string => value.toLocaleString();
const counted = (value: number, one: string, many: string): string => `${number(value)} ${value === 1 ? one : many}`;

const CALLS: readonly Series[] = [
  { name: 'Answered', tone: 'one' },
  { name: 'Failed', tone: 'bad' },
];
const TOKENS: readonly Series[] = [
  { name: 'In', tone: 'one' },
  { name: 'Out', tone: 'two' },
];

const columns = [
  { title: 'Day', text: ({ day }: Day) => day },
  { title: 'Calls', text: ({ calls }: Day) => String(calls) },
  { title: 'Failures', text: ({ failures }: Day) => String(failures) },
  { title: 'Tokens in', text: ({ inputTokens }: Day) => String(inputTokens) },
  { title: 'Tokens out', text: ({ outputTokens }: Day) => String(outputTokens) },
];

export function UsageDays({ days }: { readonly days: readonly Day[] }) {
  return (
    <Section
      title="Day by day"
      about="Days are those of UTC; today is as far as it has come."
      actions={
        <Button
          variant="default"
          aria-label="CSV of the days"
          onClick={() => downloadCsv('usage by day', columns, days)}
        >
          CSV
        </Button>
      }
    >
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Charts days={days} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <DayTable days={days.toReversed()} />
        </Grid.Col>
      </Grid>
    </Section>
  );
}

function Charts({ days }: { readonly days: readonly Day[] }) {
  const total = totalOf(days);
  const most = days.toSorted((one, other) => other.calls - one.calls)[0];
  const peak = most === undefined ? '' : ` Most on ${nameOf(most)}: ${number(most.calls)}.`;
  return (
    <Stack gap="md">
      <BarChart
        name="Calls a day"
        summary={`${counted(total.calls, 'call', 'calls')} on ${number(days.length)} days, of which ${number(total.failures)} failed.${peak}`}
        series={CALLS}
        bars={days.map((day) => ({
          key: day.day,
          label: short.format(new Date(day.day)),
          text: `${nameOf(day)}: ${counted(day.calls, 'call', 'calls')}, ${number(day.failures)} failed`,
          values: [day.calls - day.failures, day.failures],
        }))}
      />
      <BarChart
        name="Tokens a day"
        summary={`${number(total.inputTokens)} tokens in and ${number(total.outputTokens)} out.`}
        series={TOKENS}
        bars={days.map((day) => ({
          key: day.day,
          label: short.format(new Date(day.day)),
          text: `${nameOf(day)}: ${number(day.inputTokens)} tokens in, ${number(day.outputTokens)} out`,
          values: [day.inputTokens, day.outputTokens],
        }))}
      />
    </Stack>
  );
}

function nameOf({ day }: Pick<Day, 'day'>): string {
  return long.format(new Date(day));
}

function DayTable({ days }: { readonly days: readonly Day[] }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be scrolled by the keyboard too
    <div className="day-table" role="region" aria-label="Numbers of each day" tabIndex={0}>
      <Table aria-label="Usage by day" stickyHeader verticalSpacing={4} horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ title }, at) => (
              <Table.Th key={title} ta={at === 0 ? 'left' : 'right'}>
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {days.map((day) => (
            <Table.Tr key={day.day}>
              <Table.Td>
                <Tooltip label={`${day.day}T00:00:00Z to ${day.day}T24:00:00Z`}>
                  <time dateTime={day.day}>{nameOf(day)}</time>
                </Tooltip>
              </Table.Td>
              {[day.calls, day.failures, day.inputTokens, day.outputTokens].map((value, at) => (
                <Table.Td key={columns[at + 1]?.title} className="number">
                  {number(value)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
