// Until when a grant holds: a day, to its end.
import { TextInput } from '@mantine/core';
import { fieldError, isProblem } from '../api/problem.ts';
import { dayOf } from '../ui/day.ts';

type Props = { readonly value: string; readonly onChange: (day: string) => void; readonly error: unknown };

export function EndDay({ value, onChange, error }: Props) {
  const unfit = isProblem(error, 'grant.unfit_end') ? 'A day to come, at most five years away.' : undefined;
  return (
    <TextInput
      type="date"
      label="Until the end of (empty: without end)"
      value={value}
      min={dayOf(new Date().toISOString())}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={fieldError(error, 'expiresAt') ?? unfit}
    />
  );
}
