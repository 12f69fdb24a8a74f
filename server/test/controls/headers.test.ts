// The controls of reply headers turn red when the running server answers otherwise.
import { after, before, describe, it } from 'node:test';
import { setHeader } from './replies.ts';
import { assertTurnsRed, startSystem, type System } from './system.ts';

let system: System;

describe('controls of reply headers, on the running system', () => {
  before(async () => {
    system = await startSystem();
  });
  after(() => system[Symbol.asyncDispose]());

  it('TR4 sees a server that drops nosniff', () =>
    assertTurnsRed(system, { id: 'TR4', at: 'header x-content-type-options' }, setHeader('x-content-type-options')));
});
