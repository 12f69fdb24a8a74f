// A provider whose secret others have seen: whether it is used on until it is replaced, and the last that was called with it.
import { Stack, Switch, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { Confirm } from '../ui/confirm.tsx';
import type { RowOf } from '../ui/list/server-table.tsx';

type Props = { readonly provider: RowOf<'provider.list'> | undefined; readonly onClose: () => void };

export function ExposeProvider({ provider, onClose }: Props) {
  const client = useQueryClient();
  const [keepsWorking, setKeepsWorking] = useState(false);
  return (
    <Confirm
      isOpen={provider !== undefined}
      title={`Mark the secret of ${provider?.name ?? ''} as exposed?`}
      action="Mark it as exposed"
      // The reply of the one operation below.
      done={(reply) => tellCalls(reply as Reply<'provider.mark_exposed'>)}
      onConfirm={async () => {
        const params = { providerId: provider?.id ?? '' };
        const reply = await call('provider.mark_exposed', { params, body: { keepsWorking } });
        await client.invalidateQueries({ queryKey: ['provider.list'] });
        await client.invalidateQueries({ queryKey: ['credential.report'] });
        return reply;
      }}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Text size="sm">
          Calls of its models are refused until you give it a new secret under Change. Owners are told by mail. End the
          old secret where it was made, too.
        </Text>
        <Switch
          label="Use it on until it is replaced"
          checked={keepsWorking}
          onChange={(event) => setKeepsWorking(event.currentTarget.checked)}
        />
      </Stack>
    </Confirm>
  );
}

function tellCalls({ isBlocked, lastCalls }: Reply<'provider.mark_exposed'>): string {
  const [last] = lastCalls;
  const used = last === undefined ? 'No call was made with it.' : `Last called for ${last.model}, ${last.at}.`;
  return `${isBlocked ? 'It is not used any more' : 'It is marked, and used on'}. ${used}`;
}
