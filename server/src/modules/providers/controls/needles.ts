// A text in every notation in which it could lie in a row: as it is, in hexadecimal, in base64, and these in bytes again.

/** Lower-case, as rows are compared; long texts alone, or chance would find them. */
export function needlesOf(text: string): readonly string[] {
  const plain = Buffer.from(text, 'utf8');
  // Base64 of a text inside a longer one begins at one of three places.
  const inside = [0, 1, 2].map((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), plain]).toString('base64');
    // The first and the last group hold bits of what stands beside.
    return whole.slice(shift === 0 ? 0 : 4, whole.length - 4);
  });
  const hex = plain.toString('hex');
  const written = [text, hex, hex.toUpperCase(), ...inside, ...inside.map(toUrlAlphabet)];
  const inBytes = written.map((each) => Buffer.from(each, 'utf8').toString('hex'));
  return [...new Set([...written, ...inBytes].map((each) => each.toLowerCase()))];
}

function toUrlAlphabet(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}
