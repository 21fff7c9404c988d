// Go's errors without the values in them, as the port words them. All else of their texts is the same.

const REDACTIONS: readonly (readonly [RegExp, string])[] = [
  [/index out of range: -?\d+$/, 'index out of range'],
  [/reflect: string index out of range$/, 'index out of range'],
  [/reflect: slice index out of range$/, 'index out of range'],
  [/invalid slice index: \d+ > \d+$/, 'invalid slice index'],
  [/(range can't iterate over) .*$/s, '$1'],
  [/(can't use) .* (to iterate over more than one variable)$/s, '$1 $2'],
  [/non-comparable types? .*$/s, 'non-comparable'],
  [/(error calling of): .*$/s, '$1'],
  [/reflect: call of reflect.Value.Type on zero Value$/, 'len of nil pointer'],
  [/^.*exceeded maximum size of .*$/s, 'exceeded maximum size'],
  [/(bad number syntax|illegal number syntax|integer overflow).*$/s, '$1'],
];
const OURS: readonly (readonly [RegExp, string])[] = [
  [/(range can't iterate over) a value of type .*$/s, '$1'],
  [/(can't use) a value of type .* (to iterate over more than one variable)$/s, '$1 $2'],
];

export function redacted(error: string): string {
  return [...OURS, ...REDACTIONS].reduce((text, [pattern, by]) => text.replace(pattern, by), error);
}
