// Ends a grant, when it was said what that ends.
import { call } from '../api/client.ts';
import { Confirm } from '../ui/confirm.tsx';
import { type Grant, useGrantsChanged } from './grant-words.tsx';

export function EndGrant({ grant, onClose }: { readonly grant: Grant | undefined; readonly onClose: () => void }) {
  const changed = useGrantsChanged();
  const [to, name] = [grant?.to.name ?? '', grant?.object.name ?? 'it'];
  return (
    <Confirm
      isOpen={grant !== undefined}
      title={`End the grant to ${to}?`}
      action="End the grant"
      done={`The grant to ${to} has ended`}
      onConfirm={async () => {
        await call('grant.end', { params: { grantId: grant?.id ?? '' } });
        await changed();
      }}
      onClose={onClose}
    >
      What {to} may do with {name} by this grant ends for their next request. What a role or another grant lets them do
      stays.
    </Confirm>
  );
}
