// Every mail there is: constant subjects, values that stay text in both forms, and links that lead to us.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { type RenderedMail, renderMail, type Values } from './render.ts';
import { mailTemplates, type TemplateName } from './templates.ts';

const ORIGIN = 'https://holdfast.example';
const LINK = `${ORIGIN}/account/x#token=abc&d=<e>`;
const names = Object.keys(mailTemplates) as TemplateName[];

function render(name: TemplateName, values: Values): RenderedMail {
  const rendering = renderMail(name, values);
  assert.ok(rendering.ok, rendering.ok ? '' : rendering.problem);
  return rendering.mail;
}

/** Values that fit, with `hostile` wherever free text may stand. */
function valuesFor(name: TemplateName, hostile: string): Record<string, string> {
  const values = Object.fromEntries(mailTemplates[name].values.map((value) => [value, hostile] as const));
  return { ...values, ...('link' in values ? { link: LINK } : {}), origin: ORIGIN };
}

const hostile = `"><script>alert(1)</script><img src=x onerror='y'>&amp;`;

for (const name of names) {
  test(`${name}: whatever a value holds is text, in the HTML form too, and the subject knows none of it`, () => {
    const { subject, html, text } = render(name, valuesFor(name, hostile));
    assert.equal(subject, mailTemplates[name].subject);
    assert.doesNotMatch(subject, /[{}\r\n]/);
    assert.doesNotMatch(html, /<script|<img|onerror='|&amp;(?!#)|\{\w+\}/);
    assert.doesNotMatch(text, /\{\w+\}/);
    if (mailTemplates[name].values.some((value) => value !== 'link')) {
      assert.ok(text.includes(hostile));
      assert.ok(html.includes('&#34;&#62;&#60;script&#62;'));
    }
  });

  test(`${name}: both forms hold the same link, which leads to us, and nothing is fetched by reading`, () => {
    const { html, text } = render(name, valuesFor(name, '30'));
    const links = [...html.matchAll(/\b(?:href|src|background|action)="([^"]*)"/g)].map((match) => match[1]);
    const isLinked = (mailTemplates[name].values as readonly string[]).includes('link');
    assert.deepEqual(links, isLinked ? [`${ORIGIN}/account/x#token=abc&#38;d=&#60;e&#62;`] : []);
    assert.equal(text.includes(LINK), isLinked);
    assert.doesNotMatch(html, /<(?:img|link|script|iframe|style|form)|url\(|@import/i);
    if (isLinked)
      for (const link of ['https://evil.example/', `${ORIGIN}.evil.example/`, 'javascript:alert(1)', `x${ORIGIN}/`])
        assert.equal(renderMail(name, { ...valuesFor(name, '30'), link }).ok, false, link);
  });

  test(`${name}: a value with a line break or another control character is no mail, nor one that is missing or too many`, () => {
    for (const bad of ['a\r\nBcc: x@y.example', 'a\nb', 'a\u0000', 'a\u2028b', 'x'.repeat(1_001), '\ud800'])
      for (const value of Object.keys(valuesFor(name, '30')))
        assert.equal(renderMail(name, { ...valuesFor(name, '30'), [value]: bad }).ok, false);
    assert.equal(renderMail(name, { ...valuesFor(name, '30'), more: 'x' }).ok, false);
    assert.equal(renderMail(name, {}).ok, false);
  });
}

test('no text of any kind opens a tag or leaves an attribute', () => {
  const { html: plain } = render('email_changed', { newEmail: 'x', origin: ORIGIN });
  const tags = (html: string) => html.match(/<[^>]*>/g);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 60 }), (newEmail) => {
      const { html } = render('email_changed', { newEmail, origin: ORIGIN });
      assert.deepEqual(tags(html), tags(plain));
    }),
  );
});
