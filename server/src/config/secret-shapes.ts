// Recognizes texts that are credentials by their form, wherever they turn up.

const shapes: readonly RegExp[] = [
  /\bhf_[a-z]{2,10}_[A-Za-z0-9]{4,}/,
  /\bsk-[A-Za-z0-9_-]{16,}/,
  /\b[rs]k_(?:live|test)_[A-Za-z0-9]{10,}/,
  /\bwhsec_[A-Za-z0-9+/=]{16,}/,
  /\bgh[oprsu]_[A-Za-z0-9]{20,}/,
  /\bgithub_pat_[A-Za-z0-9_]{20,}/,
  /\bglpat-[A-Za-z0-9_-]{16,}/,
  /\bxox[a-z]-[A-Za-z0-9-]{10,}/,
  /\bAIza[A-Za-z0-9_-]{30,}/,
  /\bhvs\.[A-Za-z0-9_-]{20,}/,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  // A URL whose user part carries a password; the user may be empty, as in redis://:password@host.
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s/?#@:]*:[^\s/?#@]+@/i,
  // The same secret as a parameter of a connection text, in a URL's query or in the key=value form of libpq.
  /(?:^|[\s?&;])(?:password|passwd|pwd|secret|token|api_?key|access_?key)=[^\s&;]+/i,
  /\bBearer\s+\S{8,}/i,
];

/** Whether the text holds a credential: a key of a known make, a private key, a URL with a password. */
export function looksLikeSecret(text: string): boolean {
  return shapes.some((shape) => shape.test(text));
}
