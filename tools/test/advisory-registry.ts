// A package registry on loopback that knows one package and one advisory against it; prints its port and serves until killed.
import { createServer } from 'node:http';

const ADVISORY = {
  id: 1,
  url: 'https://example.com/advisories/GHSA-aaaa-bbbb-cccc',
  title: 'A hole for the test',
  severity: process.argv[2] ?? 'high',
  vulnerable_versions: '<2.0.0',
};
const PACKUMENT = {
  name: 'holed',
  'dist-tags': { latest: '1.0.0' },
  versions: { '1.0.0': { name: 'holed', version: '1.0.0', dist: {} } },
};

const server = createServer((request, response) => {
  const isAudit = request.method === 'POST' && request.url === '/-/npm/v1/security/advisories/bulk';
  const isPackage = request.method === 'GET' && request.url === '/holed';
  request.resume();
  response.writeHead(isAudit || isPackage ? 200 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify(isAudit ? { holed: [ADVISORY] } : isPackage ? PACKUMENT : {}));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${String(typeof address === 'object' ? address?.port : address)}\n`);
});
