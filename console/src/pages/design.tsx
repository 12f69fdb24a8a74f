// Every piece of the design language on one page: for whoever builds pages, and for the tests that look at it.
import { Badge, Button, Group, Modal, Progress, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { ActButton } from '../ui/act-button.tsx';
import { useState } from 'react';
import { Problem } from '../api/problem.ts';
import { Confirm } from '../ui/confirm.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import type { Column } from '../ui/list/column.ts';
import { WholeTable } from '../ui/list/whole-table.tsx';
import { Empty } from '../ui/empty.tsx';
import { MayButton } from '../ui/may.tsx';
import { Notice } from '../ui/notice.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page, Section } from '../ui/page.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { Time } from '../ui/time.tsx';
import { say } from '../ui/toasts.ts';

type Row = { readonly id: string; readonly name: string; readonly calls: number; readonly at: string };

const ROWS: readonly Row[] = [
  { id: '1', name: 'Billing reports', calls: 12_480, at: '2026-03-04T09:05:00.000Z' },
  { id: '2', name: 'Support answers', calls: 907, at: '2026-03-05T16:40:00.000Z' },
  { id: '3', name: 'Nightly summaries', calls: 31, at: '2026-03-06T02:00:00.000Z' },
];

const columns: readonly Column<Row>[] = [
  { title: 'Name', text: ({ name }) => name },
  { title: 'Calls', text: ({ calls }) => String(calls), show: ({ calls }) => calls.toLocaleString(), isNumber: true },
  { title: 'Last used', text: ({ at }) => at, show: ({ at }) => <Time at={at} /> },
];

const refusal = new Problem({
  status: 409,
  code: 'api_key.revoked',
  title: 'The key is revoked already',
  about: '/problems',
  detail: 'Somebody else was faster.',
  help: 'Read it again: `state` says what became of it.',
  fields: [],
  requestId: 'req_01m824w516ek7bcfh4ns89xfn1',
  retryAfterSeconds: 30,
  demandedProof: undefined,
});

const never = (): Promise<never> => new Promise(() => undefined);

export function Design() {
  return (
    <Page
      title="Design language"
      about="Every piece that pages are made of. What a page needs beyond it belongs here first."
    >
      <Words />
      <Notices />
      <Fields />
      <Dialogs />
      <Lists />
    </Page>
  );
}

function Words() {
  return (
    <Section title="Words, badges and buttons">
      <Text>
        Text of a page, <b>stressed</b>, and <Time at="2026-03-04T09:05:00.000Z" />.
      </Text>
      <Text size="sm" c="dimmed">
        Quiet text says what a thing is for.
      </Text>
      <Group gap="sm">
        <Badge>owner</Badge>
        <Badge color="green">works</Badge>
        <Badge color="yellow">unknown</Badge>
        <Badge color="orange">denied</Badge>
        <Badge color="red">failed</Badge>
        <Badge color="gray">revoked</Badge>
      </Group>
      <Group gap="sm">
        <Button>The one thing to do</Button>
        <Button variant="default">Another thing</Button>
        <Button variant="subtle">Later</Button>
        <Button color="red">End it</Button>
        <ActButton loading>At work</ActButton>
        <Button variant="default" onClick={() => say('Something is done')}>
          Say what is done
        </Button>
        <MayButton operation="setup.issue_token" onClick={() => undefined}>
          Not for you
        </MayButton>
      </Group>
      <CopyText label="sample key" text={`hf_live_${'0123456789abcdef'.repeat(4)}`} />
    </Section>
  );
}

function Notices() {
  return (
    <Section title="Notices and refusals">
      <Notice tone="green" title="It is done">
        What came of it, in one sentence.
      </Notice>
      <Notice tone="yellow" title="Look at this">
        What may happen, and what to do.
      </Notice>
      <ProblemBox error={refusal} />
      <ProblemBox error={new Error('a fault of the page itself')} />
    </Section>
  );
}

function Fields() {
  const [isOn, setOn] = useState(true);
  return (
    <Section title="Fields">
      <Stack gap="sm" maw={420}>
        <TextInput
          label="What it is for"
          description="Whoever reads the list sees it."
          placeholder="Billing reports"
          required
        />
        <TextInput label="Short name" defaultValue="Not A Slug" error="Lower-case letters, digits and hyphens" />
        <PasswordField label="Password" error="is too short" defaultValue="short" />
        <Select label="Kind" data={['OpenAI', 'Anthropic', 'Ollama']} defaultValue="OpenAI" allowDeselect={false} />
        <Switch
          label="It runs on machines of ours"
          checked={isOn}
          onChange={(event) => setOn(event.currentTarget.checked)}
        />
        <Progress value={40} aria-label="Progress of something" />
      </Stack>
    </Section>
  );
}

function Dialogs() {
  const [open, setOpen] = useState<'form' | 'end'>();
  const close = () => setOpen(undefined);
  return (
    <Section title="Dialogs">
      <Group gap="sm">
        <Button variant="default" onClick={() => setOpen('form')}>
          Open a form
        </Button>
        <Button variant="default" onClick={() => setOpen('end')}>
          Open a warning
        </Button>
      </Group>
      <Modal opened={open === 'form'} onClose={close} title="A form">
        <Stack gap="sm">
          <TextInput label="Name" data-autofocus />
          <Button onClick={close}>Save</Button>
        </Stack>
      </Modal>
      <Confirm
        isOpen={open === 'end'}
        title="Revoke Billing reports?"
        action="Revoke the key"
        done="Billing reports is revoked"
        onConfirm={async () => close()}
        onClose={close}
      >
        Programs that use it are refused within a second. It cannot be undone.
      </Confirm>
    </Section>
  );
}

function Lists() {
  const shared = { columns, rowKey: ({ id }: Row) => id };
  return (
    <>
      <Section title="A list">
        <WholeTable
          {...shared}
          name="Samples"
          queryKey={['design', 'list']}
          load={async () => ROWS}
          actions={({ name }) => (
            <Button size="compact-sm" variant="subtle" color="red" aria-label={`Revoke ${name}`}>
              Revoke
            </Button>
          )}
          empty={null}
        />
      </Section>
      <Section title="A list with nothing in it">
        <WholeTable
          {...shared}
          name="Nothing"
          queryKey={['design', 'empty']}
          load={async () => []}
          empty={
            <Empty title="No key yet" action={<Button>Make a key</Button>}>
              Make one for each program, so that each can be revoked alone.
            </Empty>
          }
        />
      </Section>
      <Section title="A list that was refused">
        <WholeTable
          {...shared}
          name="Refused"
          queryKey={['design', 'refused']}
          load={() => Promise.reject(refusal)}
          empty={null}
        />
      </Section>
      <Section title="A list that loads">
        <WholeTable {...shared} name="Slow" queryKey={['design', 'slow']} load={never} empty={null} />
        <Loading height={48} />
      </Section>
    </>
  );
}
