// The first page: whether the promises hold, what was used, and what to do next.
import { Anchor, Badge, Card, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { call, type Reply } from '../api/client.ts';
import { may, type Session, sessionQuery } from '../api/session.ts';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { gradeOf } from './grade.ts';
import { ProblemBox } from '../ui/problem-box.tsx';

export function Overview() {
  const session = useQuery(sessionQuery).data;
  if (session === undefined || session === null) return null;
  return (
    <Page title="Overview" about={`${session.organization.name} (${session.organization.slug})`}>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {may(session, 'controls.list') ? <ControlsCard /> : null}
        {may(session, 'usage.sum') ? <UsageCard /> : null}
        {session.role === 'guest' ? <GuestCard /> : <NextCard session={session} />}
      </SimpleGrid>
    </Page>
  );
}

function Tile({ title, to, children }: { readonly title: string; readonly to: string; readonly children: ReactNode }) {
  return (
    <Card withBorder mih={140}>
      <Stack gap="xs">
        <Anchor component={Link} to={to} fw={600}>
          {title}
        </Anchor>
        {children}
      </Stack>
    </Card>
  );
}

function ControlsCard() {
  const state = useQuery({ queryKey: ['controls'], queryFn: ({ signal }) => call('controls.list', {}, signal) });
  return (
    <Tile title="Controls" to="/controls">
      <ProblemBox error={state.error} />
      {state.data === undefined ? (
        <Loading height={48} />
      ) : (
        <Group>
          <Text fz={36} fw={700} lh={1}>
            {gradeOf(state.data)}
          </Text>
          <Text size="sm">{summaryOf(state.data)}</Text>
        </Group>
      )}
    </Tile>
  );
}

function summaryOf({ controls }: Reply<'controls.list'>): string {
  const count = (...verdicts: readonly string[]) => controls.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const [failed, unknown] = [count('fail', 'error'), count('unknown')];
  if (failed > 0) return `${String(failed)} promises do not hold.`;
  if (unknown > 0) return `Nothing is known of ${String(unknown)} promises yet.`;
  return 'Every promise that applies holds.';
}

function UsageCard() {
  const usage = useQuery({
    queryKey: ['usage', 'model'],
    queryFn: ({ signal }) => call('usage.sum', { query: { groupBy: 'model' } }, signal),
  });
  const calls = usage.data?.items.reduce((sum, item) => sum + item.calls, 0);
  return (
    <Tile title="Model calls" to="/usage">
      <ProblemBox error={usage.error} />
      {calls === undefined ? (
        <Loading height={48} />
      ) : (
        <Text size="sm">
          {calls === 0
            ? 'No call yet.'
            : `${calls.toLocaleString()} ${calls === 1 ? 'call' : 'calls'} in the last 30 days.`}
        </Text>
      )}
    </Tile>
  );
}

function GuestCard() {
  return (
    <Tile title="Shared with you" to="/shared">
      <Text size="sm">You are a guest here: you see what was shared with you, and nothing else.</Text>
    </Tile>
  );
}

function NextCard({ session }: { readonly session: Session }) {
  const providers = useQuery({
    queryKey: ['provider.list', 'any'],
    queryFn: ({ signal }) => call('provider.list', { query: { limit: 1 } }, signal),
    enabled: may(session, 'provider.list'),
  });
  const factors = useQuery({ queryKey: ['factors'], queryFn: ({ signal }) => call('factor.list', {}, signal) });
  const lacks = [
    providers.data?.items.length === 0 ? { to: '/providers', text: 'Connect a model provider' } : undefined,
    factors.data?.items.length === 0 ? { to: '/account', text: 'Add a second factor to your account' } : undefined,
  ].filter((one) => one !== undefined);
  const isWaiting = providers.isLoading || factors.isLoading;
  return (
    <Tile title="What is next" to={lacks[0]?.to ?? '/keys'}>
      <ProblemBox error={providers.error ?? factors.error} />
      {isWaiting ? <Loading height={48} /> : <Lacks lacks={lacks} />}
    </Tile>
  );
}

type Lack = { readonly to: string; readonly text: string };

function Lacks({ lacks }: { readonly lacks: readonly Lack[] }) {
  if (lacks.length === 0) return <Text size="sm">Nothing is missing. Hand out keys, and look at what they do.</Text>;
  return lacks.map(({ to, text }) => (
    <Group key={text} gap="xs">
      <Badge>to do</Badge>
      <Anchor component={Link} to={to} size="sm">
        {text}
      </Anchor>
    </Group>
  ));
}
