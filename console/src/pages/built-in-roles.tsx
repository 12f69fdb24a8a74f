// The four roles that every organization has, in words, and what each holds.
import { Button, Modal, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Loading } from '../ui/loading.tsx';
import { Section } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { BUILT_IN, usePermissions } from './authority.ts';
import { groupsOf } from './permission-matrix.tsx';

type BuiltIn = (typeof BUILT_IN)[number];

const ABOUT: Readonly<Record<BuiltIn, string>> = {
  owner: 'Everything, with what decides how people get in.',
  admin: 'Runs the organization, but for what decides how people get in.',
  member: 'Uses models with keys of their own.',
  viewer: 'Looks, and changes nothing but their own account.',
};

export function BuiltInRoles() {
  const [shown, setShown] = useState<BuiltIn>();
  return (
    <Section title="Built-in" about="Everybody has one of them. They are in every organization, and stay as they are.">
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="sm">
        {BUILT_IN.map((role) => (
          <Paper key={role} withBorder p="sm">
            <Stack gap={4} align="flex-start" h="100%" justify="space-between">
              <div>
                <Text fw={600} size="sm">
                  {role}
                </Text>
                <Text size="sm" c="dimmed">
                  {ABOUT[role]}
                </Text>
              </div>
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`What it holds: ${role}`}
                onClick={() => setShown(role)}
              >
                What it holds
              </Button>
            </Stack>
          </Paper>
        ))}
      </SimpleGrid>
      <Modal
        opened={shown !== undefined}
        onClose={() => setShown(undefined)}
        title={`What ${shown ?? ''} holds`}
        size="lg"
      >
        {shown === undefined ? null : <Held role={shown} />}
      </Modal>
    </Section>
  );
}

function Held({ role }: { readonly role: BuiltIn }) {
  const permissions = usePermissions();
  const held = (permissions.data ?? []).filter(({ builtIn, own }) => builtIn.includes(role) || own.includes(role));
  return (
    <Stack gap="md">
      <ProblemBox error={permissions.error} />
      {permissions.isPending ? <Loading height={320} /> : null}
      {groupsOf(held).map(([resource, group]) => (
        <div key={resource}>
          <Text fw={600} size="sm">
            {resource.replaceAll('_', ' ')}
          </Text>
          {group.map(({ name, description, builtIn }) => (
            <Text key={name} size="sm">
              {name}{' '}
              <Text span c="dimmed" inherit>
                {description}
                {builtIn.includes(role) ? '' : ' (their own)'}
              </Text>
            </Text>
          ))}
        </div>
      ))}
    </Stack>
  );
}
