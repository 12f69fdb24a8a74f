// The first run: organization and owner, then a second factor, a provider, a key, and a first call that is seen to work.
import { Anchor, Button, Progress, Stack, Text, TextInput, Title } from '@mantine/core';
import { ActButton } from '../ui/act-button.tsx';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { call } from '../api/client.ts';
import { hasPasskeys } from '../api/passkey.ts';
import { fieldError } from '../api/problem.ts';
import { WaitingDoor } from '../ui/waiting-door.tsx';
import { Door } from '../ui/door.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { ProblemBox } from '../ui/problem-box.tsx';
import { EnrollApp, EnrollPasskey, ShownCodes } from '../ui/totp-enroll.tsx';
import { FirstCall } from './first-call.tsx';
import { ProviderForm } from './provider-form.tsx';
import { slugOf } from './slug.ts';

const STEPS = ['Organization', 'Second factor', 'Model provider', 'First call'] as const;

export function Setup() {
  const state = useQuery({ queryKey: ['setup'], queryFn: ({ signal }) => call('setup.state', {}, signal) });
  const [token] = useState(takeToken);
  const [step, setStep] = useState(0);
  const next = () => setStep((at) => at + 1);
  if (state.isPending) return <WaitingDoor title="Welcome to Holdfast" wide />;
  // Whoever founds it stays here until the end; whoever comes later has to sign in.
  if (state.data?.done === true && step === 0) {
    return (
      <Door title="This installation is set up" wide>
        <Button component={Link} to="/sign-in">
          Sign in
        </Button>
      </Door>
    );
  }
  return (
    <Door title="Welcome to Holdfast" about="A few steps to the first governed model call." step={stepText(step)} wide>
      <Stack gap={4}>
        <StepHead step={step} />
        <Progress value={((step + 1) / STEPS.length) * 100} size="sm" aria-hidden="true" />
      </Stack>
      {step === 0 ? <Found token={token} onDone={next} /> : null}
      {step === 1 ? <Factor onDone={next} /> : null}
      {step === 2 ? <Provider onDone={next} /> : null}
      {step === 3 ? <Finish /> : null}
    </Door>
  );
}

function stepText(step: number): string {
  return `Step ${String(step + 1)} of ${String(STEPS.length)}: ${STEPS[step] ?? ''}`;
}

/** What had the focus went with its step: it goes to the head of the next. */
function StepHead({ step }: { readonly step: number }) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (step > 0) head.current?.focus();
  }, [step]);
  return (
    <Title order={2} size="sm" fw={500} ref={head} tabIndex={-1}>
      {stepText(step)}
    </Title>
  );
}

type StepProps = { readonly onDone: () => void };

/** The token stands behind `#`, which no browser sends; it is taken out of the address bar at once. */
function takeToken(): string {
  const token = new URLSearchParams(window.location.hash.slice(1)).get('token') ?? '';
  if (token !== '') window.history.replaceState(null, '', window.location.pathname);
  return token;
}

/** Fields of the form that show what is wrong with them. */
const SHOWN_AT = ['organization.name', 'organization.slug', 'owner.name', 'owner.email', 'owner.password'];

function Found({ token, onDone }: StepProps & { readonly token: string }) {
  const client = useQueryClient();
  const [form, setForm] = useState({
    token,
    organization: '',
    slug: '',
    name: '',
    email: '',
    password: '',
  });
  const founding = useMutation({
    mutationFn: () =>
      call('setup.complete', {
        body: {
          token: form.token,
          organization: { name: form.organization, slug: form.slug === '' ? slugOf(form.organization) : form.slug },
          owner: { name: form.name, email: form.email, password: form.password },
        },
      }),
    onSuccess: async () => {
      await client.invalidateQueries();
      onDone();
    },
    meta: { done: null },
  });
  const field = (name: keyof typeof form) => ({
    value: form[name],
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => {
      const { value } = event.currentTarget;
      setForm((before) => ({ ...before, [name]: value }));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    founding.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Set-up token"
          description="The server printed a link with it when it started. It works once."
          {...field('token')}
          autoComplete="off"
          required
        />
        <TextInput
          label="Organization"
          {...field('organization')}
          error={fieldError(founding.error, 'organization.name')}
          required
        />
        <TextInput
          label="Short name"
          description="For addresses: lower-case letters, digits and hyphens."
          placeholder={slugOf(form.organization)}
          {...field('slug')}
          error={fieldError(founding.error, 'organization.slug')}
        />
        <TextInput
          label="Your name"
          {...field('name')}
          autoComplete="name"
          error={fieldError(founding.error, 'owner.name')}
          required
        />
        <TextInput
          label="Your e-mail address"
          type="email"
          {...field('email')}
          autoComplete="username"
          error={fieldError(founding.error, 'owner.email')}
          required
        />
        <PasswordField
          label="Password"
          description="At least 12 characters: four kinds of them, or hard to guess."
          {...field('password')}
          autoComplete="new-password"
          error={fieldError(founding.error, 'owner.password')}
          required
        />
        <ProblemBox error={founding.error} shownAt={SHOWN_AT} />
        <ActButton type="submit" loading={founding.isPending}>
          Found the organization
        </ActButton>
      </Stack>
    </form>
  );
}

function Factor({ onDone }: StepProps) {
  const session = useQuery({
    queryKey: ['session', 'setup'],
    queryFn: ({ signal }) => call('session.get', {}, signal),
  });
  const [codes, setCodes] = useState<readonly string[]>();
  const enrolled = (shown: readonly string[] | null) => (shown === null ? onDone() : setCodes(shown));
  if (codes !== undefined) return <ShownCodes codes={codes} onDone={onDone} />;
  return (
    <Stack gap="sm">
      <Text size="sm">
        {session.data?.needsFactor === true
          ? 'Other machines reach this server, so an owner needs a second factor.'
          : 'A second factor keeps the organization yours when a password leaks.'}
      </Text>
      {hasPasskeys ? <EnrollPasskey onDone={enrolled} /> : null}
      <EnrollApp onDone={enrolled} />
      {session.data?.needsFactor === false ? (
        <Button variant="subtle" onClick={onDone}>
          Later
        </Button>
      ) : null}
    </Stack>
  );
}

function Provider({ onDone }: StepProps) {
  return (
    <Stack gap="sm">
      <Text size="sm">Where models answer: a service with a key of yours, or a server of your own.</Text>
      <ProviderForm onDone={onDone} action="Connect" />
      <Button variant="subtle" onClick={onDone}>
        Later
      </Button>
    </Stack>
  );
}

function Finish() {
  const navigate = useNavigate();
  return (
    <Stack gap="md">
      <FirstCall />
      <Button onClick={() => void navigate({ to: '/' })}>Open the console</Button>
      <Anchor href="/api/docs" size="sm" target="_blank">
        Reference of the API
      </Anchor>
    </Stack>
  );
}
