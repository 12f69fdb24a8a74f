// The frame around every page of somebody who is signed in: where they are, where they can go, and how they leave.
import { AppShell, Box, Burger, Group, NavLink, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { may, type Session } from '../api/session.ts';
import { Mark } from '../ui/door.tsx';
import { useDialogInAddress } from './dialog-in-address.ts';
import { ORGANIZATIONS } from './organizations.tsx';
import { isLaterPage } from '../ui/arrival.ts';
import { PAGE_HEAD } from '../ui/page.tsx';
import { EmergencyBanner } from './emergency-banner.tsx';
import { Palette } from './palette.tsx';
import { PersonMenu } from './person-menu.tsx';
import { sections } from './sections.ts';
import { SwitchedElsewhere } from './switched-elsewhere.tsx';

export function Shell({ session }: { readonly session: Session }) {
  const [isOpen, { toggle, close }] = useDisclosure();
  const [, setChoosing] = useDialogInAddress(ORGANIZATIONS);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const main = useRef<HTMLElement>(null);
  // Another page: the keyboard and the screen reader begin at its head, and the menu of small screens closes.
  useEffect(() => {
    close();
    if (isLaterPage()) main.current?.focus();
  }, [path, close]);
  return (
    // Head, menu and page stand where the waiting shell has them (styles.css).
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="lg"
    >
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
            <Mark />
            <UnstyledButton onClick={() => setChoosing(true)} px={4}>
              <Text fw={600} lineClamp={1}>
                {session.organization.name}
              </Text>
              <VisuallyHidden>: your organizations</VisuallyHidden>
            </UnstyledButton>
          </Group>
          <Group gap="sm" wrap="nowrap">
            <Palette session={session} />
            <PersonMenu session={session} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        {sections
          .filter(({ operation }) => operation === undefined || may(session, operation))
          .map(({ to, label }) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={label}
              active={to === '/' ? path === '/' : path.startsWith(to)}
              aria-current={path === to ? 'page' : undefined}
            />
          ))}
      </AppShell.Navbar>
      <AppShell.Main id="main" ref={main} tabIndex={-1} aria-labelledby={PAGE_HEAD}>
        <EmergencyBanner session={session} />
        <SwitchedElsewhere organization={session.organization.name} />
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

/** For a session that can enroll a factor and do nothing else. */
export function Narrow({ session, children }: { readonly session: Session; readonly children: ReactNode }) {
  return (
    <Box p="lg" component="main">
      <Group justify="space-between" mb="lg">
        <Group gap="xs">
          <Mark />
          <Text fw={600}>{session.organization.name}</Text>
        </Group>
        <PersonMenu session={session} />
      </Group>
      {children}
    </Box>
  );
}
