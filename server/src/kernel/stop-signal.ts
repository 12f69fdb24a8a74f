// Tells the parts of one call that it ends early, and why. An AbortController does the same for ten times the memory; and
// each listener that ever was on a lasting AbortSignal leads to those after it, so that with one of the whole server the
// collector takes the calls of minutes for alive.

/** What parts of a call listen to. An AbortSignal is one. */
export type StopSignal = Pick<AbortSignal, 'aborted' | 'reason' | 'throwIfAborted'> & {
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
};

/** A signal, and the way to give it, in one. For few listeners: to let go of one goes through all. */
export class Stop implements StopSignal, Disposable {
  aborted = false;
  reason: unknown = undefined;
  #listeners: (() => void)[] | undefined;

  addEventListener(_type: 'abort', listener: () => void): void {
    if (this.#listeners === undefined) this.#listeners = [listener];
    else this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const place = this.#listeners?.indexOf(listener) ?? -1;
    if (place >= 0) this.#listeners?.splice(place, 1);
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }

  /** The first reason stays. */
  abort(reason: unknown = new Error('stopped')): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const listeners = this.#listeners ?? [];
    this.#listeners = undefined;
    for (const listener of listeners) callSafely(listener);
  }

  /** Nobody hears of it any more. */
  [Symbol.dispose](): void {
    this.#listeners = undefined;
  }
}

/** As at an AbortSignal: a listener that fails keeps no other from hearing, and is not passed over in silence. */
function callSafely(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
  }
}

/** Aborts as soon as one of its sources does, with its reason, or when its time is over. Dispose of it at the end of the call. */
export class LinkedStop extends Stop {
  readonly #sources: readonly StopSignal[];
  /** In its place from the start: V8 puts a function that is assigned to a property among the old, and all it leads to stays. */
  readonly #follow = (): void => this.abort(this.#sources.find((source) => source.aborted)?.reason);
  readonly #timer: NodeJS.Timeout;

  constructor(sources: readonly StopSignal[], delayMsMax: number) {
    super();
    this.#sources = sources;
    this.#timer = setTimeout(() => this.abort(new Error(`not over after ${delayMsMax} ms`)), delayMsMax);
    this.#timer.unref();
    for (const source of sources) source.addEventListener('abort', this.#follow);
    if (sources.some((source) => source.aborted)) this.#follow();
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    clearTimeout(this.#timer);
    for (const source of this.#sources) source.removeEventListener('abort', this.#follow);
  }
}
