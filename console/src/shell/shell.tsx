// The frame around every page of somebody who is signed in: where they are, where they can go, and how they leave.
import {
  AppShell,
  Badge,
  Box,
  Burger,
  Group,
  Menu,
  NavLink,
  Text,
  UnstyledButton,
  VisuallyHidden,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { call } from '../api/client.ts';
import { may, type Session } from '../api/session.ts';
import { Mark } from '../ui/door.tsx';
import { sections } from './sections.ts';

export function Shell({ session }: { readonly session: Session }) {
  const [isOpen, { toggle, close }] = useDisclosure();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const main = useRef<HTMLElement>(null);
  // Another page: the keyboard and the screen reader begin at its head, and the menu of small screens closes.
  useEffect(() => {
    close();
    main.current?.focus();
  }, [path, close]);
  return (
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
            <Text fw={600}>{session.organization.name}</Text>
          </Group>
          <PersonMenu session={session} />
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
      <AppShell.Main id="main" ref={main} tabIndex={-1} className="main">
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

function PersonMenu({ session }: { readonly session: Session }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const leaving = useMutation({
    mutationFn: () => call('session.delete', {}),
    onSettled: async () => {
      client.clear();
      await navigate({ to: '/sign-in' });
    },
  });
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton p={4}>
          <Group gap="xs" wrap="nowrap">
            <Text size="sm" visibleFrom="xs">
              {session.user.name}
            </Text>
            <Badge>{session.role}</Badge>
            <VisuallyHidden>Your account</VisuallyHidden>
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{session.user.email}</Menu.Label>
        <Menu.Item component={Link} to="/account">
          Your account
        </Menu.Item>
        <Menu.Label>Colours</Menu.Label>
        {(['auto', 'light', 'dark'] as const).map((scheme) => (
          <Menu.Item
            key={scheme}
            onClick={() => setColorScheme(scheme)}
            aria-checked={colorScheme === scheme}
            role="menuitemradio"
          >
            {colorScheme === scheme ? '✓ ' : ''}
            {scheme === 'auto' ? 'As the system' : scheme === 'light' ? 'Light' : 'Dark'}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => leaving.mutate()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** For a session that can enroll a factor and do nothing else. */
export function Narrow({ session, children }: { readonly session: Session; readonly children: React.ReactNode }) {
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
