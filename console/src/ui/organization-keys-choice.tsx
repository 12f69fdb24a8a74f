// What becomes of keys of the organization that rest on a member who goes: chosen by whoever takes them out.
import { Select } from '@mantine/core';

export type KeysChoice = 'revoke' | 'hand_over' | undefined;

type Props = {
  readonly value: KeysChoice;
  readonly onChange: (choice: KeysChoice) => void;
  /** Who would answer for them, in words; undefined where nobody can. */
  readonly successor: string | undefined;
};

export function OrganizationKeysChoice({ value, onChange, successor }: Props) {
  return (
    <Select
      label="Keys of the organization that rest on this member"
      description="If there are any, nobody goes before this is said."
      placeholder="There are none, as far as I know"
      data={[
        { value: 'revoke', label: 'Revoke them' },
        ...(successor === undefined ? [] : [{ value: 'hand_over', label: `${successor} for them from now on` }]),
      ]}
      value={value ?? null}
      onChange={(chosen) => onChange(chosen === 'revoke' || chosen === 'hand_over' ? chosen : undefined)}
      clearable
    />
  );
}
