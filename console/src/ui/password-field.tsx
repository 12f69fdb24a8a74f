// A field for a password: it tells assistive technology when it is wrong, which the library's own does not.
import { PasswordInput, type PasswordInputProps } from '@mantine/core';

export function PasswordField(props: PasswordInputProps) {
  const isWrong = props.error !== undefined && props.error !== null && props.error !== false;
  return (
    <PasswordInput
      aria-invalid={isWrong || undefined}
      visibilityToggleButtonProps={{ 'aria-label': 'Show or hide what is typed' }}
      {...props}
    />
  );
}
