// Writes values as YAML text, to be added to a manifest that a person wrote. A string that some reader could take for
// another type is quoted as in JSON, which every YAML reader understands.

export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };

/** Needs no quotes in YAML 1.1 and 1.2. */
const PLAIN = /^[a-z/][\w./-]*$/i;
const RESERVED = /^(y|n|yes|no|on|off|true|false|null)$/i;
/** Fits a literal block unchanged: no tabs, no control characters, at most one line break at the end. */
const LITERAL = /^(?![ \n])[\x20-\x7e\u00a1-\u024f\n]*[^ \n]\n?$/;

const NEEDS_ESCAPES = /["\\\n]/;

/** A field and its value in block style, for a map whose fields begin at `column`; its first line is not indented. */
export function emitField(name: string, value: Value, column: number): string {
  const key = emitScalar(name);
  if (typeof value === 'string' && NEEDS_ESCAPES.test(value) && LITERAL.test(value)) {
    const [mark, text] = value.endsWith('\n') ? ['|', value.slice(0, -1)] : ['|-', value];
    return `${key}: ${mark}\n${indent(text, column + 2)}`;
  }
  if (isEmpty(value) || !isCollection(value)) return `${key}: ${emitFlow(value)}`;
  const pad = ' '.repeat(column + 2);
  return `${key}:\n${pad}${emitBlock(value, column + 2)}`;
}

/** Its first line is not indented, the others begin at `column` or behind it. */
export function emitBlock(value: Value, column: number): string {
  if (isEmpty(value) || !isCollection(value)) return emitFlow(value);
  const pad = `\n${' '.repeat(column)}`;
  if (isList(value)) return value.map((item) => `- ${emitBlock(item, column + 2)}`).join(pad);
  return Object.entries(value)
    .map(([name, one]) => emitField(name, one, column))
    .join(pad);
}

/** On one line, as JSON: for a list or map in brackets. */
export function emitFlow(value: Value): string {
  return isCollection(value) ? JSON.stringify(value) : emitScalar(value);
}

export function emitScalar(value: string | number | boolean | null): string {
  return typeof value === 'string' && PLAIN.test(value) && !RESERVED.test(value) ? value : JSON.stringify(value);
}

type Collection = Extract<Value, object>;

function isCollection(value: Value): value is Collection {
  return typeof value === 'object' && value !== null;
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

function isEmpty(value: Value): boolean {
  return isCollection(value) && Object.keys(value).length === 0;
}

function indent(text: string, column: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(column));
}
