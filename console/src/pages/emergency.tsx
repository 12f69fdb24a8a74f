// The way in when every other is broken: a part begins a request or grants one, and whoever began collects the session.
import { Anchor, Button, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { call } from '../api/client.ts';
import { fieldError, isProblem } from '../api/problem.ts';
import { CopyText } from '../ui/copy-text.tsx';
import { Door } from '../ui/door.tsx';
import { Notice } from '../ui/notice.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';

const ASK_AGAIN_MS = 4_000;

type Begun = { readonly request: string; readonly code: string | null; readonly endsAt: string | null };

export function EmergencyDoor() {
  // Of the operator's link; behind `#`, which no browser sends to any server.
  const [begun, setBegun] = useState<Begun | undefined>(() => {
    const request = new URLSearchParams(window.location.hash.slice(1)).get('request');
    return request === null ? undefined : { request, code: null, endsAt: null };
  });
  return (
    <Door
      title="Emergency access"
      about="For an hour, with the rights of an owner. Every owner is told at once, and everything is in the audit log."
    >
      {begun === undefined ? <ShowPart onBegun={setBegun} /> : <Collect begun={begun} />}
      <Anchor component={Link} to="/sign-in" size="sm">
        To the sign-in page
      </Anchor>
    </Door>
  );
}

function ShowPart({ onBegun }: { readonly onBegun: (begun: Begun) => void }) {
  const [isFirst, setFirst] = useState(true);
  const [form, setForm] = useState({ organization: '', part: '', reason: '', code: '' });
  const change = (part: Partial<typeof form>) => setForm((before) => ({ ...before, ...part }));
  const showing = useMutation({
    mutationFn: () => {
      const { organization, part, reason, code } = form;
      return call('emergency.open', { body: { organization, part, ...(isFirst ? { reason } : { code }) } });
    },
    onSuccess: ({ request, code, endsAt }) => {
      if (request !== null) onBegun({ request, code, endsAt });
    },
    meta: { done: null },
  });
  if (showing.data?.step === 'granted')
    return (
      <Notice tone="green" title="The request is granted">
        Whoever began it is let in now. Both parts are spent.
      </Notice>
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    showing.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <SegmentedControl
          aria-label="What you do"
          value={isFirst ? 'begin' : 'grant'}
          onChange={(value) => setFirst(value === 'begin')}
          data={[
            { value: 'begin', label: 'Begin a request' },
            { value: 'grant', label: 'Grant one' },
          ]}
        />
        <TextInput
          label="Short name of the organization"
          value={form.organization}
          onChange={(event) => change({ organization: event.currentTarget.value })}
          error={fieldError(showing.error, 'organization')}
          required
        />
        <TextInput
          label="Your sealed part"
          value={form.part}
          onChange={(event) => change({ part: event.currentTarget.value })}
          error={fieldError(showing.error, 'part')}
          autoComplete="off"
          required
        />
        {isFirst ? (
          <Textarea
            label="Why"
            description="Every owner is told, and it is kept."
            value={form.reason}
            onChange={(event) => change({ reason: event.currentTarget.value.replaceAll('\n', ' ') })}
            error={fieldError(showing.error, 'reason')}
            required
          />
        ) : (
          <TextInput
            label="Code of the request"
            description="Whoever began it reads it to you. Be sure who that is."
            value={form.code}
            onChange={(event) => change({ code: event.currentTarget.value })}
            error={fieldError(showing.error, 'code')}
            autoComplete="off"
            required
          />
        )}
        <ProblemBox error={showing.error} shownAt={['organization', 'part', 'reason', 'code']} />
        <Button type="submit" color="red" loading={showing.isPending}>
          {isFirst ? 'Begin, and tell every owner' : 'Grant the request'}
        </Button>
      </Stack>
    </form>
  );
}

function Collect({ begun }: { readonly begun: Begun }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const collecting = useMutation({
    mutationFn: () => call('emergency.collect', { body: { request: begun.request } }),
    onSuccess: async () => {
      client.clear();
      await navigate({ to: '/', replace: true });
    },
    meta: { done: null },
  });
  const { mutate } = collecting;
  const isAtHost = begun.code === null;
  useEffect(() => {
    // The operator's link waits for a hand: programs that look at links must not open it.
    if (isAtHost) return undefined;
    const timer = setInterval(mutate, ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [isAtHost, mutate]);
  const isWaiting = isProblem(collecting.error, 'emergency.waiting');
  if (isAtHost)
    return (
      <Stack gap="sm">
        <ProblemBox error={collecting.error} />
        <Button color="red" loading={collecting.isPending} onClick={() => mutate()}>
          Open the emergency session
        </Button>
      </Stack>
    );
  return (
    <Stack gap="sm" aria-live="polite">
      <Text size="sm">
        Read this code to whoever keeps the other part. They enter both at this address, on a device of their own. The
        request ends <Time at={begun.endsAt} />.
      </Text>
      <CopyText label="code of the request" text={begun.code ?? ''} />
      {collecting.error === null || isWaiting ? (
        <Text size="sm">Waiting for the other part. This page goes on by itself.</Text>
      ) : (
        <ProblemBox error={collecting.error} />
      )}
    </Stack>
  );
}
