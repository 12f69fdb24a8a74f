// No control of the edge passes on a server that is down, hangs, is no HTTP server, or gives everybody one answer.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatInstant } from '@holdfast/controls/dates.ts';
import { evaluate } from '@holdfast/controls/evaluate.ts';
import { observe } from '@holdfast/controls/run.ts';
import { startHttpTwin, type TwinAnswer } from '@holdfast/controls/twins/http.ts';
import { startTcpTwin } from '@holdfast/controls/twins/tcp.ts';
import type { TwinServer } from '@holdfast/controls/twins/sockets.ts';
import { loadConfig } from '#config.ts';
import { httpControls } from '#http/controls.ts';
import { openHost } from '#verification/host.ts';
import type { Instance } from '#verification/instance.ts';
import { twinTenants } from '#verification/twin-tenants.ts';
import { openWeb } from '#verification/web.ts';

/** TR6 asks the kernel, not the server. */
const asking = httpControls.filter(({ id }) => id !== 'TR6');
const loaded = loadConfig({
  env: { HOLDFAST_DATA_DIR: '/nonexistent/holdfast', HOLDFAST_CORS_ORIGINS: 'https://app.example.org' },
});

function instanceAt({ host, port }: TwinServer): Instance {
  assert.ok(loaded.ok);
  const web = openWeb({ origin: `http://${host}:${port}` }, { vantage: 'inside', isLocal: true });
  return {
    web,
    privateWeb: web,
    host: openHost(() => [{ address: host, port, purpose: 'public' }]),
    // Exposed, so that the promises of TLS concern it too.
    config: { ...loaded.config, exposed: true },
    tenants: { open: async () => twinTenants },
    operations: [],
  };
}

/** Verdicts by id. */
async function judgeAll(server: TwinServer): Promise<ReadonlyMap<string, string>> {
  const options = { unixMs: Date.now, fingerprintKey: new Uint8Array(32), probeTimeoutMs: 1_000 };
  const instance = instanceAt(server);
  const verdicts = await Promise.all(
    asking.map(async (control) => {
      const evidence = await observe(control, instance, options);
      return [control.id, evaluate(control, evidence, formatInstant(Date.now())).verdict] as const;
    }),
  );
  return new Map(verdicts);
}

function assertBlind(verdicts: ReadonlyMap<string, string>): void {
  const seen = [...verdicts].filter(([, verdict]) => verdict !== 'error' && verdict !== 'unknown');
  assert.deepEqual([verdicts.size, seen], [asking.length, []]);
}

describe('a server that is none', () => {
  it('ends as an error where nothing listens', async () => {
    const gone = await startHttpTwin({ answers: {} });
    await gone[Symbol.asyncDispose]();
    assertBlind(await judgeAll(gone));
  });

  it('ends as an error where nobody ever answers', async () => {
    await using silent = await startTcpTwin({ greeting: '' });
    assertBlind(await judgeAll(silent));
  });

  const answers: Readonly<Record<string, TwinAnswer>> = {
    'breaks off in the middle': 'cut',
    'says yes to everything': { status: 200, body: '{}' },
    'finds nothing': { status: 404 },
    'lets nobody in': { status: 401 },
    'forbids everything': { status: 403 },
    'calls everything malformed': { status: 400, body: '{"code":"request.invalid"}' },
    'limits everybody': { status: 429 },
    'is down': { status: 503 },
  };
  for (const [name, answer] of Object.entries(answers)) {
    it(`never passes where it ${name}`, async () => {
      await using server = await startHttpTwin({ answers: { '*': answer } });
      const passed = [...(await judgeAll(server))].filter(
        ([, verdict]) => verdict === 'pass' || verdict === 'not_applicable',
      );
      assert.deepEqual(passed, []);
    });
  }
});
