// Three small controls as modules declare them, on three sorts of evidence: an HTTP header, rows of a database, a file on disk.
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonValue } from '@holdfast/protocol/canonical-json.ts';
import type { ProbeTools, StartedTwin } from './control.ts';
import { defineControl } from './define-control.ts';
import type { Evidence } from './evidence.ts';
import { factsOf } from './facts.ts';
import { failureOf } from './findings.ts';
import { alterFacts, fixtureEvidence } from './fixtures.ts';
import { makeSelfSigned } from './twins/certificate.ts';
import { startHttpTwin, type TwinAnswers } from './twins/http.ts';
import { twinOf } from './twins/sockets.ts';
import type { Vantage } from './verdict.ts';

export type SiteTarget = { readonly url: string; readonly vantage: Vantage; readonly isLoopback: boolean };

export const goodHeader = 'max-age=63072000; includeSubDomains';
const headerPlace = 'header strict-transport-security';

const exchange = (subject: string, values: readonly string[]): Evidence =>
  fixtureEvidence({
    kind: 'http.exchange',
    subject,
    at: headerPlace,
    data: { values },
    vantage: 'outside',
    ttlSeconds: 300,
  });
const binding = (isLoopback: boolean): Evidence =>
  fixtureEvidence({
    kind: 'net.listener',
    subject: 'port 443',
    at: 'socket table',
    data: { isLoopback },
    vantage: 'host',
    ttlSeconds: 300,
  });
const good = [exchange('GET /', [goodHeader]), exchange('GET /nowhere', [goodHeader]), binding(false)];
const isRoot = ({ subject }: Evidence): boolean => subject === 'GET /';
const withHeader =
  (...values: readonly string[]) =>
  (evidence: readonly Evidence[]): readonly Evidence[] =>
    alterFacts(evidence, isRoot, { values });
const mutant = (name: string, ...values: readonly string[]) => ({
  name,
  from: 'both pages',
  apply: withHeader(...values),
  hits: headerPlace,
});

/** TR2: an HTTP header, over TLS, on a page that exists and on one that doesn't. */
export const hsts = defineControl({
  id: 'TR2',
  title: 'HSTS on every HTTPS response',
  severity: 'high',
  waivable: true,
  needs: [{ kind: 'http.exchange', vantage: ['outside'], min: 2 }],
  applies: {
    needs: [{ kind: 'net.listener', vantage: ['host'] }],
    decide: (evidence) => ({
      yes: evidence.some((each) => !factsOf(each).flag('isLoopback')),
      because: 'it listens on loopback only',
      evidence: evidence.map(({ sha256 }) => sha256),
    }),
  },
  judge: (evidence) =>
    evidence
      .filter(({ kind }) => kind === 'http.exchange')
      .flatMap((each) => {
        const values = factsOf(each).texts('values');
        const [value = ''] = values;
        const directives = new Set(value.toLowerCase().split(/\s*;\s*/));
        const ages = [...directives].map((directive) => /^max-age=(\d+)$/.exec(directive)?.[1]).filter(Boolean);
        const isStrong = ages.length === 1 && Number(ages[0]) >= 63_072_000 && directives.has('includesubdomains');
        if (values.length === 1 && isStrong) return [];
        const observed = values.length === 0 ? 'no such header' : values.join(' and ');
        return [failureOf(each, { expected: goodHeader, observed })];
      }),
  remedy: 'Serve the header in one place, on every response over HTTPS, errors and redirects too.',
  maps: { asvs: ['3.4.1'], cwe: ['319'] },
  probe: probeSite,
  twins: [
    {
      name: 'a site without HSTS on its 404',
      hits: headerPlace,
      start: (tools) =>
        startSite(tools, { 'GET /': { status: 200, headers: { 'strict-transport-security': goodHeader } } }),
    },
  ],
  fixtures: {
    good: [{ name: 'both pages', evidence: good }],
    mutants: [
      mutant('no header'),
      mutant('max-age=0', 'max-age=0; includeSubDomains'),
      mutant('a quoted age', 'max-age="63072000"; includeSubDomains'),
      mutant('the header twice', goodHeader, goodHeader),
      mutant('subdomains left out', 'max-age=63072000'),
    ],
    notApplicable: [{ name: 'loopback only', evidence: [...good.slice(0, 2), binding(true)] }],
    blind: [{ name: 'one page only', evidence: good.slice(1) }],
    same: [
      {
        name: 'other case and order',
        as: 'both pages',
        evidence: withHeader('INCLUDESUBDOMAINS ;  Max-Age=63072000')(good),
      },
    ],
  },
});

async function probeSite(target: SiteTarget, tools: ProbeTools): Promise<readonly Evidence[]> {
  const pages = ['/', '/nowhere'].map(async (path) => {
    const values = await fetchHeader(`${target.url}${path}`, 'strict-transport-security', tools.signal);
    return tools.evidence({
      kind: 'http.exchange',
      subject: `GET ${path}`,
      at: headerPlace,
      data: { values },
      vantage: target.vantage,
      ttlSeconds: 300,
      reproduce: `curl -skI ${target.url}${path}`,
    });
  });
  const listener = tools.evidence({
    kind: 'net.listener',
    subject: 'port 443',
    at: 'socket table',
    data: { isLoopback: target.isLoopback },
    vantage: 'host',
    ttlSeconds: 300,
  });
  return [...(await Promise.all(pages)), listener];
}

/** Every value of a header, each line for itself; rejects when the response is cut off. */
async function fetchHeader(url: string, name: string, signal: AbortSignal): Promise<readonly string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
  const req = request(url, { signal, rejectUnauthorized: false, agent: false }, (res) => {
    res.on('end', () => resolve(res.headersDistinct[name] ?? []));
    res.on('error', reject);
    res.resume();
  });
  req.on('error', reject);
  req.end();
  return promise;
}

/** A site on loopback that says it is seen from outside. */
export async function startSite(
  tools: Pick<ProbeTools, 'unixMs'>,
  answers: TwinAnswers,
): Promise<StartedTwin<SiteTarget>> {
  const dayMs = 86_400_000;
  const now = tools.unixMs();
  const certificate = makeSelfSigned({ host: '127.0.0.1', notBeforeMs: now - dayMs, notAfterMs: now + dayMs });
  const server = await startHttpTwin({ answers, certificate });
  return twinOf(server, { url: server.url, vantage: 'outside', isLoopback: false });
}

export type RoleRow = { readonly name: string; readonly isSuperuser: boolean; readonly mayBypass: boolean };
export type DatabaseTarget = { readonly listRoles: () => Promise<readonly RoleRow[]> };

const roleEvidence = ({ name, ...facts }: RoleRow) =>
  ({
    kind: 'pg.role',
    subject: `role ${name}`,
    at: 'pg_roles.rolbypassrls',
    data: facts satisfies JsonValue,
    vantage: 'inside',
    ttlSeconds: 60,
  }) as const;
const goodRole: RoleRow = { name: 'app', isSuperuser: false, mayBypass: false };
const changeRole = (facts: Partial<Omit<RoleRow, 'name'>>) => (evidence: readonly Evidence[]) =>
  alterFacts(evidence, () => true, facts);

/** TN3: rows of a database. */
export const roles = defineControl({
  id: 'TN3',
  title: 'The application cannot leave its rows',
  severity: 'critical',
  waivable: false,
  boot: 'refuse',
  needs: [{ kind: 'pg.role', vantage: ['inside'] }],
  judge: (evidence) =>
    evidence.flatMap((each) => {
      const facts = factsOf(each);
      const found = [
        ...(facts.flag('isSuperuser') ? [{ at: 'pg_roles.rolsuper', observed: 'superuser' }] : []),
        ...(facts.flag('mayBypass') ? [{ at: 'pg_roles.rolbypassrls', observed: 'may bypass row security' }] : []),
      ];
      return found.map(({ at, observed }) => failureOf(each, { at, expected: 'an ordinary role', observed }));
    }),
  remedy: 'alter role app nosuperuser nobypassrls',
  maps: { cwe: ['284'] },
  probe: async (target: DatabaseTarget, tools) =>
    (await target.listRoles()).map((row) => tools.evidence(roleEvidence(row))),
  twins: [
    {
      name: 'a role that may bypass row security',
      hits: 'pg_roles.rolbypassrls',
      target: { listRoles: () => Promise.resolve([{ ...goodRole, mayBypass: true }]) },
    },
  ],
  fixtures: {
    good: [{ name: 'an ordinary role', evidence: [fixtureEvidence(roleEvidence(goodRole))] }],
    mutants: [
      {
        name: 'a superuser',
        from: 'an ordinary role',
        apply: changeRole({ isSuperuser: true }),
        hits: 'pg_roles.rolsuper',
      },
      {
        name: 'bypass granted',
        from: 'an ordinary role',
        apply: changeRole({ mayBypass: true }),
        hits: 'pg_roles.rolbypassrls',
      },
    ],
    notApplicable: [],
    blind: [],
    same: [],
  },
});

export type FileTarget = { readonly path: string };

const fileEvidence = (path: string, mode: number) =>
  ({
    kind: 'file.mode',
    subject: `file ${path}`,
    at: 'mode',
    data: { mode },
    vantage: 'host',
    ttlSeconds: 60,
    reproduce: `stat -c %a ${path}`,
  }) as const;

/** EN3: a file on disk. */
export const keyFile = defineControl({
  id: 'EN3',
  title: 'Only its owner reads the key file',
  severity: 'medium',
  waivable: true,
  needs: [{ kind: 'file.mode', vantage: ['host'] }],
  judge: (evidence) =>
    evidence.flatMap((each) => {
      const mode = factsOf(each).number('mode');
      if (Number.isInteger(mode) && mode % 0o100 === 0) return [];
      return [failureOf(each, { expected: '0600 or less', observed: `0${mode.toString(8)}` })];
    }),
  remedy: 'chmod 600 the key file',
  maps: {},
  probe: async ({ path }: FileTarget, tools) => {
    const { mode } = await stat(path);
    return [tools.evidence(fileEvidence(path, mode % 0o1000))];
  },
  twins: [{ name: 'a key file for everyone', hits: 'mode', start: () => startKeyFile(0o644) }],
  fixtures: {
    good: [{ name: '0600', evidence: [fileEvidence('/key', 0o600)].map(fixtureEvidence) }],
    mutants: [
      {
        name: '0640',
        from: '0600',
        apply: (evidence) => alterFacts(evidence, () => true, { mode: 0o640 }),
        hits: 'mode',
      },
    ],
    notApplicable: [],
    blind: [],
    same: [],
  },
});

/** A file of its own with a mode. */
export async function startKeyFile(mode: number): Promise<StartedTwin<FileTarget>> {
  const folder = await mkdtemp(join(tmpdir(), 'controls-'));
  const path = join(folder, 'key');
  await writeFile(path, 'key');
  await chmod(path, mode);
  return { target: { path }, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}
