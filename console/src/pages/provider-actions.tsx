// What can be done with one provider, in its row.
import { Group } from '@mantine/core';
import type { Level } from '../api/levels.ts';
import type { RowOf } from '../ui/list/server-table.tsx';
import { MayButton } from '../ui/may.tsx';

export type ProviderAction = 'grant' | 'change' | 'expose' | 'remove';

type Props = {
  readonly provider: RowOf<'provider.list'>;
  readonly level: Level | undefined;
  readonly onTry: () => void;
  readonly onDo: (what: ProviderAction) => void;
};

export function ProviderActions({ provider: { name, secret, isBlocked }, level, onTry, onDo }: Props) {
  const plain = { size: 'compact-sm', variant: 'default' } as const;
  const ending = { size: 'compact-sm', variant: 'subtle', color: 'red' } as const;
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <MayButton operation="provider.test" aria-label={`Try ${name}`} {...plain} onClick={onTry}>
        Try
      </MayButton>
      <MayButton
        operation="grant.give"
        level={level}
        aria-label={`Access to ${name}`}
        {...plain}
        onClick={() => onDo('grant')}
      >
        Access
      </MayButton>
      <MayButton
        operation="provider.update"
        level={level}
        aria-label={`Change ${name}`}
        {...plain}
        onClick={() => onDo('change')}
      >
        Change
      </MayButton>
      {secret === 'none' || isBlocked ? null : (
        <MayButton
          operation="provider.mark_exposed"
          aria-label={`Mark ${name} as exposed`}
          {...ending}
          onClick={() => onDo('expose')}
        >
          Exposed
        </MayButton>
      )}
      <MayButton
        operation="provider.delete"
        level={level}
        aria-label={`Remove ${name}`}
        {...ending}
        onClick={() => onDo('remove')}
      >
        Remove
      </MayButton>
    </Group>
  );
}
