// A key that others have seen: before it ends, what will; after that, from where it was used.
import { useQueryClient } from '@tanstack/react-query';
import { call, type Reply } from '../api/client.ts';
import { Confirm } from '../ui/confirm.tsx';
import type { Key } from './key-words.ts';

type Exposed = Reply<'api_key.mark_exposed'>;

export function ExposeKey({ apiKey, onClose }: { readonly apiKey: Key | undefined; readonly onClose: () => void }) {
  const client = useQueryClient();
  return (
    <Confirm
      isOpen={apiKey !== undefined}
      title={`Mark ${apiKey?.name ?? ''} as exposed?`}
      action="End it as exposed"
      // The reply of the one operation below.
      done={(reply) => tellUse(reply as Exposed)}
      onConfirm={async () => {
        const reply = await call('api_key.mark_exposed', { params: { apiKeyId: apiKey?.id ?? '' } });
        await client.invalidateQueries({ queryKey: ['api_key.list'] });
        await client.invalidateQueries({ queryKey: ['credential.report'] });
        return reply;
      }}
      onClose={onClose}
    >
      Programs that use it are refused within a second. Owners and whoever answers for it are told by mail. Its details
      keep showing from where it was used. It cannot be undone.
    </Confirm>
  );
}

function tellUse({ usage: { calls, places } }: Exposed): string {
  const addresses = [...new Set(places.map(({ address }) => address))];
  if (addresses.length === 0) return 'The key has ended. Nobody used it within 30 days.';
  return `The key has ended. It was used for ${calls.toLocaleString()} calls, last from ${addresses.slice(0, 5).join(', ')}.`;
}
