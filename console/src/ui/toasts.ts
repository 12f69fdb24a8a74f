// Words about what is done, kept for a while: a list that anybody may add to, and that waits while somebody looks at it.

export type Toast = { readonly id: number; readonly text: string };

/** WCAG 2.2.1: nobody reads as fast as a clock; it also waits under a pointer or the keyboard. */
export const TOAST_MS = 8_000;
/** More would cover the page; the oldest goes first. */
const SHOWN_MAX = 4;

type Timers = {
  readonly set: (run: () => void, ms: number) => unknown;
  readonly clear: (timer: unknown) => void;
};

export type ToastList = ReturnType<typeof createToasts>;

/** `hold` stops every clock, `release` begins them anew: whoever has looked gets the whole time again. */
export function createToasts({ set, clear }: Timers) {
  let shown: readonly Toast[] = [];
  let isHeld = false;
  let lastId = 0;
  const timers = new Map<number, unknown>();
  const listeners = new Set<() => void>();

  const change = (next: readonly Toast[]): void => {
    shown = next;
    for (const listen of listeners) listen();
  };
  const stop = (id: number): void => {
    clear(timers.get(id));
    timers.delete(id);
  };
  const dismiss = (id: number): void => {
    stop(id);
    change(shown.filter((toast) => toast.id !== id));
  };
  const begin = (id: number): void => {
    timers.set(
      id,
      set(() => dismiss(id), TOAST_MS),
    );
  };
  return {
    /** Never empty; the same words again stand once, as something new, so that they are read out again. */
    say: (text: string): void => {
      const goes = [...shown.filter((toast) => toast.text === text), ...shown.slice(0, 1 - SHOWN_MAX)];
      for (const { id } of goes) stop(id);
      lastId += 1;
      change([...shown.filter((toast) => !goes.includes(toast)), { id: lastId, text }]);
      if (!isHeld) begin(lastId);
    },
    dismiss,
    hold: (): void => {
      isHeld = true;
      for (const id of timers.keys()) stop(id);
    },
    release: (): void => {
      if (!isHeld) return;
      isHeld = false;
      for (const { id } of shown) begin(id);
    },
    subscribe: (listen: () => void): (() => void) => {
      listeners.add(listen);
      return () => listeners.delete(listen);
    },
    get: (): readonly Toast[] => shown,
  };
}

/** Those of this window. */
export const toasts = createToasts({
  set: (run, ms) => setTimeout(run, ms),
  clear: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout> | undefined),
});

/** Says that something is done, in a few words: shown in a corner, and read out when nothing else is being said. */
export const say = toasts.say;
