// Mail that waits, for the operator on the host: shown to whoever holds the link that `holdfast mail open` printed, as text alone.
import { Badge, Box, Button, Code, Group, Modal, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call, type Reply } from '../api/client.ts';
import { isProblem } from '../api/problem.ts';
import { CopyText } from '../ui/copy-text.tsx';
import { Mark } from '../ui/door.tsx';
import { Empty } from '../ui/empty.tsx';
import type { Column } from '../ui/list/column.ts';
import { WholeTable } from '../ui/list/whole-table.tsx';
import { Loading } from '../ui/loading.tsx';
import { Notice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';
import { linksIn } from './links-in.ts';

type Mail = Reply<'mail.list_by_link'>['items'][number];

const COLORS = { queued: 'blue', retrying: 'yellow', sent: 'green', expired: 'gray' } as const;

const columns: readonly Column<Mail>[] = [
  { title: 'To', text: ({ to }) => to },
  { title: 'Subject', text: ({ subject, template }) => subject ?? template },
  {
    title: 'State',
    text: ({ status }) => status,
    show: ({ status }) => <Badge color={COLORS[status]}>{status}</Badge>,
  },
  { title: 'Queued', text: ({ queuedAt }) => queuedAt, show: ({ queuedAt }) => <Time at={queuedAt} /> },
];

const OUTBOX = 'outbox';
/** Each reading is on record: none that nobody asked for. */
const ONLY_WHEN_ASKED = {
  staleTime: Number.POSITIVE_INFINITY,
  refetchOnWindowFocus: false,
  refetchOnReconnect: false,
} as const;

/** It stands behind `#`, which no browser sends; it is taken out of the address bar at once, and kept in this page alone. */
function takeToken(): string {
  const token = new URLSearchParams(window.location.hash.slice(1)).get('token') ?? '';
  if (token !== '') window.history.replaceState(null, '', window.location.pathname);
  return token;
}

export function Outbox() {
  const [{ token, serial }, setLink] = useState(() => ({ token: takeToken(), serial: 0 }));
  const [open, setOpen] = useState<Mail>();
  const [refusal, setRefusal] = useState<unknown>();
  const client = useQueryClient();
  useState(() => client.setQueryDefaults([OUTBOX], ONLY_WHEN_ASKED));
  useEffect(() => {
    // A new link that is opened in this tab loads no page: the browser sees another `#` alone.
    const listen = (): void => {
      const next = takeToken();
      if (next === '') return;
      setOpen(undefined);
      setRefusal(undefined);
      setLink((before) => ({ token: next, serial: before.serial + 1 }));
    };
    window.addEventListener('hashchange', listen);
    return () => window.removeEventListener('hashchange', listen);
  }, []);
  const load = async (signal: AbortSignal): Promise<readonly Mail[]> => {
    try {
      return (await call('mail.list_by_link', { body: { token } }, signal)).items;
    } catch (error) {
      if (isOver(error)) setRefusal(error);
      throw error;
    }
  };
  return (
    <Box component="main" p="lg" maw={1148} mx="auto" id="main" tabIndex={-1} className="main">
      <Group gap="xs" mb="lg">
        <Mark />
        <Text fw={600}>Holdfast</Text>
      </Group>
      <Page
        title="Mail outbox"
        about="Without a mail server, mail waits here. Its links open accounts: hand each to the person it is for, and to nobody else. Reading one is on record."
        actions={
          token === '' || refusal !== undefined ? null : (
            <Button
              variant="default"
              onClick={() => void client.invalidateQueries({ queryKey: [OUTBOX, serial], exact: true })}
            >
              Look again
            </Button>
          )
        }
      >
        {token === '' || refusal !== undefined ? (
          <Over refusal={refusal} />
        ) : (
          <WholeTable
            name="Mails"
            queryKey={[OUTBOX, serial]}
            load={load}
            columns={columns}
            rowKey={({ id }) => id}
            actions={(mail) => (
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => setOpen(mail)}
                aria-label={`Read the mail to ${mail.to}`}
              >
                Read
              </Button>
            )}
            empty={
              <Empty title="No mail waits">
                Links to set a password, to confirm an address, and news of an account appear here for 30 days.
              </Empty>
            }
          />
        )}
      </Page>
      <Modal opened={open !== undefined} onClose={() => setOpen(undefined)} title={open?.subject ?? 'A mail'} size="lg">
        {open === undefined ? null : <Opened token={token} serial={serial} mail={open} />}
      </Modal>
    </Box>
  );
}

/** The link has ended, or the server is one that has no such page: nothing of it works any more. */
function isOver(error: unknown): boolean {
  return isProblem(error, 'mail.link_refused') || isProblem(error, 'route.not_found');
}

function Over({ refusal }: { readonly refusal: unknown }) {
  if (isProblem(refusal, 'route.not_found')) {
    return (
      <Notice tone="red" title="This server shows no mail in a browser" isUrgent>
        Other machines reach it, so mail is read at the host alone: <Code>holdfast mail list</Code>. Name a mail server
        (<Code>HOLDFAST_SMTP_URL</Code>), and it leaves by itself.
      </Notice>
    );
  }
  return (
    <Notice tone="yellow" title={refusal === undefined ? 'This page needs a link' : 'The link has ended'} isUrgent>
      <Stack gap="xs">
        <Text size="sm">
          A link works for half an hour, the newest alone, and this page forgets it when it is reloaded. Run this on the
          host for another one:
        </Text>
        <CopyText label="command" text="npx holdfast mail open" />
      </Stack>
    </Notice>
  );
}

type OpenedProps = { readonly token: string; readonly serial: number; readonly mail: Mail };

function Opened({ token, serial, mail }: OpenedProps) {
  const opened = useQuery({
    queryKey: [OUTBOX, serial, mail.id],
    queryFn: ({ signal }) => call('mail.read_by_link', { body: { token, mailId: mail.id } }, signal),
  });
  return (
    <Stack gap="sm">
      <Text size="sm">
        To <b>{mail.to}</b>, <Time at={mail.queuedAt} />
      </Text>
      {isProblem(opened.error, 'mail.link_refused') ? (
        <Over refusal={opened.error} />
      ) : (
        <ProblemBox error={opened.error} />
      )}
      {opened.isPending ? <Loading height={220} /> : null}
      {opened.data === undefined ? null : <Letter mail={opened.data} />}
    </Stack>
  );
}

function Letter({ mail }: { readonly mail: Reply<'mail.read_by_link'> }) {
  if (mail.text === null) {
    return (
      <Notice tone="yellow" title="Its text is erased">
        {mail.status === 'sent' ? 'It was sent.' : 'The link in it has ended, so that it opens nothing any more.'}
      </Notice>
    );
  }
  return (
    <>
      <Code block className="letter" aria-label="Text of the mail">
        {mail.text.trimEnd()}
      </Code>
      {linksIn(mail.text).map((link) => (
        <CopyText key={link} label="link" text={link} />
      ))}
      {mail.lastError === null ? null : (
        <Text size="sm" c="dimmed">
          {mail.attempts} tries, the last: {mail.lastError.replaceAll('_', ' ')}
        </Text>
      )}
    </>
  );
}
