// The running parts a pipeline needs, put together once at start.
import type { Lanes } from '#db/pool.ts';
import type { Epochs } from './epochs.ts';
import type { Limit, LimitStore } from './limits/limits.ts';
import type { Recorder } from './recorder.ts';
import type { Registry } from './registry.ts';
import type { RateClass } from './route.ts';
import type { Tools } from './tools.ts';

export type LimitTable = Readonly<
  Record<RateClass | 'address' | 'failed_credentials' | 'api_key' | 'organization' | 'global', Limit>
>;

export type Kernel = {
  readonly registry: Registry;
  readonly lanes: Lanes;
  readonly tools: Tools;
  readonly limits: LimitStore;
  readonly limitTable: LimitTable;
  readonly recorder: Recorder;
  readonly epochs: Epochs;
  /** Reports an error nobody expected, with its causes; the caller sees the request id only. */
  readonly onUnexpected: (error: unknown, at: { readonly route: string; readonly requestId: string }) => void;
};
