// A badge that cannot lie for long: it turns grey by itself when the report behind it is too old.
import { parseInstant } from '../dates.ts';
import type { Report } from '../report.ts';
import type { Grade } from '../verdict.ts';
import { escapeMarkup, percentText } from './words.ts';

const colors: Readonly<Record<Grade, string>> = {
  A: '#157347',
  B: '#3f7d20',
  C: '#92600a',
  D: '#a34d00',
  E: '#b42318',
  F: '#8f1414',
};
const staleColor = '#6b7280';
const labelWidth = 64;
const characterWidth = 6.6;

/** SVG for a moment, with what is signed of it as its metadata: compute it on every request. An instant from the future is as stale as an old one. */
export function renderBadge(
  report: Pick<Report, 'grade' | 'coverage' | 'at'>,
  moment: { readonly unixMs: number; readonly validForSeconds: number; readonly signed?: string },
): string {
  const madeMs = parseInstant(report.at);
  const ageMs = madeMs === undefined ? -1 : moment.unixMs - madeMs;
  const isFresh = ageMs >= 0 && ageMs <= moment.validForSeconds * 1_000;
  const day = madeMs === undefined ? 'no date' : report.at.slice(0, 10);
  const words = isFresh ? `${report.grade} · ${percentText(report.coverage)} seen · ${day}` : `stale · ${day}`;
  const valueWidth = Math.ceil(words.length * characterWidth) + 16;
  const metadata = moment.signed === undefined ? '' : `<metadata>${escapeMarkup(moment.signed)}</metadata>\n`;
  const width = labelWidth + valueWidth;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="holdfast: ${words}">
<title>holdfast: ${words}</title>
${metadata}<rect width="${labelWidth}" height="20" fill="#30363d"/>
<rect x="${labelWidth}" width="${valueWidth}" height="20" fill="${isFresh ? colors[report.grade] : staleColor}"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">
<text x="${labelWidth / 2}" y="14">holdfast</text>
<text x="${labelWidth + valueWidth / 2}" y="14">${words}</text>
</g>
</svg>
`;
}
