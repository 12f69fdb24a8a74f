// What a verdict rests on: findings, what mends them, and each piece of evidence with the way to see the same.
import { Button, Code, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { CopyText } from '../ui/copy-text.tsx';
import { downloadJson } from '../ui/download-json.ts';
import { Loading } from '../ui/loading.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';

export type Control = Reply<'controls.list'>['controls'][number];
type Shown = Reply<'controls.get'>;
type Piece = Shown['evidence'][number];

export function ControlDetails({ control }: { readonly control: Control }) {
  const { id } = control;
  const found = useQuery({
    // Beneath the list: a check that has ended makes both of them be asked anew.
    queryKey: ['controls', id],
    queryFn: ({ signal }) => call('controls.get', { params: { controlId: id } }, signal),
  });
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
      <ProblemBox error={found.error} />
      {found.isPending ? <Loading height={120} /> : null}
      {found.data === undefined ? null : <Pieces shown={found.data} />}
    </Stack>
  );
}

const FIRST = 5;

function Pieces({ shown }: { readonly shown: Shown }) {
  const [isWhole, setWhole] = useState(false);
  const { id, evidence } = shown;
  if (evidence.length === 0)
    return (
      <Text size="sm" c="dimmed">
        There is no evidence yet: check now, or wait until the server has looked.
      </Text>
    );
  const hidden = isWhole ? 0 : Math.max(0, evidence.length - FIRST);
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          Evidence: {evidence.length.toLocaleString()} {evidence.length === 1 ? 'piece' : 'pieces'}
        </Text>
        <Button variant="default" size="xs" onClick={() => downloadJson(`Evidence of ${id}`, shown)}>
          Save evidence of {id} as JSON
        </Button>
      </Group>
      {evidence.slice(0, evidence.length - hidden).map((piece) => (
        <One key={`${piece.subject} ${piece.at} ${piece.sha256}`} piece={piece} />
      ))}
      {hidden === 0 ? null : (
        <Button variant="subtle" size="xs" onClick={() => setWhole(true)}>
          Show {hidden.toLocaleString()} more of {id}
        </Button>
      )}
    </Stack>
  );
}

function One({ piece: { kind, subject, at, collectedAt, reproduce, data, sha256 } }: { readonly piece: Piece }) {
  return (
    <Stack gap={4} className="evidence">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        <Code>{kind}</Code> {subject}, at {at}, seen <Time at={collectedAt} />
      </Text>
      {reproduce === undefined ? null : <CopyText label={`command that shows ${subject}`} text={reproduce} />}
      <details>
        <summary>What was seen</summary>
        <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {`${JSON.stringify(data, undefined, 2)}\nSHA-256 ${sha256}`}
        </Code>
      </details>
    </Stack>
  );
}
