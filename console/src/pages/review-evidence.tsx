// The evidence of a closed review as files: all of it for programs, its items for spreadsheets.
import { Button, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { call, type Reply } from '../api/client.ts';
import { downloadCsv } from '../ui/download-csv.ts';
import { downloadJson } from '../ui/download-json.ts';

type Evidence = Reply<'access_review.evidence'>;
type Item = Evidence['evidence']['items'][number] & { readonly name: Evidence['names'][number] | undefined };

const columns: readonly { readonly title: string; readonly text: (item: Item) => string }[] = [
  { title: 'Id', text: ({ id }) => id },
  { title: 'Kind', text: ({ kind }) => kind },
  { title: 'Whose', text: ({ name }) => name?.holder ?? '' },
  { title: 'Address', text: ({ name }) => name?.email ?? '' },
  { title: 'Which', text: ({ name }) => name?.title ?? '' },
  { title: 'Gives', text: ({ gives }) => gives.join(' ') },
  { title: 'Flags', text: ({ flags }) => flags.join(' ') },
  { title: 'Granted', text: ({ grantedAt }) => grantedAt },
  { title: 'Last used', text: ({ lastUsedAt }) => lastUsedAt ?? '' },
  { title: 'Decision', text: ({ decision }) => decision ?? '' },
  { title: 'Outcome', text: ({ outcome }) => outcome },
  { title: 'Reason', text: ({ reason, note }) => reason ?? note ?? '' },
  { title: 'Decided by', text: ({ decidedBy }) => decidedBy ?? '' },
  { title: 'Decided', text: ({ decidedAt }) => decidedAt ?? '' },
  { title: 'By themselves', text: ({ isOwn }) => (isOwn ? 'yes' : '') },
];

export function ReviewEvidence({ review }: { readonly review: Reply<'access_review.get'> }) {
  const saving = useMutation({
    mutationFn: async (form: 'json' | 'csv') => {
      const told = await call('access_review.evidence', { params: { reviewId: review.id } });
      const file = `evidence ${review.name}`;
      if (form === 'json') return downloadJson(file, told);
      const items = told.evidence.items.map((item, at): Item => ({ ...item, name: told.names[at] }));
      return downloadCsv(file, columns, items);
    },
    meta: { done: 'The evidence is saved' },
  });
  return (
    <Group gap="xs">
      {saving.error === null ? null : (
        <Text size="sm" c="red" role="alert">
          The file was not made: {saving.error.message}
        </Text>
      )}
      <Button variant="default" disabled={saving.isPending} onClick={() => saving.mutate('json')}>
        Evidence (JSON)
      </Button>
      <Button variant="default" disabled={saving.isPending} onClick={() => saving.mutate('csv')}>
        Evidence (CSV)
      </Button>
    </Group>
  );
}
