// Broken twins of the supply chain: a home with one package, locked, installed and audited, sound but for one thing.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { StartedTwin } from '@holdfast/controls/control.ts';

type Fault = {
  readonly integrity?: undefined;
  readonly asked?: string;
  readonly installed?: string;
  readonly audit?: string;
};

const VERSION = '1.2.3';

export async function startHomeOfPackages(fault: Fault): Promise<StartedTwin<{ readonly home: string }>> {
  const home = await mkdtemp(join(tmpdir(), 'holdfast-twin-'));
  const remove = (): Promise<void> => rm(home, { recursive: true, force: true });
  try {
    for (const [name, text] of Object.entries(filesOf(fault))) {
      await mkdir(dirname(join(home, name)), { recursive: true });
      await writeFile(join(home, name), text);
    }
    return { target: { home }, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

function filesOf(fault: Fault): Readonly<Record<string, string>> {
  const { asked = VERSION, installed = VERSION, audit = 'npm audit' } = fault;
  const integrity = 'integrity' in fault ? {} : { integrity: `sha512-${'A'.repeat(86)}==` };
  const dependencies = { twin: asked };
  const own = { name: 'home', version: VERSION, dependencies };
  const locked = { version: VERSION, license: 'MIT', ...integrity };
  return {
    'package.json': JSON.stringify(own),
    'package-lock.json': JSON.stringify({ lockfileVersion: 3, packages: { '': own, 'node_modules/twin': locked } }),
    'node_modules/twin/package.json': JSON.stringify({ name: 'twin', version: installed }),
    '.ci/run': `#!/bin/sh\nset -e\n${audit}\nnpm sbom\n`,
  };
}
