// Go's errors without the values in them, as the port words them. All else of their texts is the same.

const REDACTIONS: readonly (readonly [RegExp, string])[] = [
  [/^(?:parse|execute): /, ''],
  [/slice bounds out of range \[.*$/s, 'slice bounds out of range'],
  [/invalid character (?:'(?:\\.[^']*|[^'])+'|'\\''|".*") /s, 'invalid character '],
  [/regexp: Compile\((?:`[^`]*`|".*")\): /s, 'regexp: Compile: '],
  [/(error parsing regexp: [^:`]+): `.*`$/s, '$1'],
  [/unknown type for .* \(([^()]*)\)$/s, 'unknown type for a value of type $1'],
  [/(strconv\.Parse\w+): parsing ".*": /s, '$1: '],
  [/parse ".*": /s, 'parse: '],
  [/invalid URL escape ".*"$/s, 'invalid URL escape'],
  [/invalid port ".*" after host/s, 'invalid port after host'],
  [/not k=v pair ".*"$/s, 'not k=v pair'],
  [/explodeMap: not a map: .*$/s, 'explodeMap: not a map: a part of a key already has a value'],
  [/(error calling fail: ).+$/s, '$1the template ended itself'],
  [/Cannot create a Decimal from .*$/s, 'Cannot create a Decimal from what is not finite'],
  [/(error calling executeTemplate: )template: no template .*$/s, '$1template: no template of that name'],
  [/(no private key data in PEM block) of type .*$/s, '$1'],
  [/Invalid Semantic Version$/, 'invalid semantic version'],
  [/improper constraint: .*$/s, 'improper constraint'],
  [/json: unsupported value: .*$/s, 'json: unsupported value: a number that is not finite'],
  [/cannot unmarshal number .* into/s, 'cannot unmarshal number into'],
  [/(error calling parseYAML: )(?:yaml: |unsupported map key|the value nests too deeply).*$/s, '$1not YAML'],
  [/decryption scheme .* is not supported/s, 'decryption scheme is not supported'],
  [/(error calling MapSetX?: ).* is not a map$/s, '$1what is kept under this name is not a map'],
  [/(error calling jwk\w+: ).*$/s, '$1not a key'],
  [/error parsing version segment: .*$/s, 'error parsing version segment: value out of range'],
  [/(unsupported type for key '.*': chan|unexpected type: <-chan int64)$/s, 'no channel'],
  [/x509: malformed \w+$|x509: [a-z].*$/s, 'x509: malformed certificate'],
];

export function redacted(error: string): string {
  return REDACTIONS.reduce((text, [pattern, by]) => text.replace(pattern, by), error);
}
