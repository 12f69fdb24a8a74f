// A field whose words are asked for when there was no keystroke for a while.
import { TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';

/** Milliseconds without a keystroke after which it is asked. */
const PAUSE_MS = 250;

type Props = {
  readonly type: 'search' | 'text';
  readonly label: string;
  readonly placeholder: string;
  readonly asked: string;
  readonly onAsk: (text: string) => void;
};

/** Typing waits for a pause; what the address says otherwise (the way back, “Show all”) stands there at once. */
export function LateText({ type, label, placeholder, asked, onAsk }: Props) {
  const [text, setText] = useState(asked);
  useEffect(() => setText(asked), [asked]);
  useEffect(() => {
    if (text === asked) return;
    const pause = setTimeout(() => onAsk(text), PAUSE_MS);
    return () => clearTimeout(pause);
  }, [text]);
  return (
    <TextInput
      type={type}
      aria-label={label}
      placeholder={placeholder}
      maxLength={100}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      w={220}
    />
  );
}
