// Templates of the syntax agent whose error in Go says a value of the secret: `value`, a text, `number`, and `document`, a map
// with a list.

const READ = '{{ with secret "secret/data/seeded" }}{{ with .Data.data }}';

export const TELLING: readonly string[] = [
  '{{ range .value }}{{ end }}',
  '{{ range .number }}{{ end }}',
  '{{ index .document.list .value }}',
  '{{ index .document.list .number }}',
  '{{ index .value .number }}',
  '{{ slice .value 900 }}',
  '{{ slice .value .number }}',
  '{{ eq .value 5 }}',
  '{{ eq .document .value }}',
  '{{ lt .value 5 }}',
  '{{ .value.field }}',
  '{{ .document.inner.field }}',
  '{{ call .value }}',
  '{{ .value | call }}',
  '{{ .value | parseJSON }}',
  '{{ .value | parseInt }}',
  '{{ .value | parseBool }}',
  '{{ .value | parseFloat }}',
  '{{ .value | parseUint }}',
  '{{ printf "{%s" .value | parseYAML }}',
  '{{ .value | base64Decode }}',
  '{{ regexMatch (printf "(%s" .value) "x" }}',
  '{{ regexReplaceAll (printf "[z-a]%s" .value) "a" "b" }}',
  '{{ add .value 1 }}',
  '{{ divide 0 .number }}',
  '{{ .value | sprig_semver }}',
  '{{ .value | sprig_fail }}',
  '{{ printf "%s!" .value | secret }}',
  '{{ secret (printf "secret/data/%s" .value) }}',
  '{{ secret (printf "%s/app" .value) }}',
  '{{ secret (printf "%s/../sys/seal" .value) }}',
  '{{ secret "secret/data/x" .value }}',
].map((template) => `${READ}${template}{{ end }}{{ end }}`);
