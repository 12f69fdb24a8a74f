// Valid calls of break-glass, each about a credential that was sealed or a use that was opened for it.
import { begin, breakGlass, collect, complete, newestUse, REASON, requestAtHost, sealAs } from './emergency-access.ts';
import type { MakeExample, Stage } from './example.ts';

async function endedUse({ world, owner: { credential } }: Stage): Promise<string> {
  await collect(world, await requestAtHost(world));
  const useId = await newestUse(world, credential);
  await world.call('emergency.end', { credential, params: { useId } });
  return useId;
}

export const emergencyExamples: Readonly<Record<string, MakeExample>> = {
  'emergency.get': async ({ world, owner }) => {
    await breakGlass(world, owner.credential);
    return { call: {} };
  },
  'emergency.seal': () => ({ call: {} }),
  'emergency.open': async ({ world, owner }) => {
    const [part] = await sealAs(world, owner.credential);
    return { call: { body: { organization: 'acme', part, reason: REASON } } };
  },
  'emergency.collect': async ({ world, owner }) => {
    const [first, second] = await sealAs(world, owner.credential);
    const { request, code } = await begin(world, first);
    await complete(world, second, code);
    return { call: { body: { request } } };
  },
  'emergency.open_at_host': () => ({ call: { body: { organization: 'acme', reason: REASON } } }),
  'emergency.end': async ({ world, owner }) => {
    await requestAtHost(world);
    return { call: { params: { useId: await newestUse(world, owner.credential) } } };
  },
  'emergency.review': async (stage) => ({
    call: { params: { useId: await endedUse(stage) }, body: { note: 'It was a rehearsal, and nothing follows.' } },
  }),
};
