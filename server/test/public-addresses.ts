// Run in a network namespace whose loopback carries public addresses: asks servers there without any listing, prints what came.
import { createServer, type TLSSocket } from 'node:tls';
import { createOutbound } from '#outbound/outbound.ts';
import { makeAuthority } from './certificates.ts';
import { allowListOf } from './outbound-world.ts';

/** Name to address; the addresses are put on the loopback interface by whoever runs this. */
const names: Readonly<Record<string, string>> = JSON.parse(process.argv[2] ?? '{}');

using authority = makeAuthority();
const accepted: string[] = [];
const certificate = authority.issue(
  Object.keys(names)
    .map((name) => `DNS:${name}`)
    .join(','),
);
const server = createServer(certificate, (socket: TLSSocket) => {
  accepted.push(`${socket.localAddress} as ${String(socket.servername)}`);
  socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi');
});
await new Promise<void>((resolve) => void server.listen(443, '::', () => resolve()));
const outbound = createOutbound({
  allow: allowListOf(''),
  authorities: [authority.cert],
  resolver: ({ name }) => Promise.resolve({ ok: true, answers: [{ address: names[name] ?? '', ttlSeconds: 60 }] }),
});
const results: Record<string, string> = {};
for (const name of Object.keys(names)) {
  const reply = await outbound.fetch({ tenant: 'one', url: `https://${name}/` });
  results[name] = reply.ok ? `${reply.status} ${reply.body.toString()}` : reply.reason;
}
await outbound.close();
server.close();
process.stdout.write(JSON.stringify({ results, accepted }));
