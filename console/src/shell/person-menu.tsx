// Who is signed in: their account, their organizations, how the console looks to them, and the way out.
import { Badge, Group, Menu, Text, UnstyledButton, useMantineColorScheme, VisuallyHidden } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Session } from '../api/session.ts';
import { useDialogInAddress } from './dialog-in-address.ts';
import { ORGANIZATIONS, Organizations } from './organizations.tsx';
import { useSignOut } from './sign-out.ts';

export function PersonMenu({ session }: { readonly session: Session }) {
  const signOut = useSignOut();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [, setOpen] = useDialogInAddress(ORGANIZATIONS);
  return (
    <>
      <Organizations />
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <UnstyledButton p={4}>
            <Group gap="xs" wrap="nowrap">
              <Text size="sm" visibleFrom="xs">
                {session.user?.name ?? 'Emergency access'}
              </Text>
              <Badge>{session.role}</Badge>
              <VisuallyHidden>Your account</VisuallyHidden>
            </Group>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {session.user === null ? null : (
            <>
              <Menu.Label>{session.user.email}</Menu.Label>
              <Menu.Item component={Link} to="/account">
                Your account
              </Menu.Item>
              <Menu.Item onClick={() => setOpen(true)}>Your organizations</Menu.Item>
            </>
          )}
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
          {session.user === null ? (
            <Menu.Item component={Link} to="/break-glass">
              End it under Break-glass
            </Menu.Item>
          ) : (
            <Menu.Item onClick={signOut}>Sign out</Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
