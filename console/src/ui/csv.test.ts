// Tests what spreadsheets get: quoting by RFC 4180, and no formula from what others have typed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderCsv } from './csv.ts';

const columns = [
  { title: 'Name', text: (row: readonly string[]) => row[0] ?? '' },
  { title: 'About', text: (row: readonly string[]) => row[1] ?? '' },
];
const secondLine = (...cells: readonly string[]): string => renderCsv(columns, [cells]).slice('Name,About\r\n'.length);

test('a list begins with its titles, and every line ends as RFC 4180 wants it', () => {
  assert.equal(renderCsv(columns, []), 'Name,About\r\n');
  assert.equal(renderCsv(columns, [['a', 'b']]), 'Name,About\r\na,b\r\n');
});

test('commas, quotes and line breaks stay inside their cell', () => {
  assert.equal(secondLine('a,b', 'say "hi"'), '"a,b","say ""hi"""\r\n');
  assert.equal(secondLine('one\ntwo', ''), '"one\ntwo",\r\n');
});

test('a cell that a spreadsheet would run is text', () => {
  for (const start of ['=', '+', '-', '@', '\t'])
    assert.equal(secondLine(`${start}1+1`, 'x'), `'${start}1+1,x\r\n`, JSON.stringify(start));
  assert.equal(secondLine('\r=1', 'x'), `"'\r=1",x\r\n`);
  assert.equal(
    secondLine('=HYPERLINK("http://evil.example","x")', 'x'),
    `"'=HYPERLINK(""http://evil.example"",""x"")",x\r\n`,
  );
});
