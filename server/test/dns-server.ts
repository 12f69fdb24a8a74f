// A DNS server for tests: answers over UDP on loopback exactly what a test tells it, and remembers what it was asked.
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';

export type DnsRecord =
  | { readonly type: 'A' | 'AAAA'; readonly data: string; readonly name?: string; readonly ttlSeconds?: number }
  | { readonly type: 'CNAME'; readonly data: string; readonly name?: string; readonly ttlSeconds?: number };

export type DnsAnswer = readonly DnsRecord[] | 'nxdomain' | 'servfail' | 'silence';

export interface DnsServer extends AsyncDisposable {
  /** `address:port`, as a resolver takes it. */
  readonly server: string;
  /** Every question so far, as `TYPE name`. */
  readonly questions: readonly string[];
}

const typeCodes = { A: 1, CNAME: 5, AAAA: 28 } as const;

/** Starts a server; `answer` is asked for every question, so it can change its mind (rebinding). */
export async function startDnsServer(answer: (name: string, type: 'A' | 'AAAA') => DnsAnswer): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const questions: string[] = [];
  socket.on('message', (message, peer) => {
    const { name, typeCode, end } = readQuestion(message);
    const type = typeCode === typeCodes.AAAA ? 'AAAA' : 'A';
    questions.push(`${type} ${name}`);
    const given = answer(name, type);
    if (given !== 'silence') socket.send(writeReply(message.subarray(0, end), name, given), peer.port, peer.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()));
  return {
    server: `127.0.0.1:${socket.address().port}`,
    questions,
    [Symbol.asyncDispose]: () => new Promise((resolve) => void socket.close(() => resolve())),
  };
}

function readQuestion(message: Buffer): { readonly name: string; readonly typeCode: number; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), typeCode: message.readUInt16BE(at + 1), end: at + 5 };
}

function writeReply(question: Buffer, name: string, given: Exclude<DnsAnswer, 'silence'>): Buffer {
  const records = typeof given === 'string' ? [] : given;
  const header = Buffer.from(question.subarray(0, 12));
  const code = given === 'nxdomain' ? 3 : given === 'servfail' ? 2 : 0;
  header.writeUInt16BE(0x8180 | code, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  header.writeUInt32BE(0, 8);
  return Buffer.concat([header, question.subarray(12), ...records.map((record) => writeRecord(name, record))]);
}

function writeRecord(asked: string, { type, data, name = asked, ttlSeconds = 60 }: DnsRecord): Buffer {
  const value = type === 'CNAME' ? writeName(data) : writeAddress(data);
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(typeCodes[type], 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(ttlSeconds, 4);
  fixed.writeUInt16BE(value.length, 8);
  return Buffer.concat([writeName(name), fixed, value]);
}

function writeName(name: string): Buffer {
  const labels = name
    .split('.')
    .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

/** IPv6 data is written as eight groups or with `::`, without a dotted tail. */
function writeAddress(text: string): Buffer {
  if (!isIPv6(text)) return Buffer.from(text.split('.').map(Number));
  const [head = '', tail = ''] = text.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const zeros = text.includes('::') ? 8 - groups(head).length - groups(tail).length : 0;
  const all = [...groups(head), ...Array.from({ length: zeros }, () => '0'), ...groups(tail)];
  return Buffer.from(all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]));
}
