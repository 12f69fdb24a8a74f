// What the rest of the server sees of the embedded PostgreSQL.
export type { EmbeddedProgress } from './bring-up.ts';
export { type BinariesChoice, findBinariesChoice } from './candidates.ts';
export type { SuperuserSettings } from './credential.ts';
export { EmbeddedError, type EmbeddedReason } from './errors.ts';
export { defaultDataDir } from './layout.ts';
export type { StopMode, StopOutcome } from './postmaster.ts';
export { type Embedded, type EmbeddedExit, type EmbeddedOptions, startEmbedded } from './start.ts';
