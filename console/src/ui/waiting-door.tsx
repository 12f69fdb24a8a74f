// A page before the door whose script, or what it has to ask first, is under way.
import { Door } from './door.tsx';
import { Loading } from './loading.tsx';

export function WaitingDoor({ title, wide = false }: { readonly title: string; readonly wide?: boolean }) {
  return (
    <Door title={title} wide={wide}>
      <Loading height={160} />
    </Door>
  );
}
