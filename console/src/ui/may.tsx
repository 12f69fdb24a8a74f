// An action that the caller may not use is there, disabled, and says why: driven by the permission of the very operation.
import { type ButtonProps, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ActButton } from './act-button.tsx';
import type { Level } from '../api/levels.ts';
import type { OperationId } from '../api/operations.ts';
import { sessionQuery, whyNot } from '../api/session.ts';

type Props = ButtonProps & {
  readonly operation: OperationId;
  readonly onClick: () => void;
  /** Why not with this very thing, where the operation itself is theirs. */
  readonly unless?: string | undefined;
  /** What they were granted on this very thing. */
  readonly level?: Level | undefined;
};

export function MayButton({ operation, onClick, unless, level, ...rest }: Props) {
  const session = useQuery(sessionQuery);
  const general =
    session.data === undefined || session.data === null ? undefined : whyNot(session.data, operation, level);
  const reason = general ?? unless;
  // `data-disabled` keeps it in reach of the keyboard, so that the reason can be heard.
  return (
    <Tooltip label={reason} disabled={reason === undefined}>
      <ActButton
        {...rest}
        data-disabled={reason !== undefined || undefined}
        aria-disabled={reason !== undefined}
        onClick={(event) => (reason === undefined ? onClick() : event.preventDefault())}
      />
    </Tooltip>
  );
}
