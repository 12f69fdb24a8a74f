// The first model to try is one that is likely to chat.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatModels } from './chat-models.ts';

test('models that say they are something else are left out', () => {
  const models = [
    'text-embedding-3-small',
    'gpt-4.1',
    'whisper-1',
    'dall-e-3',
    'omni-moderation-latest',
    'gpt-4.1-mini',
  ];
  assert.deepEqual(chatModels(models), ['gpt-4.1', 'gpt-4.1-mini']);
});

test('where every name says so, all of them stay', () => {
  assert.deepEqual(chatModels(['nomic-embed-text']), ['nomic-embed-text']);
  assert.deepEqual(chatModels([]), []);
});
