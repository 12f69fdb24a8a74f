// The peer of the sign-in benchmark: better-auth from npm behind its own Node handler, with people who signed up through its API.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool } from 'pg';
import { hashWithArgon2id, verifyWithArgon2id } from './lib/password-hashes.ts';
import { arriving, staying } from './lib/sign-in-people.ts';

/** What is used of the package; it is installed by hand, so its types may not be there. */
type Auth = {
  readonly api: { readonly signUpEmail: (input: { readonly body: object }) => Promise<unknown> };
  readonly handler: unknown;
};
type Package = { readonly betterAuth: (options: object) => Auth };
type Migration = {
  readonly getMigrations: (options: object) => Promise<{ readonly runMigrations: () => Promise<void> }>;
};
type NodeHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
type NodePackage = { readonly toNodeHandler: (auth: Auth) => NodeHandler };

/** As many connections as Holdfast keeps for requests and sign-ins together. */
const CONNECTIONS = 14;
const [hash = '', host = '', port = '', user = '', database = ''] = process.argv.slice(2);
const password = process.env['BENCH_DATABASE_PASSWORD'] ?? '';
const load = (name: string): Promise<unknown> => import(name);
// The modules are what their types above say, for the version in the lock file.
const { betterAuth } = (await load('better-auth')) as Package;
const { getMigrations } = (await load('better-auth/db/migration')) as Migration;
const { toNodeHandler } = (await load('better-auth/node')) as NodePackage;

const server = createServer({ noDelay: true });
await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const ownPort = typeof address === 'object' ? (address?.port ?? 0) : 0;

const options = {
  database: new Pool({ host, port: Number(port), user, database, password, ssl: false, max: CONNECTIONS }),
  baseURL: `http://127.0.0.1:${ownPort}`,
  secret: 'a secret that signs the cookies of a benchmark, 1f9c2b7e',
  telemetry: { enabled: false },
  // It cannot be as wide as Holdfast's: it counts by path, and would count in the database.
  rateLimit: { enabled: false },
  session: { cookieCache: { enabled: false } },
  emailAndPassword: {
    enabled: true,
    ...(hash === 'argon2id' ? { password: { hash: hashWithArgon2id, verify: verifyWithArgon2id } } : {}),
  },
};
await (await getMigrations(options)).runMigrations();
const auth = betterAuth(options);
for (const person of [...arriving, ...staying]) await auth.api.signUpEmail({ body: person });
const handle = toNodeHandler(auth);
server.on('request', (request, response) => {
  handle(request, response).catch(() => response.destroy());
});
process.on('SIGTERM', () => process.exit(0));
process.stdout.write(`${ownPort}\n`);
