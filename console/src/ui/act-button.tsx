// A button that starts something which takes a while: it turns, takes no second press, and keeps the focus of the keyboard.
import { Button, type ButtonProps } from '@mantine/core';
import type { ComponentProps, MouseEvent } from 'react';

type Props = ButtonProps & Omit<ComponentProps<'button'>, keyof ButtonProps>;

export function ActButton({ loading = false, onClick, ...rest }: Props) {
  const press = (event: MouseEvent<HTMLButtonElement>): void => {
    // Also for the key Enter in a field of its form, which presses it.
    if (loading) event.preventDefault();
    else onClick?.(event);
  };
  return <Button {...rest} loading={loading} onClick={press} renderRoot={loading ? renderFocusable : undefined} />;
}

/** A button that is disabled loses the focus, and the keyboard begins again at the head of the document. */
function renderFocusable({ disabled: _disabled, ...props }: Readonly<Record<string, unknown>>) {
  return (
    <button {...props} type={props['type'] === 'submit' ? 'submit' : 'button'} aria-disabled="true" aria-busy="true" />
  );
}
