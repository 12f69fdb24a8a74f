// Demands what an exposed deployment needs. There is no other mode and no switch: exposure decides.
import { reveal } from '#crypto/secret.ts';
import { isLoopback, parseAddress } from './address.ts';
import type { DatabaseTarget } from './database-url.ts';
import type { StartFacts } from './facts.ts';
import type { Fault, Warning } from './fault.ts';
import { type Config, isLoopbackUrl } from './shape.ts';
import {
  databasePasswordRule,
  isKnownSecret,
  judgeSecret,
  machineSecretRule,
  type SecretRule,
} from './weak-secrets.ts';

export type ExposureVerdict = { readonly faults: readonly Fault[]; readonly warnings: readonly Warning[] };

/**
 * Every demand the configuration does not meet. Files that were named are judged wherever the server listens, a
 * database on another machine too; the rest is demanded once other machines are meant to reach the server.
 */
export function judgeExposure(config: Config, facts: StartFacts): ExposureVerdict {
  const faults: Fault[] = [];
  const warnings: Warning[] = [];
  if (config.exposed) {
    faults.push(...demandTransport(config), ...demandPublicUrl(config), ...demandExactOrigins(config));
    faults.push(...demandMasterKey(config), ...demandPrivateLoopback(config));
    warnings.push(...warnExposed(config));
  }
  warnings.push(...warnPlainProxy(config));
  judgeFiles(facts, faults, warnings);
  judgeSecrets(config, faults, warnings);
  return { faults, warnings };
}

function demandTransport(config: Config): readonly Fault[] {
  if (config.tls !== undefined || config.trustedProxies.length > 0) return [];
  const problem = `is missing: ${describeExposure(config)} without TLS and without a declared proxy`;
  const fix = 'Name certificate and key (HOLDFAST_TLS_KEY_FILE), or the address blocks of the proxy that ends TLS.';
  return [{ key: 'HOLDFAST_TLS_CERT_FILE / HOLDFAST_TRUSTED_PROXIES', problem, fix }];
}

function demandPublicUrl(config: Config): readonly Fault[] {
  const key = 'HOLDFAST_PUBLIC_URL';
  const fix = 'Give the https address people use, for example https://holdfast.example.org';
  if (config.publicUrl === undefined) return [{ key, problem: `is missing: ${describeExposure(config)}`, fix }];
  if (config.publicUrl.startsWith('https://')) return [];
  return [{ key, problem: `is not https: ${describeExposure(config)}`, fix }];
}

function demandExactOrigins(config: Config): readonly Fault[] {
  const plain = config.corsOrigins.filter((origin) => !origin.startsWith('https://'));
  if (plain.length === 0) return [];
  const problem = `allows ${plain.join(', ')}, which any program on a visitor's machine can be`;
  return [{ key: 'HOLDFAST_CORS_ORIGINS', problem, fix: 'Keep https origins alone.' }];
}

function demandMasterKey(config: Config): readonly Fault[] {
  if (config.masterKeyFile !== undefined) return [];
  const problem = `is missing: ${describeExposure(config)}, and a key made beside the data would leave with it`;
  const fix =
    'Make one outside the data folder (`holdfast keys create --path PATH`), name it here, and back it up apart from the data.';
  return [{ key: 'HOLDFAST_MASTER_KEY_FILE', problem, fix }];
}

function demandPrivateLoopback(config: Config): readonly Fault[] {
  const reached = config.privateListen.addresses.filter((text) => {
    const address = parseAddress(text);
    return address === undefined || !isLoopback(address);
  });
  if (reached.length === 0) return [];
  const fix = 'It is bound on loopback alone; a collector elsewhere uses HOLDFAST_METRICS_CREDENTIAL_FILE.';
  return [{ key: 'HOLDFAST_PRIVATE_PORT', problem: `would be bound on ${reached.join(', ')}`, fix }];
}

function warnExposed(config: Config): readonly Warning[] {
  const warnings: Warning[] = [];
  if (config.security.contact === undefined) {
    const fix = 'Give a mailto: or https: address.';
    warnings.push({
      key: 'HOLDFAST_SECURITY_CONTACT',
      problem: 'is missing, so whoever finds a weakness has no address to write to',
      fix,
    });
  }
  if (config.mail === undefined) {
    const fix = 'Name your mail server and HOLDFAST_MAIL_FROM; see docs/guides/mail.md.';
    warnings.push({
      key: 'HOLDFAST_SMTP_URL',
      problem: 'is missing, so links to reset a password wait until an operator hands them over (`holdfast mail list`)',
      fix,
    });
  }
  if (config.masterKeyFile?.startsWith(`${config.dataDirectory}/`) === true) {
    const fix = 'Move it elsewhere, so that a copy of the data is not a copy of the key.';
    warnings.push({ key: 'HOLDFAST_MASTER_KEY_FILE', problem: 'lies inside the data folder', fix });
  }
  if (config.publicUrl !== undefined && isLoopbackUrl(config.publicUrl)) {
    const fix = 'Give the address other machines use, or listen on loopback alone.';
    warnings.push({
      key: 'HOLDFAST_PUBLIC_URL',
      problem: 'is a loopback address, so that other machines are answered 421',
      fix,
    });
  }
  return warnings;
}

function warnPlainProxy({ outbound: { proxy } }: Config): readonly Warning[] {
  if (proxy?.credential === undefined || !/^http:/i.test(proxy.url) || isLoopbackUrl(proxy.url)) return [];
  const problem = 'takes its credential unencrypted to another machine';
  return [{ key: 'HOLDFAST_OUTBOUND_PROXY', problem, fix: 'Use an https proxy, or one on this machine.' }];
}

function judgeFiles(facts: StartFacts, faults: Fault[], warnings: Warning[]): void {
  if (facts.tls?.ok === true) warnings.push(...facts.tls.warnings);
  if (facts.tls?.ok === false) faults.push(...facts.tls.faults);
  if (facts.masterKey?.ok === false) {
    const { path, reason, fix, detail } = facts.masterKey;
    const problem = `refuses ${path} (${reason.replaceAll('_', ' ')}${detail === undefined ? '' : `: ${detail}`})`;
    faults.push({ key: 'HOLDFAST_MASTER_KEY_FILE', problem, fix });
  }
  if (facts.databaseCa?.ok === false) faults.push(facts.databaseCa.fault);
}

function judgeSecrets(config: Config, faults: Fault[], warnings: Warning[]): void {
  const { metricsCredential, database, exposed } = config;
  const judge = (key: string, secret: string, rule: SecretRule, isDemanded: boolean, fix: string): void => {
    const judgement = judgeSecret(secret, rule);
    if (judgement.ok) return;
    const problem = rule === databasePasswordRule ? `has a password that ${judgement.problem}` : judgement.problem;
    const finding = { key, problem, fix };
    // A secret that is printed in a guide is none on loopback either: every local program can try it.
    (isDemanded || isKnownSecret(secret) ? faults : warnings).push(finding);
  };
  if (metricsCredential !== undefined) {
    const text = reveal(metricsCredential, 'config.judge');
    judge('HOLDFAST_METRICS_CREDENTIAL', text, machineSecretRule, true, 'Make one with: openssl rand -base64 32');
  }
  if (database.kind === 'embedded') return;
  const targets = [
    ['DATABASE_URL', database.target],
    ['HOLDFAST_MIGRATOR_DATABASE_URL', database.migrator],
  ] as const;
  for (const [key, target] of targets) {
    if (target === undefined) continue;
    faults.push(...demandDatabaseTls(key, target));
    if (target.password === undefined) continue;
    const text = reveal(target.password, 'config.judge');
    const fix = 'Give the role a password made with: openssl rand -hex 24';
    judge(key, text, databasePasswordRule, exposed || target.locality === 'remote', fix);
  }
}

function demandDatabaseTls(key: string, target: DatabaseTarget): readonly Fault[] {
  if (target.locality !== 'remote' || target.tls === 'verify-full') return [];
  const problem = 'leads to another machine without verified TLS';
  const fix = 'Add sslmode=verify-full, and name the CA in HOLDFAST_DATABASE_CA_FILE if it is a private one.';
  return [{ key, problem, fix }];
}

function describeExposure(config: Config): string {
  const beyond = config.listen.addresses.filter((text) => {
    const address = parseAddress(text);
    return address === undefined || !isLoopback(address);
  });
  if (beyond.length > 0) return `the server listens on ${beyond.join(', ')}`;
  return 'the public URL is for other machines';
}
