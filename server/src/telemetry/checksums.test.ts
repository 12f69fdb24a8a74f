// Tests that checksums accept what issuers print and reject what differs from it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { findIbanLength, hasLuhnSum, isCardNumber, isIban } from './checksums.ts';

const decimals = Array.from('0123456789');

const digits = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...decimals), minLength: length, maxLength: length });

/** Completes a number with the digit that makes its Luhn sum right. */
function completeLuhn(body: string): string {
  const last = decimals.find((digit) => hasLuhnSum(body + digit));
  return body + (last ?? '');
}

/** Completes an account with the check digits of ISO 7064. */
function completeIban(country: string, account: string): string {
  const checks = Array.from({ length: 97 }, (_, index) => String(index + 2).padStart(2, '0'));
  return checks.map((check) => country + check + account).find((text) => isIban(text)) ?? '';
}

test('published card numbers of every large network are card numbers', () => {
  const numbers =
    '4111111111111111 5555555555554444 2223003122003222 378282246310005 6011111111111117 30569309025904 3530111333300000 6200000000000005 6759649826438453';
  for (const number of numbers.split(' ')) assert.ok(isCardNumber(number), number);
});

test('a number that no network issues is not a card number, whatever its sum', () => {
  for (const number of [
    '0000000000000000',
    '1000000000000008',
    '7000000000000005',
    '411111111111',
    '41111111111111111111',
  ])
    assert.ok(!isCardNumber(number), number);
});

test('every body has exactly one Luhn digit, and no single wrong digit passes', () => {
  fc.assert(
    fc.property(digits(15), fc.nat(15), fc.integer({ min: 1, max: 9 }), (body, place, shift) => {
      const whole = completeLuhn(body);
      assert.equal(whole.length, 16);
      const wrong = Array.from(whole);
      wrong[place] = String((Number(whole[place]) + shift) % 10);
      assert.ok(!hasLuhnSum(wrong.join('')));
    }),
  );
});

test('text that is not digits has no Luhn sum', () => {
  for (const text of ['', '0', '4111 1111 1111 1111', '411111111111111x', '٤١١١']) assert.ok(!hasLuhnSum(text), text);
});

test('the IBAN examples of the registry are accounts', () => {
  const examples =
    'GB82WEST12345698765432 DE89370400440532013000 FR1420041010050500013M02606 NL91ABNA0417164300 NO9386011117947 ' +
    'CH9300762011623852957 MT84MALT011000012345MTLCAST001S BR1800360305000010009795493C1 SA0380000000608010167519';
  for (const iban of examples.split(' ')) assert.ok(isIban(iban), iban);
});

test('an account of any country passes with its check digits, and no single wrong character passes', () => {
  const country = fc.constantFrom('GB', 'DE', 'FR', 'NO', 'MT', 'BR', 'RU');
  const accounts = fc.array(fc.nat(9), { minLength: 30, maxLength: 30 });
  fc.assert(
    fc.property(country, accounts, fc.nat(40), fc.integer({ min: 1, max: 9 }), (country, digits, at, shift) => {
      const account = digits.slice(0, (findIbanLength(country) ?? 0) - 4).join('');
      const iban = completeIban(country, account);
      assert.ok(isIban(iban));
      const place = 4 + (at % account.length);
      const wrong = (Number(iban[place]) + shift) % 10;
      assert.ok(!isIban(iban.slice(0, place) + String(wrong) + iban.slice(place + 1)));
    }),
  );
});

test('an account of another length or an unknown country is none', () => {
  for (const text of [
    'GB82WEST123456987654321',
    'GB82WEST1234569876543',
    'XX82WEST12345698765432',
    'GB82WEST1234569876543-',
    '',
  ])
    assert.ok(!isIban(text), text);
});
