// Where the words about what is done stand: one corner of the window, a polite live region, never over a dialog's buttons.
import { CloseButton, Text } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { toasts } from './toasts.ts';

export function ToastCorner() {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.get);
  const dismiss = (id: number): void => {
    toasts.dismiss(id);
    // The keyboard stood on what is gone: it goes on at the page, and the others may end.
    toasts.release();
    document.querySelector<HTMLElement>('#main')?.focus();
  };
  return (
    // The region is there before its words are: else nothing would be read out.
    <div
      className="toasts"
      role="log"
      aria-live="polite"
      aria-label="What was done"
      onMouseEnter={toasts.hold}
      onMouseLeave={toasts.release}
      onFocus={toasts.hold}
      onBlur={toasts.release}
    >
      {shown.map(({ id, text }) => (
        <div key={id} className="toast">
          <Text size="sm">{text}</Text>
          <CloseButton size="sm" aria-label={`Dismiss: ${text}`} onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
