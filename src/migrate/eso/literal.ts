// A literal template is rendered first and read as YAML then. Blocks of text are the same in the other order, if what a
// template prints in them has one line.

const KEY = /^([A-Za-z_][\w.-]*): \|([-+]?) *$/;

/** The texts of its keys; undefined if it has anything but blocks of text. */
export function splitLiteral(literal: string): readonly (readonly [key: string, text: string])[] | undefined {
  const parts: [key: string, text: string][] = [];
  let mark = '';
  let lines: string[] = [];
  const end = () => {
    const last = parts.at(-1);
    if (last !== undefined) last[1] = blockText(lines, mark);
    lines = [];
  };
  for (const line of literal.replace(/\n$/, '').split('\n')) {
    const found = KEY.exec(line);
    if (found !== null) {
      end();
      parts.push([found[1] ?? '', '']);
      mark = found[2] ?? '';
    } else if (parts.length === 0 || !/^(?: +\S.*|\s*)$/.test(line)) return undefined;
    else lines.push(line);
  }
  end();
  return parts.length === 0 || new Set(parts.map(([key]) => key)).size < parts.length ? undefined : parts;
}

function blockText(lines: readonly string[], mark: string): string {
  const indent = /^ */.exec(lines.find((line) => line.trim() !== '') ?? '')?.[0].length ?? 0;
  const kept = lines.map((line) => line.slice(indent));
  if (mark === '+') return `${kept.join('\n')}\n`;
  while (kept.at(-1)?.trim() === '') kept.pop();
  return kept.join('\n') + (mark === '-' ? '' : '\n');
}
