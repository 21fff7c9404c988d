// Renders templates that ask functions for too much, and prints what each took. Run with --expose-gc by hostile.test.ts, in
// a process of which nothing else grows.

import { merged } from '../../../src/template/function.ts';
import { AGENT } from '../../../src/template/functions/agent.ts';
import { AgentRender } from '../../../src/template/functions/agent-reads.ts';
import { SPRIG } from '../../../src/template/functions/sprig.ts';
import { compile } from '../../../src/template/template.ts';
import { TemplateError } from '../../../src/template/template-error.ts';
import type { Value } from '../../../src/template/value.ts';
import { peak, startPeak } from '../peak-memory.ts';

export interface Taken {
  readonly template: string;
  /** Of CPU. */
  readonly ms: number;
  readonly grownBytes: number;
  /** A kind of error, or how long the output is. */
  readonly end: string;
}

/** Both dialects at once: sprig's names win. */
const FUNCTIONS = merged(AGENT, SPRIG);

const LONG = '{{ $long := repeat 500000 "aB" }}';
const SPACES = '{{ $spaces := repeat 1000000 " " }}';
const WIDE = '{{ $wide := repeat 300000 "äß" }}';
const SHARED = '{{ $l := list 1 }}{{ range until 40 }}{{ $l = list $l $l }}{{ end }}';
const DEEP = '{{ $l := list }}{{ range until 20000 }}{{ $l = list $l }}{{ end }}';
const CYCLE = '{{ $d := dict }}{{ $x := set $d "d" $d }}';
const MANY = '{{ $m := until 200000 }}';

export const HOSTILE: readonly string[] = [
  '{{ repeat 2147483647 "x" }}',
  '{{ indent 2147483647 "x" }}',
  '{{ until 2147483647 | len }}',
  '{{ untilStep 0 9223372036854775807 1 }}',
  '{{ seq 1 2147483647 }}',
  '{{ range loop 2147483647 }}{{ end }}',
  '{{ $x := "a" }}{{ range until 60 }}{{ $x = replace "a" "aa" $x }}{{ end }}{{ $x }}',
  '{{ $x := "a" }}{{ range until 60 }}{{ $x = regexReplaceAll "a" $x "$0$0" }}{{ end }}{{ $x }}',
  '{{ $x := "a" }}{{ range until 60 }}{{ $x = cat $x $x }}{{ end }}{{ $x }}',
  '{{ $x := "a" }}{{ range until 60 }}{{ $x = quote $x $x }}{{ end }}{{ $x }}',
  '{{ $x := "a" }}{{ range until 60 }}{{ $x = list $x $x | toJson }}{{ end }}{{ $x }}',
  ...['toJson', 'toPrettyJson', 'toYaml', 'toTOML', 'toYAML', 'toString', 'quote', 'deepCopy', 'toStrings'].flatMap(
    (name) => [
      `${SHARED}{{ ${name} $l | len }}`,
      `${SHARED}{{ ${name} (dict "a" $l) | len }}`,
      `${DEEP}{{ ${name} $l | len }}`,
      `${CYCLE}{{ ${name} $d | len }}`,
    ],
  ),
  `${SHARED}{{ deepEqual $l (deepCopy $l) }}`,
  `${CYCLE}{{ merge $d (dict "d" (dict "d" (dict))) | len }}`,
  `${CYCLE}{{ $e := dict }}{{ $y := set $e "d" $e }}{{ deepEqual $d $e }}{{ mergeOverwrite $d $e | toJson }}`,
  `${MANY}{{ uniq $m | len }}`,
  `${MANY}{{ without $m 1 2 3 4 5 6 7 8 9 10 | len }}`,
  `${MANY}{{ sortAlpha $m | len }}`,
  `${MANY}{{ range $m }}{{ $x := reverse $m }}{{ end }}`,
  `${LONG}{{ range until 1000 }}{{ $x := sha512sum $long }}{{ end }}`,
  `${LONG}{{ range until 1000 }}{{ $x := snakecase $long }}{{ end }}`,
  `${WIDE}{{ range until 1000 }}{{ $x := upper $wide }}{{ $x = title $wide }}{{ $x = toTitle $wide }}{{ end }}`,
  `${WIDE}{{ range until 1000 }}{{ $x := b32enc $wide }}{{ end }}`,
  `${LONG}{{ range until 1000 }}{{ $x := splitList "" $long }}{{ end }}`,
  `${LONG}{{ wrap 1 $long | len }}{{ wrapWith 1 $long $long | len }}`,
  `${SPACES}{{ range until 1000 }}{{ $x := wrap 1 (cat $spaces "x") }}{{ end }}`,
  `${LONG}{{ range until 1000 }}{{ $x := regexFindAll "a*B*c|a" $long -1 }}{{ end }}`,
  `${LONG}{{ regexMatch "(a*B*)*(a|B)*(aB)*c" $long }}{{ range until 1000 }}{{ $x := regexReplaceAll "(aB)+?" $long "$1$1" }}{{ end }}`,
  '{{ regexMatch (repeat 100000 "(") "x" }}{{ regexMatch (repeat 1000 "(a{1,30}){1,30}") "x" }}',
  '{{ $t := repeat 100000 "x" }}{{ regexFind "(.{0,500}){0,2}y" $t }}',
  '{{ filterPEM (repeat 900000 "x") (repeat 20000 "-----BEGIN A-----\\nQUFB\\n-----END A-----\\n") }}',
  '{{ fromYaml (print "- &a x\\n" (repeat 6000 "- *a\\n")) | len }}',
  '{{ fromYaml (print "a: &a {x: 1}\\n" (repeat 3000 "? {<<: *a}\\n")) | len }}',
  '{{ regexMatch (repeat 1000 "a{1000}") "x" }}',
  '{{ regexMatch (repeat 100 "((?:ab){500}|[(]{1000})") "x" }}',
  '{{ regexMatch (repeat 20000 "\\\\pL") "x" }}',
  '{{ range until 1000 }}{{ $x := regexMatch (repeat 200 "(?i)[\\\\pL\\\\pN]") "x" }}{{ end }}',
  '{{ $p := cat (repeat 40000 "a") "b" (repeat 40000 "a") | nospace }}{{ contains $p (repeat 600000 "a") }}{{ range until 1000 }}{{ $x := split $p (repeat 600000 "a") }}{{ end }}',
  '{{ $p := repeat 60 "a" }}{{ range until 1000 }}{{ $x := contains (cat $p "b") (repeat 1000000 "a") }}{{ end }}',
  '{{ fromJson (repeat 500000 "[") }}{{ mustFromJson (repeat 500000 "[") }}',
  '{{ fromYaml (repeat 300000 "[") }}{{ parseYAML (repeat 300000 "- ") }}',
  '{{ parseYAML "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f]" | len }}'.replaceAll(
    '\n',
    '\\n',
  ),
  '{{ range until 100 }}{{ $x := parseYAML (repeat 8000 "a: 1 b\\n") }}{{ end }}',
  '{{ filterPEM "A" (repeat 50000 "-----BEGIN A-----\\n") }}{{ filterPEM "A" (repeat 50000 "-----END A-----\\n") }}{{ fail "x" }}',
  '{{ filterCertChain "leaf" (repeat 20000 "-----BEGIN A-----\\naGk=\\n-----END A-----\\n") }}',
  `${LONG}{{ semver $long }}`,
  '{{ semverCompare (repeat 200000 "1.2.3 || ") "1.0.0" }}',
  '{{ semverCompare (repeat 90 ">=1.2.3-a.b, ") "1.0.0" }}',
  `{{ parseFloat (repeat 1000000 "1") }}`,
  `{{ atoi (repeat 1000000 "9") }}{{ parseFloat (cat (repeat 500000 "1") "x") }}`,
  `{{ urlParse (repeat 300000 "%41") | len }}{{ urlParse (repeat 300000 "%zz") }}`,
  `{{ durationRound (repeat 200000 "1h") }}{{ fail "" }}`,
  `{{ $m := 0.1 }}{{ range until 100000 }}{{ $m = mulf $m 1.1 1e300 1e300 }}{{ end }}`,
  `{{ $d := dict }}{{ range until 100000 }}{{ $x := set $d (printf "k%d" .) . }}{{ $y := keys $d }}{{ end }}`,
  `{{ explodeMap (dict (repeat 500000 "a/") 1) | toJSON | len }}`,
  `{{ $s := splitList "" (repeat 200000 "ab") }}{{ containsAll (list $s $s) $s }}{{ range $s }}{{ $x := has "c" $s }}{{ end }}`,
  `${LONG}{{ abbrevboth 5 1000 $long | len }}{{ range until 100000 }}{{ $x := substr 1 999999 $long }}{{ end }}`,
];

async function take(template: string): Promise<Taken> {
  const before = startPeak();
  const { user, system } = process.threadCpuUsage();
  const end = await run(template);
  const grownBytes = peak() - before;
  const used = process.threadCpuUsage();
  return { template, ms: (used.user + used.system - user - system) / 1_000, grownBytes, end };
}

async function run(template: string): Promise<string> {
  try {
    const data: Value = new Map();
    const output = await compile(template, { functions: FUNCTIONS }).render(data, { host: new AgentRender() });
    return `output of ${output.length}`;
  } catch (error) {
    return error instanceof TemplateError ? error.kind : `${error}`;
  }
}

if (import.meta.main) {
  // What runs for the first time makes the process grow once.
  for (const one of HOSTILE) await take(one);
  const taken: Taken[] = [];
  for (const one of HOSTILE) taken.push(await take(one));
  console.log(JSON.stringify(taken));
}
