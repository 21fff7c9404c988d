// Templates of a class that take as much as a template may: time, memory, steps, or the compiler.
const RANGE = '{{ range until 1000 }}{{ range $.a.value }}{{ if eq 1 2 3 }}{{ end }}{{ end }}{{ end }}';

const TEMPLATES: readonly string[] = [
  RANGE,
  '{{ $x := "ab" }}{{ range until 60 }}{{ $x = cat $x $x }}{{ end }}{{ $x }}',
  '{{ range until 100000 }}{{ $x := repeat 9000 "ab" | sha512sum }}{{ end }}',
  '{{ regexReplaceAll "(a*)*b" (repeat 100000 "a") "x" }}',
  '{{ define "r" }}{{ template "r" . }}{{ template "r" . }}{{ end }}{{ template "r" . }}',
  '{{ repeat 900000 "x" }}',
];
/** What such templates are rendered over. */
export const VALUES = { data: { value: Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`k${at}`, at])) } };

/** A class of ten, and no other has its text. @param round any number */
export function hostileTemplates(round: number, lane: number): string {
  const reads = `reads: {a: {secretPath: s/a${lane}}}`;
  const object = (name: string, template: string) =>
    `- {objectName: ${name}, templateSyntax: sprig, ${reads}, template: ${JSON.stringify(template)}}`;
  const compiled = object('compiled', `{{/* ${round} ${lane} */}}${'{{.}}'.repeat(1_500)}`);
  return [compiled, ...Array.from({ length: 9 }, (_, at) => object(`t${at}`, pick(round + at)))].join('\n');
}

function pick(at: number): string {
  return TEMPLATES[at % TEMPLATES.length] ?? RANGE;
}
