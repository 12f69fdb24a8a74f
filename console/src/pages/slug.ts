// The short name of an organization, offered from its name.

const LENGTH_MAX = 40;

/** As the server takes it: lower-case letters, digits, and single hyphens between them. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LENGTH_MAX)
    .replaceAll(/^-+|-+$/g, '');
}
