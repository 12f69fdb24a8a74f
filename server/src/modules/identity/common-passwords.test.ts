// What everybody tries first is known, however it is dressed up; what nobody tries is not mistaken for it.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { isCommonPassword } from './common-passwords.ts';

describe('the list of common passwords', () => {
  it('has the ones that every list begins with', () => {
    for (const password of ['123456789012', 'qwertyuiop', 'iloveyou', 'administrator', 'letmein', 'trustno1'])
      assert.ok(isCommonPassword(password), password);
  });

  it('knows them in other case and width, with digits and signs around them, and with signs for letters', () => {
    for (const password of [
      'PassWord',
      'ｐａｓｓｗｏｒｄ',
      'Password123!',
      '!!Welcome2024',
      'P@ssw0rd1234',
      '$uperm4n$$$$$',
    ])
      assert.ok(isCommonPassword(password), password);
  });

  it('takes hardly anything else for one of them', () => {
    const others = Array.from({ length: 20_000 }, () => randomBytes(12).toString('base64url'));
    const mistaken = others.filter(isCommonPassword);
    // 13 hashes over 20 bits an entry: one in ten thousand for each of the four forms that are looked at.
    assert.ok(mistaken.length < 40, `${mistaken.length} of ${others.length}`);
    for (const password of ['correct-Horse-battery-7', 'Tr0ub4dor&3xx'])
      assert.ok(!isCommonPassword(password), password);
  });
});
