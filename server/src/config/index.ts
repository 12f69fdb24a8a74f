// What the rest of the server knows of configuration.
export {
  type Address,
  anyCidrContains,
  type Cidr,
  cidrContains,
  isAligned,
  isLoopback,
  parseAddress,
  parseCidr,
  parseSocketAddress,
  startOf,
} from './address.ts';
export { refuseSecretsInArgv } from './argv.ts';
export { assessStart, type StartInput, type StartVerdict } from './assess-start.ts';
export { type BoundSocket, checkBoundSockets, type SocketPurpose } from './bound-sockets.ts';
export { type AuthoritiesReading, readAuthoritiesFile } from './authorities-file.ts';
export {
  addressClassOf,
  type ClientAddress,
  type ClientAddressReason,
  type ClientAddressResult,
  findClientAddress,
  type ProxyTrust,
} from './client-address.ts';
export { type DatabaseLocality, type DatabaseTarget, readDatabaseUrl } from './database-url.ts';
export { childEnvironment, type Environment, readEnvironment, readReferencedVariable } from './environment.ts';
export { type ExposureVerdict, judgeExposure } from './exposure.ts';
export { collectFacts, type FactsInput, readDatabaseCa, type StartFacts } from './facts.ts';
export { type Fault, quoteValue, type Warning } from './fault.ts';
export { forwardingHeaders, type Headers } from './forwarding.ts';
export {
  type HostFacts,
  type HostReason,
  type HostRule,
  type HostVerdict,
  judgeHost,
  makeHostRule,
} from './host-rule.ts';
export type { PostgresSource } from './keys-data.ts';
export { findForeignName, type Note, renderComingFrom } from './legacy.ts';
export { findLiveSwitches } from './live-switches.ts';
export { loadConfig, loadEnvironmentName, type LoadInput, type LoadResult } from './load.ts';
export { exampleEnvironment, renderConfigReference } from './reference.ts';
export {
  configurationExitStatus,
  renderFaults,
  renderNotes,
  type RenderOptions,
  renderWarnings,
} from './render-faults.ts';
export { type DescribedKey, listKeys } from './schema.ts';
export { listSecretFiles, type SecretFile } from './secret-files.ts';
export { looksLikeSecret } from './secret-shapes.ts';
export {
  type Config,
  type Database,
  isLoopbackUrl,
  type Limits,
  type Listen,
  publicOrigin,
  type TlsFiles,
} from './shape.ts';
export { readTlsFiles, type TlsMaterial, type TlsReading } from './tls-files.ts';
export type { Mailbox, SmtpTarget } from './smtp-url.ts';
export {
  databasePasswordRule,
  isKnownSecret,
  judgeSecret,
  machineSecretRule,
  type SecretJudgement,
  type SecretRule,
} from './weak-secrets.ts';
