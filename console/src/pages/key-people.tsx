// Choosing the members for whom a service key acts.
import type { ReactNode } from 'react';
import { FindSeveral } from '../ui/find-several.tsx';

type Props = {
  readonly value: string[];
  readonly onChange: (value: string[]) => void;
  readonly error: ReactNode;
  /** A key that acts for people goes on to need one of them, also when none is left. */
  readonly isChanging?: true;
};

export function KeyPeople({ value, onChange, error, isChanging }: Props) {
  return (
    <FindSeveral
      kind="person"
      label="Acts for"
      description={
        isChanging === true
          ? 'Each call names one of them. With nobody in the list the key does nothing.'
          : 'Each call names one of them. Leave it empty for a key that acts for nobody.'
      }
      value={value}
      onChange={onChange}
      error={error}
    />
  );
}
