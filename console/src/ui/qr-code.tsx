// A QR code drawn as one path: black on white in light and dark, since cameras want it so.
import { encode } from 'uqr';
import { useMemo } from 'react';

/** Modules of white around it (ISO/IEC 18004 asks for four). */
const QUIET = 4;

export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { size, path } = useMemo(() => draw(text), [text]);
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${String(size)} ${String(size)}`} width={200} height={200}>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

function draw(text: string): { readonly size: number; readonly path: string } {
  const { data, size } = encode(text, { border: 0 });
  const cells = data.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? [`M${String(x + QUIET)} ${String(y + QUIET)}h1v1h-1z`] : [])),
  );
  return { size: size + 2 * QUIET, path: cells.join('') };
}
