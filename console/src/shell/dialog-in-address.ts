// A dialog that the address opens (`#new`): a command leads to it, and the browser's way back closes it.
import { useNavigate, useRouterState } from '@tanstack/react-router';

/** Whether it is open, and how to change that. */
export function useDialogInAddress(name: string): readonly [boolean, (isOpen: boolean) => void] {
  const navigate = useNavigate();
  const isOpen = useRouterState({ select: ({ location }) => location.hash === name });
  return [isOpen, (open) => void navigate({ to: '.', search: true, hash: open ? name : '', replace: !open })];
}
