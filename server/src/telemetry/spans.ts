// Declares what may be traced: a span's name, kind and attributes, with the same closed values as the log.
import type { ClosedValues, FieldValues } from './events.ts';
import { kindOf, renderValue, refusalOf, type ValueKind } from './values.ts';
import { maskedPlaces, refusedValues } from './own-metrics.ts';
import { scanText } from './scan.ts';

/** What a span is to the other side (OpenTelemetry's span kinds). */
export type SpanKindName = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** An address is personal data, and traces go to other systems: spans have none. */
type AttributeKind = Exclude<ValueKind, 'address'>;

/** Attributes of a span by OpenTelemetry's names (`http.route`); `?` marks one that may be absent. */
export type AttributeDeclarations = Readonly<Record<string, AttributeKind | `${AttributeKind}?`>>;

/** A declared span; made by `defineSpan` alone. */
export type SpanDefinition<A extends AttributeDeclarations = AttributeDeclarations> = {
  readonly name: string;
  readonly kind: SpanKindName;
  readonly attributes: A;
};

/** The span while it runs. */
export type SpanHandle<A extends AttributeDeclarations> = {
  /** Sets attributes that are known only later, such as a status. */
  readonly set: <const V extends Partial<FieldValues<A>>>(values: V & ClosedValues<A, V>) => void;
};

/** Attributes as they leave. */
export type RenderedAttributes = Readonly<Record<string, string | number | boolean>>;

const namePattern = /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*){0,5}$/;
const attributesMax = 24;

/** Declares a span. Throws RangeError on a malformed name or attribute, or on an address. */
export function defineSpan<const A extends AttributeDeclarations>(
  name: string,
  parts: { readonly kind: SpanKindName; readonly attributes: A },
): SpanDefinition<A> {
  const declared = Object.entries(parts.attributes);
  const wrong = declared.find(([attribute, kind]) => !namePattern.test(attribute) || kind.startsWith('address'));
  if (!namePattern.test(name) || name.length > 64) throw new RangeError(`span ${JSON.stringify(name)}: malformed name`);
  if (wrong) throw new RangeError(`span ${name}: the attribute ${JSON.stringify(wrong[0])} is malformed or an address`);
  if (declared.length > attributesMax) throw new RangeError(`span ${name}: more than ${attributesMax} attributes`);
  return Object.freeze({ name, kind: parts.kind, attributes: Object.freeze({ ...parts.attributes }) });
}

/** The declared attributes among `values`, by kind and after the scan. Undeclared ones are left out. */
export function renderAttributes(span: SpanDefinition, values: Readonly<Record<string, unknown>>): RenderedAttributes {
  const rendered: Record<string, string | number | boolean> = {};
  for (const [attribute, declaration] of Object.entries(span.attributes)) {
    const value = values[attribute];
    if (value !== undefined) rendered[attribute] = renderAttribute(kindOf(declaration).kind, value);
  }
  return rendered;
}

function renderAttribute(kind: ValueKind, value: unknown): string | number | boolean {
  const rendered = renderValue(kind, value);
  if (rendered === undefined) {
    refusedValues.add(1, { kind });
    return refusalOf(kind);
  }
  if (typeof rendered !== 'string') return rendered;
  const { text, masked } = scanText(rendered);
  for (const found of masked) maskedPlaces.add(1, { kind: found });
  return text;
}
