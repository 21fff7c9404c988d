// Draws what a program printed as an SVG that plays it: lines come from below as in a terminal. It is text, so that it can be
// searched; it follows the reader's light or dark theme; without animation it shows one screen of it.

const ROWS = 32;
const COLUMNS = 100;
const LINE_HEIGHT = 18;
const CHAR_WIDTH = 7.83;
const PADDING = 16;
const SCREEN_HEIGHT = ROWS * LINE_HEIGHT;
const WIDTH = Math.ceil(COLUMNS * CHAR_WIDTH) + 2 * PADDING;
const HEIGHT = SCREEN_HEIGHT + 2 * PADDING;

/** How long a line stands before the next one comes. */
const LINE_MS = 130;
const PROOF_MS = 700;
const HEADING_MS = 1_400;
const END_MS = 5_000;

/** The colours that the screen of the demo uses, by their code; other codes end them. */
const STYLES: ReadonlyMap<string, string> = new Map([
  ['1', 'bold'],
  ['2', 'dim'],
  ['31', 'red'],
  ['32', 'green'],
  ['33', 'yellow'],
]);

const CSS = `
.screen { fill: #f6f8fa; stroke: #d1d9e0 }
text { font: 13px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #1f2328; white-space: pre }
.bold { font-weight: 700 } .dim { fill: #6e7781 } .red { fill: #cf222e } .green { fill: #1a7f37 } .yellow { fill: #7d4e00 }
@media (prefers-color-scheme: dark) {
.screen { fill: #0d1117; stroke: #3d444d }
text { fill: #e6edf3 }
.dim { fill: #8b949e } .red { fill: #ff7b72 } .green { fill: #3fb950 } .yellow { fill: #d29922 }
}
@media (prefers-reduced-motion: reduce) { .roll { animation: none } }`;

/** @param shown the line, counted from 1, at whose screen it stands still without animation */
export function drawTerminal(output: string, title: string, shown: number): string {
  const lines = output.trim().split('\n');
  const rows = lines.map((line, index) => drawLine(line, (index + 1) * LINE_HEIGHT)).filter((row) => row !== '');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${asXml(title)}">
<style>${CSS}
.roll { transform: translateY(${offset(shown)}px); animation: roll ${totalMs(lines)}ms step-end infinite }
@keyframes roll {
${keyframes(lines)}
}
</style>
<clipPath id="screen"><rect x="${PADDING}" y="${PADDING}" width="${WIDTH - 2 * PADDING}" height="${SCREEN_HEIGHT}"/></clipPath>
<rect class="screen" x="0.5" y="0.5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="8"/>
<g clip-path="url(#screen)"><g class="roll">
${rows.join('\n')}
</g></g>
</svg>
`;
}

/** So far down that so many lines are on the screen, the last one at its bottom. */
function offset(count: number): number {
  return PADDING + SCREEN_HEIGHT - count * LINE_HEIGHT - 4;
}

function keyframes(lines: readonly string[]): string {
  const total = totalMs(lines);
  let at = 0;
  return lines
    .map((line, index) => {
      const frame = `${((100 * at) / total).toFixed(3)}% { transform: translateY(${offset(index + 1)}px) }`;
      at += pauseMs(line);
      return frame;
    })
    .join('\n');
}

function totalMs(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + pauseMs(line), END_MS);
}

function pauseMs(line: string): number {
  if (line.includes('✓')) return PROOF_MS;
  return line.startsWith('\u001b[1m') ? HEADING_MS : LINE_MS;
}

function drawLine(line: string, y: number): string {
  const spans: string[] = [];
  const [first = '', ...rest] = line.split('\u001b[');
  if (first !== '') spans.push(`<tspan>${asXml(first)}</tspan>`);
  for (const part of rest) {
    const end = part.indexOf('m');
    const text = part.slice(end + 1);
    const style = STYLES.get(part.slice(0, end));
    if (text !== '') spans.push(`<tspan${style === undefined ? '' : ` class="${style}"`}>${asXml(text)}</tspan>`);
  }
  return spans.length === 0 ? '' : `<text x="${PADDING}" y="${y}" xml:space="preserve">${spans.join('')}</text>`;
}

function asXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
