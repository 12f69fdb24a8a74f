// A whole HTML page of the reference: no script, one style sheet that the policy names by its hash, nothing loaded.
import { sha256 } from '#crypto/hash.ts';
import { markup, type Markup } from './markup.ts';

export type RenderedPage = {
  readonly html: string;
  /** The policy to send as Content-Security-Policy: this page's own style and nothing else. */
  readonly policy: string;
};

const STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentcolor 18%, transparent); --quiet: color-mix(in srgb, currentcolor 65%, transparent) }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem; font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere }
code, .method { font-family: ui-monospace, monospace; font-size: .92em }
a { color: inherit }
a:focus-visible { outline: 3px solid; outline-offset: 2px }
nav ul { columns: 18rem; padding: 0; list-style: none; font-size: .92rem }
section { border-top: 1px solid var(--line); padding-block: 1rem }
h2 { margin: 2.5rem 0 .5rem }
h3 { margin: 0; font-size: 1.05rem; font-weight: 600 }
.method { display: inline-block; min-width: 4.2em; font-weight: 700 }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .2rem 1rem; margin: .6rem 0 }
dt { color: var(--quiet) }
dd { margin: 0; min-width: 0 }
.fields { margin: 0; padding-left: 1.1rem }
.quiet { color: var(--quiet) }
@media (max-width: 36rem) { dl { grid-template-columns: 1fr } dd { margin-bottom: .5rem } }
`;

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${sha256(STYLE).toString('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Puts a body into a page in English. */
export function renderPage(title: string, body: Markup): RenderedPage {
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
${body}
</body>
</html>
`;
  return { html: page.html, policy: POLICY };
}
