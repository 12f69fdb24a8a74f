// A running edge, a provider behind it and the official OpenAI client in front of it: the stage of the model tests.
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { OpenAI } from 'openai';
import { createEdgeWorld, type EdgeWorld, type Entered } from '../edge-world.ts';
import { type ModelUpstream, type SeenCall, startModelUpstream } from './model-upstream.ts';

export type CallRow = {
  readonly state: string;
  readonly status: number | null;
  readonly input_tokens: string | null;
  readonly output_tokens: string | null;
  readonly estimated: boolean;
};

export type ModelStage = AsyncDisposable & {
  readonly upstream: ModelUpstream;
  readonly edge: EdgeWorld;
  readonly entered: Entered;
  readonly client: (options?: Partial<ConstructorParameters<typeof OpenAI>[0]>) => OpenAI;
  /** A call of the console: the session cookie from our own origin. */
  readonly fromConsole: (method: string, path: string, body?: object) => Promise<Response>;
  /** The newest record of a model's calls once it is closed: settlement follows the last byte. */
  readonly closedCall: (model: string) => Promise<CallRow>;
  /** Outcomes of the audit events of a model's calls. */
  readonly auditedOutcomes: (model: string) => Promise<readonly string[]>;
  /** The newest call of a model that the provider saw. */
  readonly lastCall: (model: string) => SeenCall;
};

/** What the provider must be told, and nobody else. */
export const SECRET = 'sk-upstream-secret-of-the-test';

const messages = [{ role: 'user', content: 'Say hello' }] as const;

export function chat(model: string) {
  return { model, messages: [...messages] };
}

export async function createModelStage(): Promise<ModelStage> {
  const upstream = await startModelUpstream();
  const edge = await createEdgeWorld({ outboundAllow: `127.0.0.1:${upstream.port}` });
  const entered = await edge.enter();
  const origin = `http://127.0.0.1:${edge.port}`;
  const fromConsole = (method: string, path: string, body?: object): Promise<Response> =>
    fetch(`${origin}${path}`, {
      method,
      headers: {
        cookie: entered.cookie,
        origin,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const baseUrl = `http://127.0.0.1:${upstream.port}/v1`;
  const provider = { name: 'test', kind: 'openai_compatible', baseUrl, apiKey: SECRET };
  const connected = await fromConsole('POST', '/api/v1/providers', provider);
  assert.equal(connected.status, 201, await connected.text());
  return {
    upstream,
    edge,
    entered,
    fromConsole,
    client: (options = {}) => new OpenAI({ apiKey: entered.key, baseURL: `${origin}/v1`, maxRetries: 0, ...options }),
    closedCall: (model) => closedCall(edge, model),
    auditedOutcomes: async (model) => {
      const { rows } = await edge.world.admin(
        `select outcome from holdfast.audit_pending where action = 'model.called' and facts ->> 'model' = $1`,
        [model],
      );
      return rows.map((row: { readonly outcome: string }) => row.outcome);
    },
    lastCall: (model) => {
      const found = upstream.calls.findLast((call) => call.body.includes(`"${model}"`));
      assert.ok(found, `the upstream saw no call of ${model}`);
      return found;
    },
    [Symbol.asyncDispose]: async () => {
      await edge[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

async function closedCall({ world }: EdgeWorld, model: string): Promise<CallRow> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const { rows } = await world.admin(
      `select state, status, input_tokens, output_tokens, estimated
         from holdfast.model_call where model = $1 order by started_at desc limit 1`,
      [model],
    );
    const row = rows[0] as CallRow | undefined;
    if (row !== undefined && row.state !== 'open') return row;
    await wait(20);
  }
  throw new Error(`no call of ${model} was closed`);
}
