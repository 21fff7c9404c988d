// Templates that would take time, memory or the stack without end.

const LISTS_IN_LISTS = `{{$a := list}}${'{{$a = list $a $a}}'.repeat(40)}`;
const WIDE = '{{$s := printf "%1000000d" 1}}';
/** Two bytes a character in memory. */
const WIDE_TWO = '{{$s := printf "%900000s" "日"}}';

/** Half a million bytes that are no UTF-8. */
const BYTES = '{{$b := "\\xff"}}{{range 19}}{{$b = print $b $b}}{{end}}';

export const HOSTILE: Readonly<Record<string, string>> = {
  'endless recursion': '{{define "r"}}{{template "r" .}}{{template "r" .}}{{end}}{{template "r" .}}',
  'a tree of calls':
    '{{define "r"}}{{if .}}{{template "r" (slice . 1)}}{{template "r" (slice . 1)}}{{end}}{{end}}' +
    `{{template "r" "${'x'.repeat(38)}"}}`,
  'loops in loops': '{{range 2147483648}}{{range 2147483648}}{{end}}{{end}}',
  'a loop that writes': `{{range 2147483648}}${'x'.repeat(40)}{{end}}`,
  'a string that doubles': '{{$s := "aaaaaaaaaaaaaaaa"}}{{range 100}}{{$s = print $s $s}}{{end}}',
  'lists in lists, printed': `${LISTS_IN_LISTS}{{$a}}`,
  'lists in lists, formatted': `${LISTS_IN_LISTS}{{printf "%.0v" $a}}`,
  'lists in lists, as Go': `${LISTS_IN_LISTS}{{len (printf "%#v" $a)}}`,
  'a list as deep as can be': '{{$a := list}}{{range 100000}}{{$a = list $a}}{{end}}{{$a}}',
  '100,000 parentheses': `{{${'('.repeat(100_000)}1${')'.repeat(100_000)}}}`,
  '100,000 blocks': '{{if 1}}'.repeat(100_000),
  'else after else': `{{if 1}}${'{{else if 1}}'.repeat(60_000)}{{end}}`,
  'widths of a million': '{{range 1000}}{{$x := printf "%1000000d" 1}}{{end}}',
  'a width beyond all': '{{printf "%9999999d" 1}}',
  'a precision of a million': '{{range 1000}}{{$x := printf "%.1000000f" 1.5}}{{end}}',
  'strings that are kept': '{{$l := list}}{{range 1000}}{{$l = list $l (printf "%900000s" "日")}}{{end}}',
  'hexadecimal of a long string': `${WIDE}{{range 1000}}{{$x := printf "% #x" $s}}{{end}}`,
  'quotes around a long string': `${WIDE_TWO}{{range 1000}}{{$x := printf "%q" $s}}{{end}}`,
  'escapes of a long string': `${WIDE_TWO}{{range 1000}}{{$x := js $s}}{{$y := html $s}}{{$z := urlquery $s}}{{end}}`,
  'comparing long strings': `${WIDE}{{range 100000}}{{$x := lt (print $s) $s}}{{end}}`,
  'lengths of a long string': `${WIDE_TWO}{{range 100000}}{{$x := len $s}}{{end}}`,
  'bytes of a long string': `${WIDE_TWO}{{range 100000}}{{$x := index $s 5}}{{$y := slice $s 3 9}}{{end}}`,
  'sorting a map again and again': '{{range 100000}}{{range $.big}}{{break}}{{end}}{{end}}',
  'printing a map again and again': '{{range 100000}}{{$x := printf "%.0s" $.big}}{{end}}',
  'very many arguments': `{{print ${'1 '.repeat(400_000)}}}`,
  'very many variables': `${'{{$x := 1}}'.repeat(90_000)}`,
  'variables far away': `{{$far := 1}}${'{{$x := 1}}'.repeat(2_500)}{{range 100000}}{{$far}}{{end}}`,
  'very many fields': `{{${'.a'.repeat(500_000)}}}`,
  'very many pipes': `{{1${' | print'.repeat(120_000)}}}`,
  'long strings through many pipes': `${WIDE}{{$s${' | html | js | urlquery'.repeat(2_000)}}}`,
  'very many actions': '{{.}}'.repeat(200_000),
  'very many verbs': `{{printf "${'%[1]d'.repeat(190_000)}" 1}}`,
  'very many comments': '{{/* */}}'.repeat(110_000),
  'bytes that double': `${BYTES}{{range 9}}{{$b = print $b $b}}{{end}}`,
  'bytes again and again': `${BYTES}{{range 10000}}{{$x := print $b}}{{$x = len $b}}{{$x = lt $b $b}}{{end}}`,
  'bytes, quoted and escaped': `${BYTES}{{range 10000}}{{$x := printf "%q %x" $b $b}}{{$y := js $b}}{{$y := urlquery $b}}{{end}}`,
  'bytes, cut': `${BYTES}{{range 10000}}{{$x := slice $b 1 500}}{{$y := printf "%.9s" $b}}{{$z := html $b}}{{end}}`,
  'a number that is too long': `{{${'9'.repeat(1_000_000)}}}`,
  'very many escapes': `{{"${'\\xff'.repeat(250_000)}" | printf "%1000000s" | print "x"}}`,
  'a text that is too long': 'x'.repeat(2 << 20),
  'a word that is too long': `{{${'a'.repeat(1_000_000)}}}`,
};

/** What they may read. */
export function hostileData(): Map<string, Map<string, bigint>> {
  const keys = Array.from({ length: 20_000 }, (_, at) => [`key${(at * 7_919) % 20_000}`, BigInt(at)] as const);
  return new Map([['big', new Map(keys)]]);
}
