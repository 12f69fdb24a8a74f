// Every promise and whether it holds now: the grade, each verdict, what was found, what mends it.
import { Group, Progress, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { MayButton } from '../ui/may.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';
import { ControlList } from './control-list.tsx';
import { gradeOf } from './grade.ts';

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
      <ControlList controls={report.controls} />
    </Stack>
  );
}
