// People of the running system, for breaking what is kept of them: the first owner, as `holdfast setup` makes one.
import assert from 'node:assert/strict';
import { PASSWORD } from '#test/world.ts';
import type { System } from './system.ts';

/** Founds the first organization, with an owner of this address. */
export async function setUp({ server }: System, email: string): Promise<void> {
  const token = server.setupLink?.split('#token=')[1];
  const owner = { name: 'Olga', email, password: PASSWORD };
  const reply = await fetch(`${server.origin}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, organization: { name: 'Acme', slug: 'acme' }, owner }),
  });
  assert.equal(reply.status, 201, await reply.text());
}
