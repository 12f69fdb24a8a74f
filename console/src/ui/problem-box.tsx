// How a refusal looks: what happened, what to do, and the id that leads to the log.
import { Anchor, Code, Group, Text } from '@mantine/core';
import { Notice } from './notice.tsx';
import { isProblem } from '../api/problem.ts';

export function ProblemBox({ error }: { readonly error: unknown }) {
  if (error === null || error === undefined) return null;
  if (!isProblem(error)) {
    return (
      <Notice tone="red" title="Something went wrong in this page" isUrgent>
        {error instanceof Error ? error.message : 'An unknown fault'}
      </Notice>
    );
  }
  const loose = error.fields.filter(({ pointer }) => fieldOf(pointer) === '');
  return (
    <Notice tone="red" title={error.message} isUrgent>
      {error.detail === undefined ? null : <Text size="sm">{error.detail}</Text>}
      {loose.map(({ pointer, message }) => (
        <Text key={pointer + message} size="sm">
          {message}
        </Text>
      ))}
      {error.retryAfterSeconds === undefined ? null : (
        <Text size="sm">Try again in {error.retryAfterSeconds} seconds.</Text>
      )}
      <Group gap="md" mt={4}>
        {error.about === undefined ? null : (
          <Anchor href={error.about} size="sm" target="_blank">
            What this means
          </Anchor>
        )}
        {error.requestId === undefined ? null : (
          <Text size="xs" c="dimmed">
            Request <Code>{error.requestId}</Code>
          </Text>
        )}
      </Group>
    </Notice>
  );
}

/** What the server says of one field of the body; undefined when it says nothing. */
export function fieldError(error: unknown, name: string): string | undefined {
  if (!isProblem(error)) return undefined;
  const found = error.fields.find(({ pointer }) => fieldOf(pointer) === name);
  return found === undefined ? undefined : found.message;
}

/** `/body/owner/password` is the field `owner.password`. */
function fieldOf(pointer: string): string {
  return pointer.startsWith('/body/') ? pointer.slice('/body/'.length).replaceAll('/', '.') : '';
}
