// The shapes of secrets and personal data that the scanner looks for, as one regular expression that runs in linear time.

/** What was found; appears in the text as `[masked:kind]`. */
export type MaskKind = Exclude<PatternKind, 'skipped'>;

type PatternKind = keyof typeof patterns;

// A character before a match must not be a letter or digit, except the letter of a JSON escape (`\n4111…`, `\u000a4111…`).
const start = String.raw`(?<![0-9A-Za-z](?<!\\(?:[bfnrt]|u[0-9A-Fa-f]{4})))`;
const end = String.raw`(?![0-9A-Za-z])`;

const domainLabel = String.raw`[^\s"'<>()\[\],;:\\@{}=&?/|.%]{1,63}`;

const secretName = String.raw`(?i:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|authorization|cookie)`;
const scheme = String.raw`(?:(?i:bearer|basic|token|apikey)\s{1,3})?`;
const escapedQuote = String.raw`\\{1,3}["']`;

/*
 * Rules that keep the whole in linear time: a quantifier without an upper bound stands only at the end of an
 * alternative, over one class of characters, so nothing after it can make it give characters back; every other
 * quantifier has a bound. `kept` is the part of a match that stays readable. Order matters only for a common start.
 */
const patterns = {
  // UUIDs are skipped as a whole: their digit groups would otherwise read as a card number once in some 250,000.
  skipped: String.raw`${start}[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}${end}`,
  private_key: String.raw`-----BEGIN [A-Z0-9 ]{1,40}-----(?:[A-Za-z0-9+/=\s:,.-]|\\{1,7}[nrt/])*`,
  url_query: String.raw`(?<kept1>(?:[?&]|\\u0026)[\w.~%\[\]-]{1,64}=)[^&\s"'\\#<>]+`,
  url_credentials: String.raw`(?<kept2>://)(?:[^\s"\\/@]{1,256}|(?<=(?:postgres|postgresql|mysql|mongodb|redis|rediss|amqp|amqps|ldap|ldaps)://)[^\s"\\/@:]{0,128}:[^\s"\\@]{1,256})(?=@)`,
  email: String.raw`(?:@|%40)${domainLabel}(?:\.${domainLabel}){1,8}`,
  jwt: String.raw`${start}(?<![_-])eyJ[\w-]{8,}(?:\.[\w-]*){0,4}`,
  holdfast_key: String.raw`hf_[a-z]{2,10}_[\w-]{8,}`,
  huggingface_key: String.raw`${start}hf_[A-Za-z0-9]{30,}`,
  anthropic_key: String.raw`${start}sk-ant-[\w-]{16,}`,
  openai_key: String.raw`${start}sk-[\w-]{20,}`,
  aws_key: String.raw`${start}(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16,}`,
  github_key: String.raw`${start}(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})`,
  gitlab_key: String.raw`${start}gl(?:pat|dt|rt|ptt|agent)-[\w-]{16,}`,
  slack_key: String.raw`${start}(?:xox[a-z]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,})|hooks\.slack\.com/services/[\w/]{10,}`,
  google_key: String.raw`${start}(?:AIza[\w-]{30,}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{16,})`,
  stripe_key: String.raw`${start}(?:[sr]k_(?:live|test)_[0-9A-Za-z]{16,}|whsec_[\w+/=-]{16,})`,
  bearer: String.raw`(?<kept3>${start}(?i:bearer|basic)\s{1,3})(?=[a-z._~+/=-]{0,40}[A-Z0-9])[\w.~+/=-]{8,}`,
  // Three forms: a JSON member, an assignment with quotes (escaped when the text is itself inside JSON), one without.
  secret:
    String.raw`(?<kept4>${secretName}"\s{0,2}:\s{0,2}")(?:[^"\\]|\\[^])+` +
    String.raw`|(?<kept5>${secretName}(?:${escapedQuote}|')?\s{0,2}[=:]\s{0,2}(?:${escapedQuote}|'|"(?![,}\]])))[^"'\\]+` +
    String.raw`|(?<kept6>${secretName}\s{0,2}[=:]\s{0,2}${scheme})[^\s"'\\&]+`,
  phone: String.raw`(?<![0-9A-Za-z+](?<!\\[bfnrt]))(?:\+|%2B)[1-9](?:[ ().-]{0,2}\d){7,14}(?!\d)`,
  ssn: String.raw`(?<!-)${start}(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?!-)${end}`,
  card: String.raw`${start}\d(?:[ -]?\d){13,18}`,
  iban: String.raw`${start}[A-Za-z]{2}\d{2}(?: ?[0-9A-Za-z]){11,30}`,
} as const;

/** Kinds in the order of the expression's groups. */
export const patternKinds = Object.freeze(Object.keys(patterns)) as readonly PatternKind[];

/** Everything that can be found. */
export const maskKinds = Object.freeze(patternKinds.filter((kind): kind is MaskKind => kind !== 'skipped'));

/** All patterns as one expression; each kind is a group of its name. The caller resets `lastIndex`. */
export function createScanExpression(): RegExp {
  return new RegExp(join(patternKinds), 'g');
}

/**
 * Tells whether there is anything to look at closer: no match of this means that nothing would be masked, since what is
 * skipped only takes from what is found. Without the skipped the engine need not stop at every character.
 */
export function createProbe(): RegExp {
  return new RegExp(join(maskKinds));
}

function join(kinds: readonly PatternKind[]): string {
  return kinds.map((kind) => `(?<${kind}>${patterns[kind]})`).join('|');
}
