// Permissions grouped by what they are about, each with what it is for and who holds it: to choose from, or to read.
import { Checkbox, SimpleGrid, Stack, Text } from '@mantine/core';
import { BUILT_IN, type Permission } from './authority.ts';

type Props = {
  readonly permissions: readonly Permission[];
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
  /** Nothing can be changed here at all; the page says why. */
  readonly isReadOnly: boolean;
};

/** Roles hold what can be given at all: what an owner holds for everything of its kind. */
export function givable(permissions: readonly Permission[]): readonly Permission[] {
  return permissions.filter(({ builtIn }) => builtIn.includes('owner'));
}

export function PermissionMatrix({ permissions, chosen, onChange, isReadOnly }: Props) {
  const toggle = (name: string) => {
    const next = new Set(chosen);
    if (!next.delete(name)) next.add(name);
    onChange(next);
  };
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" verticalSpacing="lg">
      {groupsOf(givable(permissions)).map(([resource, group]) => (
        <Stack key={resource} component="fieldset" gap="xs" m={0} p={0} bd={0} miw={0}>
          <Text component="legend" fw={600} size="sm" p={0} mb={4}>
            {resource.replaceAll('_', ' ')}
          </Text>
          {group.map((permission) => (
            <Checkbox
              key={permission.name}
              label={permission.name}
              description={describe(permission)}
              checked={chosen.has(permission.name)}
              // What stands in the role already can be seen, and taken out by whoever may change the role.
              disabled={isReadOnly || !permission.isGivable}
              onChange={() => toggle(permission.name)}
              styles={{ label: { overflowWrap: 'anywhere' } }}
            />
          ))}
        </Stack>
      ))}
    </SimpleGrid>
  );
}

/** In words, so that nobody has to point at it. */
function describe({ description, builtIn, isGivable }: Permission): string {
  const held = BUILT_IN.filter((role) => builtIn.includes(role)).join(', ');
  const reason = isGivable ? '' : ' You do not hold it, so you cannot put it into a role.';
  return `${description}. Built-in: ${held}.${reason}`;
}

export function groupsOf(permissions: readonly Permission[]): readonly (readonly [string, readonly Permission[]])[] {
  const groups = Map.groupBy(permissions, ({ name }) => name.split(':')[0] ?? name);
  return [...groups];
}
