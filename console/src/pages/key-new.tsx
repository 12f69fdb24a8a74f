// Making a key: of which kind, for what, for whom or from where; its text is shown once.
import { Button, Checkbox, Group, MultiSelect, NumberInput, Radio, Stack, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import { fieldError } from '../api/problem.ts';
import { sessionQuery } from '../api/session.ts';
import { ActButton } from '../ui/act-button.tsx';
import { Arrived } from '../ui/arrived.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { KeyPeople } from './key-people.tsx';
import { blocksIn, faultIn } from './blocks.ts';
import { type Kind, KINDS, scopesFor } from './key-words.ts';

const NOBODY_MAY = 'Keys of the other kinds are made by who manages how programs get in.';

export function NewKey({ onDone }: { readonly onDone: () => void }) {
  const client = useQueryClient();
  const session = useQuery(sessionQuery);
  const manages = session.data?.permissions.includes('security_configuration:manage') ?? false;
  const [kind, setKind] = useState<Kind>('personal');
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>(['models:use']);
  const [people, setPeople] = useState<string[]>([]);
  const [origins, setOrigins] = useState('');
  const [days, setDays] = useState<number | string>(90);
  const [isEndless, setEndless] = useState(false);
  const [perMinute, setPerMinute] = useState<number | string>('');
  const making = useMutation({
    mutationFn: () =>
      call('api_key.create', {
        body: {
          kind,
          name,
          scopes,
          expiresInDays: isEndless ? null : Number(days),
          perMinute: perMinute === '' ? null : Number(perMinute),
          ...(kind === 'service' && people.length > 0 ? { actsFor: people } : {}),
          ...(kind === 'publishable' ? { origins: blocksIn(origins) } : {}),
        },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['api_key.list'] }),
    meta: { done: 'The key is made' },
  });
  const choose = (next: Kind, forPeople: boolean): void => {
    setKind(next);
    const usable = scopesFor(next, forPeople);
    setScopes((before) => {
      const kept = before.filter((scope) => usable.includes(scope));
      return kept.length > 0 ? kept : usable.slice(0, 1);
    });
  };
  if (making.data !== undefined) return <ShownKey text={making.data.key} onDone={onDone} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    making.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <KindChoice kind={kind} manages={manages} onChange={(next) => choose(next, people.length > 0)} />
        <TextInput
          label="What it is for"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={fieldError(making.error, 'name')}
          required
          data-autofocus
        />
        {kind === 'service' ? (
          <KeyPeople
            value={people}
            onChange={(next) => {
              setPeople(next);
              choose('service', next.length > 0);
            }}
            error={faultIn(making.error, 'actsFor', people)}
          />
        ) : null}
        {kind === 'publishable' ? <Origins value={origins} onChange={setOrigins} error={making.error} /> : null}
        <MultiSelect
          label="What it may do"
          data={scopesFor(kind, people.length > 0)}
          value={scopes}
          onChange={setScopes}
          error={faultIn(making.error, 'scopes', scopes)}
          required
        />
        <NumberInput
          label="Days until it ends"
          value={days}
          onChange={setDays}
          min={1}
          max={365}
          disabled={isEndless}
          error={fieldError(making.error, 'expiresInDays')}
        />
        {manages ? (
          <Checkbox
            label="It never ends"
            description="Such a key is flagged until it is rotated or revoked."
            checked={isEndless}
            onChange={(event) => setEndless(event.currentTarget.checked)}
          />
        ) : null}
        <NumberInput
          label="Calls a minute"
          description="Empty: what this installation gives every key."
          value={perMinute}
          onChange={setPerMinute}
          min={1}
          error={fieldError(making.error, 'perMinute')}
        />
        <ProblemBox error={making.error} />
        <ActButton type="submit" loading={making.isPending}>
          Make the key
        </ActButton>
      </Stack>
    </form>
  );
}

type KindProps = { readonly kind: Kind; readonly manages: boolean; readonly onChange: (kind: Kind) => void };

function KindChoice({ kind, manages, onChange }: KindProps) {
  const about = KINDS.find(({ value }) => value === kind)?.about;
  return (
    <Radio.Group
      label="Kind"
      description={manages ? about : `${about ?? ''} ${NOBODY_MAY}`}
      value={kind}
      onChange={onChange}
    >
      <Group mt="xs">
        {KINDS.map(({ value, label }) => (
          <Radio key={value} value={value} label={label} disabled={value !== 'personal' && !manages} />
        ))}
      </Group>
    </Radio.Group>
  );
}

type OriginsProps = {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: Error | null;
};

export function Origins({ value, onChange, error }: OriginsProps) {
  return (
    <Textarea
      label="Pages it works from"
      description="Origins such as https://shop.example, one on each line, exactly as browsers write them"
      autosize
      minRows={2}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={faultIn(error, 'origins', blocksIn(value))}
      required
    />
  );
}

/** The whole text, this once. */
export function ShownKey({ text, onDone }: { readonly text: string; readonly onDone: () => void }) {
  return (
    <Arrived label="Your new key">
      <CopyText label="API key" text={text} />
      <Group justify="flex-end">
        <Button onClick={onDone}>I have kept it</Button>
      </Group>
    </Arrived>
  );
}
