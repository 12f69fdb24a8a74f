// How a refusal looks: what happened, what to do, and the id that leads to the log.
import { Anchor, Code, Group, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { durationText } from './duration.ts';
import { Notice } from './notice.tsx';
import { generalFaults, isProblem, isSaidAt, type Problem } from '../api/problem.ts';

type Props = {
  readonly error: unknown;
  /** Fields that show what is wrong with them: what stands there is not said again. */
  readonly shownAt?: readonly string[] | undefined;
};

/** In a form the focus goes to the first field that is wrong, or to these words. */
export function ProblemBox({ error, shownAt }: Props) {
  const here = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const form = here.current?.closest('form') ?? null;
    if (form === null) return;
    const wrong = form.querySelector<HTMLElement>('[aria-invalid=true]');
    (wrong ?? here.current?.querySelector<HTMLElement>('[role=alert]'))?.focus();
  }, [error]);
  if (error === null || error === undefined) return null;
  return (
    <div ref={here} className="no-box">
      <Words error={error} shownAt={shownAt} />
    </div>
  );
}

function Words({ error, shownAt = [] }: Props) {
  if (!isProblem(error)) {
    return (
      <Notice tone="red" title="Something went wrong in this page" isUrgent>
        {error instanceof Error ? error.message : 'An unknown fault'}
      </Notice>
    );
  }
  if (isSaidAt(error, shownAt)) {
    return (
      <Notice tone="red" title="Something is not right yet" isUrgent>
        It stands at the field.
      </Notice>
    );
  }
  return (
    <Notice tone="red" title={error.message} isUrgent>
      {error.detail === undefined ? null : <Text size="sm">{error.detail}</Text>}
      {generalFaults(error).map((message) => (
        <Text key={message} size="sm">
          {message}
        </Text>
      ))}
      <Help error={error} />
      {error.retryAfterSeconds === undefined ? null : (
        <Text size="sm">Try again in {durationText(error.retryAfterSeconds)}.</Text>
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

/** What the server says to do. Of waiting, and of fields that show it themselves, more is known here. */
function Help({ error: { help, code, retryAfterSeconds } }: { readonly error: Problem }) {
  if (help === undefined || code === 'request.invalid' || retryAfterSeconds !== undefined) return null;
  return (
    <Text size="sm">{help.split('`').map((part, at) => (at % 2 === 0 ? part : <Code key={part}>{part}</Code>))}</Text>
  );
}
