// A decision about one item or many: what it is about, what it does, and why.
import { Button, Group, List, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import { fieldError } from '../api/problem.ts';
import { ActButton } from '../ui/act-button.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { type ReviewItem, useReviewChanged } from './review-data.ts';
import { wordOf } from './review-words.ts';

type Props = {
  readonly reviewId: string;
  readonly items: readonly ReviewItem[];
  readonly decision: 'keep' | 'revoke';
  readonly onClose: () => void;
  readonly onDone: () => void;
};

const SHOWN_MAX = 8;

export function ReviewDecision({ reviewId, items, decision, onClose, onDone }: Props) {
  const changed = useReviewChanged();
  const [reason, setReason] = useState('');
  const isRevoking = decision === 'revoke';
  const what = items.length === 1 ? 'this access' : `${String(items.length)} pieces of access`;
  const deciding = useMutation({
    mutationFn: async () => {
      const body = { items: items.map(({ id }) => id), decision, reason };
      await call('access_review.decide', { params: { reviewId }, body });
      await changed();
    },
    onSuccess: () => {
      onDone();
      onClose();
    },
    meta: { done: isRevoking ? 'Revoked' : 'Kept' },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    deciding.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={`${isRevoking ? 'Revoke' : 'Keep'} ${what}?`} centered>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <List size="sm">
            {items.slice(0, SHOWN_MAX).map(({ id, kind, title, holder }) => (
              <List.Item key={id}>{`${holder}: ${wordOf(kind)} ${title}`}</List.Item>
            ))}
          </List>
          {items.length > SHOWN_MAX ? <Text size="sm">and {items.length - SHOWN_MAX} more</Text> : null}
          <Text size="sm">
            {isRevoking ? 'It ends at once, for good. The decision stays.' : 'Nothing changes. The decision stays.'}
          </Text>
          <Textarea
            label="Why"
            description="Stands in the evidence and in the audit log."
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            error={fieldError(deciding.error, 'reason')}
            required
            minLength={3}
            maxLength={500}
            data-autofocus
          />
          <ProblemBox error={deciding.error} shownAt={['reason']} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Not now
            </Button>
            <ActButton type="submit" color={isRevoking ? 'red' : undefined} loading={deciding.isPending}>
              {isRevoking ? 'Revoke' : 'Keep'}
            </ActButton>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
