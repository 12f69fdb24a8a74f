// Every promise and whether it holds now: the grade, each verdict, what was found, what mends it.
import { Accordion, Badge, Code, Group, Progress, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { MayButton } from '../ui/may.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';
import { gradeOf } from './grade.ts';

type Control = Reply<'controls.list'>['controls'][number];
type Verdict = Control['verdict'];

const COLORS: Readonly<Record<Verdict, string>> = {
  pass: 'green',
  fail: 'red',
  error: 'orange',
  unknown: 'yellow',
  manual: 'blue',
  not_applicable: 'gray',
};
/** What needs a look stands first. */
const ORDER: readonly Verdict[] = ['fail', 'error', 'unknown', 'manual', 'pass', 'not_applicable'];
const ASK_AGAIN_MS = 400;

/** A check that somebody started, followed to its end. */
function useRun() {
  const [runId, setRunId] = useState<string>();
  const client = useQueryClient();
  const starting = useMutation({
    mutationFn: () => call('controls.run', { body: {} }),
    onSuccess: ({ id }) => setRunId(id),
    meta: { done: null },
  });
  const run = useQuery({
    queryKey: ['run', runId],
    queryFn: async ({ signal }) => {
      const found = await call('controls.get_run', { params: { runId: runId ?? '' } }, signal);
      if (found.state !== 'running') await client.invalidateQueries({ queryKey: ['controls'] });
      return found;
    },
    enabled: runId !== undefined,
    refetchInterval: ({ state: { data } }) => (data === undefined || data.state === 'running' ? ASK_AGAIN_MS : false),
  });
  const isRunning = starting.isPending || (runId !== undefined && (run.data?.state ?? 'running') === 'running');
  const share = (run.data?.done ?? 0) / Math.max(1, run.data?.total ?? 1);
  return { start: () => starting.mutate(), isRunning, share, error: starting.error ?? run.error };
}

export function Controls() {
  const state = useQuery({ queryKey: ['controls'], queryFn: ({ signal }) => call('controls.list', {}, signal) });
  const { start, isRunning, share, error } = useRun();
  return (
    <Page
      title="Controls"
      about="Each promise is checked on this running system, with evidence; and each check is tried on a broken twin, so that it can fail."
      actions={
        <MayButton operation="controls.run" loading={isRunning} onClick={start}>
          Check now
        </MayButton>
      }
    >
      <ProblemBox error={error ?? state.error} />
      <Progress
        value={share * 100}
        size="xs"
        my={-12}
        aria-label="Progress of the check"
        // Its place is kept: what stands below does not move when a check begins or ends.
        style={{ visibility: isRunning ? undefined : 'hidden' }}
      />
      {state.isPending ? <Loading height={400} /> : null}
      {state.data === undefined ? null : <Report report={state.data} />}
    </Page>
  );
}

function Report({ report }: { readonly report: Reply<'controls.list'> }) {
  const controls = report.controls.toSorted((one, other) => ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict));
  return (
    <Stack gap="md">
      <Group gap="lg" align="center">
        <Text fz={56} fw={700} lh={1} aria-label={gradeOf(report) === '–' ? 'No grade yet' : `Grade ${report.grade}`}>
          {gradeOf(report)}
        </Text>
        <Stack gap={0}>
          <Text size="sm">
            {gradeOf(report) === '–'
              ? 'Not looked at yet: the server looks by itself, or check now.'
              : `Score ${String(report.score)} of 100`}
          </Text>
          {gradeOf(report) === '–' ? null : (
            <Text size="sm" c="dimmed">
              Looked at <Time at={report.at} />
            </Text>
          )}
        </Stack>
      </Group>
      <Accordion multiple variant="contained" order={2} className="dense">
        {controls.map((control) => (
          <Accordion.Item key={control.id} value={control.id}>
            <Accordion.Control>
              <Group gap="sm" wrap="nowrap" className="promise">
                <Badge color={COLORS[control.verdict]} w={126} className="verdict">
                  {control.verdict.replaceAll('_', ' ')}
                </Badge>
                <Text size="sm" fw={600} span w={44}>
                  {control.id}
                </Text>
                <Text size="sm" span>
                  {control.title}
                </Text>
              </Group>
            </Accordion.Control>
            <Accordion.Panel>
              <Details control={control} />
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Stack>
  );
}

function Details({ control }: { readonly control: Control }) {
  return (
    <Stack gap="xs">
      <Text size="sm">
        Severity {control.severity}.{' '}
        {control.twinCaught ? 'The check found its broken twin.' : 'The check did not find its broken twin.'}
      </Text>
      {control.findings.map((finding) => (
        <Text key={`${finding.subject} ${finding.at ?? ''} ${finding.observed}`} size="sm">
          <Code>{finding.subject}</Code> expected {finding.expected}; found {finding.observed}
        </Text>
      ))}
      {control.verdict === 'pass' || control.verdict === 'not_applicable' ? null : (
        <Text size="sm">
          <b>What mends it:</b> {control.remedy}
        </Text>
      )}
    </Stack>
  );
}
