// Writes the reference of all settings and the template of an environment file from the schema itself.
import { groups } from './key.ts';
import { type DescribedKey, listKeys } from './schema.ts';
import { fileKeyOf } from './secret-files.ts';

/** The page docs/reference/config.md. */
export function renderConfigReference(): string {
  const keys = listKeys();
  const parts = groups.map((group) => {
    const rows = keys.filter((described) => described.group === group).map(toRow);
    return [
      `## ${group}`,
      '',
      '| setting | meaning | accepted | default |',
      '| --- | --- | --- | --- |',
      ...rows,
      '',
    ].join('\n');
  });
  return [referenceHead, ...parts].join('\n');
}

/**
 * A template of an environment file. Every line is a comment, so that it changes nothing as it is; secrets stand there
 * as paths of files alone, so that nobody starts with a secret that everybody has.
 */
export function exampleEnvironment(): string {
  const keys = listKeys();
  const parts = groups.map((group) => {
    const lines = keys.filter((described) => described.group === group).flatMap(toTemplateLines);
    return [`# --- ${group} ---`, '', ...lines].join('\n');
  });
  return [templateHead, ...parts].join('\n');
}

const referenceHead = `# Settings

Settings are environment variables. Every one is read once, at the start; an unknown \`HOLDFAST_\` name, an empty value or
a value out of bounds stops the start, with every fault and its fix at once. A setting marked *secret* may be given as
\`<NAME>_FILE\`, the path of a file that others can't read, instead of its value. Secrets never come as arguments.

Nothing here is a mode. A server that listens beyond loopback, or has a public URL that leads beyond it, is *exposed*: it
needs TLS files or declared proxies, an https public URL, https origins and a master key file, and does not start without.
`;

const templateHead = `# Holdfast settings. As it is, this file changes nothing: remove the # of what you need.
# Secrets belong into files of mode 0600 that the _FILE settings name, not in here.
`;

function toRow(described: DescribedKey): string {
  const { key, text, form, secret, unit } = described;
  const names = secret === true ? `\`${key}\` *secret*, \`${fileKeyOf(key)}\`` : `\`${key}\``;
  const accepted = unit === undefined ? form : `${form}; ${unit}`;
  const preset = described.default === undefined ? (described.unset ?? '') : `\`${described.default}\``;
  return `| ${[names, text, accepted, preset].map(toCell).join(' | ')} |`;
}

function toCell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function toTemplateLines(described: DescribedKey): readonly string[] {
  const { key, text, form, secret, unit } = described;
  const preset =
    described.default === undefined ? `Without it: ${described.unset ?? ''}` : `Default: ${described.default}`;
  const accepted = `Accepted: ${form}${unit === undefined ? '' : ` (${unit})`}. ${preset}.`;
  const line =
    secret === true ? `${fileKeyOf(key)}=/run/secrets/${secretFileName(key)}` : `${key}=${described.example}`;
  return [`# ${text}`, `# ${accepted}`, `#${line}`, ''];
}

function secretFileName(key: string): string {
  return key
    .toLowerCase()
    .replace(/^holdfast_/, '')
    .replaceAll('_', '-');
}
