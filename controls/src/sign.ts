// Signs reports in open formats: a bundle of two in-toto statements, the test result that other tools know and the whole report.
import { canonicalJson, type JsonValue } from '@holdfast/protocol/canonical-json.ts';
import { openEnvelope, sealEnvelope, type Signer, type Verifier } from './dsse.ts';
import { hashJson, sha256Text } from './evidence.ts';
import { readReport } from './parse-report.ts';
import type { Report } from './report.ts';
import { json, list, object, oneOf, readShape, text } from './shape.ts';
import type { Verdict } from './verdict.ts';

export const testResultType = 'https://in-toto.io/attestation/test-result/v0.1';
export const reportType = 'urn:holdfast:controls-report:v1';
const statementType = 'https://in-toto.io/Statement/v1';
const payloadType = 'application/vnd.in-toto+json';

/** Something that was verified or used, by its SHA-256: a configuration, an image. */
export type Resource = { readonly name: string; readonly digest: { readonly sha256: string } };

/**
 * Signs a report: two DSSE envelopes, one on a line (an in-toto bundle, `.intoto.jsonl`). Both statements are about the
 * report and about `configuration`, what the run was configured by.
 */
export async function signReport(report: Report, signer: Signer, configuration: readonly Resource[]): Promise<string> {
  const { result, whole } = statementsOf(report, configuration);
  return `${await sealEnvelope(payloadType, result, signer)}\n${await sealEnvelope(payloadType, whole, signer)}\n`;
}

/**
 * Reads a signed report and believes nothing that a trusted key did not sign: both lines, by one key, each byte as
 * `signReport` writes it, the test result being that of the report. Whether its verdicts follow from its evidence is for `rejudge`.
 */
export async function verifyReport(
  bundle: string,
  verifiers: readonly Verifier[],
): Promise<
  | {
      readonly ok: true;
      readonly report: Report;
      readonly configuration: readonly Resource[];
      readonly keyId: string;
    }
  | { readonly ok: false; readonly reason: string }
> {
  const [first, second, end, ...more] = bundle.split('\n');
  if (first === undefined || second === undefined || end !== '' || more.length > 0) {
    return { ok: false, reason: 'it is no bundle of two envelopes' };
  }
  const result = await openEnvelope(first, payloadType, verifiers);
  if (!result.ok) return { ok: false, reason: `line 1: ${result.reason}` };
  const whole = await openEnvelope(second, payloadType, verifiers);
  if (!whole.ok) return { ok: false, reason: `line 2: ${whole.reason}` };
  if (result.keyId !== whole.keyId) return { ok: false, reason: 'its envelopes are signed by two keys' };
  const statement = readShape(wholeShape, whole.value, 'statement');
  if (!statement.ok) return { ok: false, reason: statement.faults.join('; ') };
  const { report: value, configuration } = statement.value.predicate;
  const report = readReport(value);
  if (!report.ok) return { ok: false, reason: report.faults.join('; ') };
  const expected = statementsOf(report.value, configuration);
  return isSame(result.value, expected.result) && isSame(whole.value, expected.whole)
    ? { ok: true, report: report.value, configuration, keyId: result.keyId }
    : { ok: false, reason: 'its statements do not belong together' };
}

const resourceShape = object({ name: text('a name'), digest: object({ sha256: sha256Text }) });
const wholeShape = object({
  _type: oneOf([statementType]),
  subject: json(),
  predicateType: oneOf([reportType]),
  predicate: object({ configuration: list(resourceShape), report: json() }),
});

function statementsOf(
  report: Report,
  configuration: readonly Resource[],
): { readonly result: JsonValue; readonly whole: JsonValue } {
  const subject = [{ name: 'holdfast-report.json', digest: { sha256: hashJson(report) } }, ...configuration];
  const statement = { _type: statementType, subject };
  return {
    result: { ...statement, predicateType: testResultType, predicate: testResultOf(report, configuration) },
    whole: { ...statement, predicateType: reportType, predicate: { configuration, report } },
  };
}

/** What could not be decided counts as failed here too; nothing that passed is no success either. */
function testResultOf(report: Report, configuration: readonly Resource[]): JsonValue {
  const idsOf = (...verdicts: readonly Verdict[]): readonly string[] =>
    report.controls.filter(({ verdict }) => verdicts.includes(verdict)).map(({ id }) => id);
  const passedTests = idsOf('pass');
  const warnedTests = idsOf('manual');
  const failedTests = idsOf('fail', 'unknown', 'error');
  const isFailed = failedTests.length > 0 || passedTests.length === 0;
  const result = isFailed ? 'FAILED' : warnedTests.length > 0 ? 'WARNED' : 'PASSED';
  return { result, configuration, passedTests, warnedTests, failedTests };
}

function isSame(one: JsonValue, other: JsonValue): boolean {
  return canonicalJson(one) === canonicalJson(other);
}
