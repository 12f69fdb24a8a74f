// Addresses that lead nowhere, and pages that fail: said in words, with a way on.
import { Button, Group } from '@mantine/core';
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { Door } from '../ui/door.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';

export function NotFound() {
  return (
    <Door title="There is no such page" about="The address may be mistyped, or the page may have moved.">
      <Button component={Link} to="/">
        To the overview
      </Button>
    </Door>
  );
}

export function PageFault({ error, reset }: ErrorComponentProps) {
  return (
    <Door title="This page could not be shown">
      <ProblemBox error={error} />
      <Group>
        <Button onClick={reset}>Try again</Button>
      </Group>
    </Door>
  );
}
