// The report as one HTML file for people: no script, nothing loaded, every word from outside escaped.
import { encodeBase64, encodeUtf8 } from '@holdfast/protocol/bytes.ts';
import { sha256 } from '@holdfast/protocol/sha256.ts';
import type { Report, ReportControl, ReportFinding } from '../report.ts';
import {
  countOf,
  escapeMarkup,
  evidenceOf,
  findWaiver,
  percentText,
  twinsOf,
  verdictSigns,
  verdictWords,
  worstFirst,
} from './words.ts';

const style = `
:root{color-scheme:light dark;--line:light-dark(#d8dce3,#3a4049);--dim:light-dark(#5b6472,#9aa4b2)}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
header{display:flex;gap:1.5rem;align-items:center;border-bottom:1px solid var(--line);padding-bottom:1rem}
.grade{font-size:4rem;font-weight:700;line-height:1;padding:.5rem 1.25rem;border:3px solid;border-radius:.75rem}
.A,.B,.pass{color:light-dark(#157347,#4ade80)}.C,.D,.unknown{color:light-dark(#92600a,#fbbf24)}.E,.F,.fail{color:light-dark(#b42318,#f87171)}
.error{color:light-dark(#86198f,#e879f9)}.manual{color:light-dark(#1d4ed8,#93c5fd)}.not_applicable,.dim{color:var(--dim)}
details{border:1px solid var(--line);border-radius:.5rem;margin:.5rem 0;padding:.5rem 1rem}summary{cursor:pointer}
dl{display:grid;grid-template-columns:7rem 1fr;gap:.125rem 1rem;margin:.5rem 0 1rem}dt{color:var(--dim)}dd{margin:0;overflow-wrap:anywhere}
code{font:.875em ui-monospace,monospace}`;

/** The page. Its policy allows the one style by hash and nothing else. */
export function renderHtml(report: Report): string {
  const policy = `default-src 'none'; style-src 'sha256-${encodeBase64(sha256(encodeUtf8(style)))}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width">
<title>${escapeMarkup(`Grade ${report.grade} · ${report.target}`)}</title>
<style>${style}</style>
</head>
<body>
<header>
<div class="grade ${report.grade}">${report.grade}</div>
<div><h1>${escapeMarkup(report.target)}</h1>
<p>Score ${percentText(report.score)} · coverage ${percentText(report.coverage)} · ${countOf(report)} · ${twinsOf(report)}</p>
<p class="dim">Judged at ${report.at}</p></div>
</header>
<main>
${worstFirst(report.controls)
  .map((control) => renderControl(report, control))
  .join('\n')}
${renderWaivers(report)}
</main>
</body>
</html>
`;
}

function renderControl(report: Report, control: ReportControl): string {
  const { id, title, severity, verdict, findings, twinCaught, remedy } = control;
  const isOpen = verdict !== 'pass' && verdict !== 'not_applicable';
  const parts = [
    ...findings.map((finding) => renderFinding(report, control, finding)),
    definitions([
      ['broken twin', twinCaught ? 'caught' : 'not caught'],
      ...(isOpen ? [['remedy', remedy] as const] : []),
      ...Object.entries(control.maps).map(([framework, ids]) => [framework, ids.join(', ')] as const),
    ]),
  ];
  return `<details${isOpen ? ' open' : ''}><summary><b class="${verdict}">${verdictSigns[verdict]} ${verdictWords[verdict]}</b> <b>${escapeMarkup(id)}</b> ${escapeMarkup(title)} <span class="dim">${severity}</span></summary>
${parts.join('\n')}
</details>`;
}

function renderFinding(report: Report, control: ReportControl, finding: ReportFinding): string {
  const seen = evidenceOf(report, finding);
  const waiver = findWaiver(report, control, finding);
  return definitions([
    ['subject', finding.subject],
    ...(finding.at === undefined ? [] : [['at', finding.at] as const]),
    ['expected', finding.expected],
    ['observed', finding.observed],
    ...seen.map(({ words }) => ['evidence', words] as const),
    ...seen.flatMap(({ reproduce }) => (reproduce === undefined ? [] : [['see it', reproduce] as const])),
    ...(waiver === undefined
      ? []
      : [['waived', `until ${waiver.expires} by ${waiver.approver}: ${waiver.reason}`] as const]),
  ]);
}

function renderWaivers(report: Report): string {
  if (report.waivers.length === 0) return '';
  const rows = report.waivers.map(
    ({ control, subject, state, expires }) => [control, `${subject}: ${state}, until ${expires}`] as const,
  );
  return `<h2>Waivers</h2>\n${definitions(rows)}`;
}

function definitions(rows: readonly (readonly [term: string, text: string])[]): string {
  const cells = rows.map(([term, text]) => `<dt>${escapeMarkup(term)}</dt><dd>${escapeMarkup(text)}</dd>`);
  return `<dl>${cells.join('')}</dl>`;
}
