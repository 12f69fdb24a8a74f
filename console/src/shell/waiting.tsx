// What stands there while a page or the session is fetched: its head at once, in the place it keeps, and grey below.
import { Skeleton } from '@mantine/core';
import { useRouterState } from '@tanstack/react-router';
import { Mark } from '../ui/door.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { sections } from './sections.ts';

const PAGE_HEIGHT = 320;

/** A page whose script is under way. */
export function WaitingPage() {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const section = sections.find(({ to }) => to === path);
  if (section === undefined) return <Loading height={PAGE_HEIGHT} />;
  return (
    <Page title={section.label}>
      <Loading height={PAGE_HEIGHT} />
    </Page>
  );
}

/** The shell before it is known who is there: its lines, without the scripts that it will need. */
export function WaitingShell() {
  return (
    <>
      <header className="waiting-head">
        <Mark />
        <Skeleton w={120} h={16} />
      </header>
      <nav className="waiting-menu" aria-label="Pages" aria-busy="true">
        {sections.map(({ to }) => (
          <Skeleton key={to} h={16} w="70%" />
        ))}
      </nav>
      <main className="waiting-page">
        <WaitingPage />
      </main>
    </>
  );
}
