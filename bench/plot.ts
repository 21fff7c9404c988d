// Two small charts in one SVG, drawn from a run's results: how long a mount takes over its objects, and what a node
// costs the store over its pods. No background of its own, and colours that stand on GitHub's white and on its black.
import { cold } from './goals.ts';
import type { Results } from './results.ts';

interface Line {
  readonly label: string;
  readonly style: 'ours' | 'floor' | 'theirs';
  /** x and y in the chart's own units. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

interface Chart {
  readonly title: string;
  readonly xTitle: string;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  readonly isLog: boolean;
  readonly lines: readonly Line[];
}

const CHART = { width: 400, height: 300, left: 52, right: 16, top: 44, bottom: 46 } as const;

const STYLE = `
text { font: 12px system-ui, sans-serif; fill: #57606a }
.title { font-size: 13px; font-weight: 600 }
.grid { stroke: #8b949e; stroke-opacity: 0.25 }
.ours { color: #2f81f7 }
.floor { color: #2da44e }
.theirs { color: #d4772c }
polyline { fill: none; stroke: currentColor; stroke-width: 2 }
polyline.floor { stroke-dasharray: 5 3 }
circle { fill: currentColor }
.label { fill: currentColor; font-weight: 600 }
@media (prefers-color-scheme: dark) { text { fill: #9da7b3 } .label { fill: currentColor } }`;

export function drawPlot(results: Results): string {
  const charts = [latencyChart(results), requestChart(results)];
  const drawn = charts.map((chart, i) => `<g transform="translate(${i * CHART.width} 0)">${drawChart(chart)}</g>`);
  const width = charts.length * CHART.width;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${CHART.height}" role="img" aria-label="Latency over objects, requests over pods">
<style>${STYLE}
</style>
${drawn.join('\n')}
</svg>
`;
}

function latencyChart(results: Results): Chart {
  const DELAY_MS = 5;
  const counts = [...new Set(results.latency.map(({ objects }) => objects))];
  const points = (of: 'oursMs' | 'floorMs' | 'inTurnMs') =>
    counts.map((objects) => [objects, cold(results, objects, DELAY_MS)[of]] as const);
  return {
    title: "One pod's first mount, ms, 5 ms to the store",
    xTitle: 'objects',
    xTicks: [1, 10, 20, 30, 40, 50],
    yTicks: [10, 20, 50, 100, 200, 500],
    isLog: true,
    lines: [
      { label: 'one after another', style: 'theirs', points: points('inTurnMs') },
      { label: 'secretmount', style: 'ours', points: points('oursMs') },
      { label: 'floor', style: 'floor', points: points('floorMs') },
    ],
  };
}

function requestChart({ requests }: Results): Chart {
  const points = (of: 'ours' | 'eachAlone') => requests.map((row) => [row.pods, row[of]] as const);
  return {
    title: 'Requests to the store, 10 objects a pod',
    xTitle: 'pods',
    xTicks: [0, 50, 100, 150, 200, 250],
    yTicks: [0, 500, 1000, 1500, 2000, 2500, 3000],
    isLog: false,
    lines: [
      { label: 'one login and 10 reads per pod', style: 'theirs', points: points('eachAlone') },
      { label: 'secretmount', style: 'ours', points: points('ours') },
    ],
  };
}

function drawChart(chart: Chart): string {
  const x = scale(chart.xTicks, CHART.left, CHART.width - CHART.right, false);
  const y = scale(chart.yTicks, CHART.height - CHART.bottom, CHART.top, chart.isLog);
  const [left, right] = [CHART.left, CHART.width - CHART.right];
  const bottom = CHART.height - CHART.bottom;
  const parts = [`<text class="title" x="${left}" y="20">${chart.title}</text>`];
  for (const tick of chart.yTicks) {
    parts.push(`<line class="grid" x1="${left}" x2="${right}" y1="${y(tick)}" y2="${y(tick)}"/>`);
    parts.push(`<text x="${left - 8}" y="${y(tick) + 4}" text-anchor="end">${tick.toLocaleString('en')}</text>`);
  }
  for (const tick of chart.xTicks) {
    parts.push(`<text x="${x(tick)}" y="${bottom + 18}" text-anchor="middle">${tick}</text>`);
  }
  parts.push(`<text x="${(left + right) / 2}" y="${bottom + 38}" text-anchor="middle">${chart.xTitle}</text>`);
  for (const line of chart.lines) parts.push(drawLine(line, x, y));
  return parts.join('\n');
}

type Scale = (value: number) => number;

/** The label ends above the line's last point; the floor's below it, as ours is close above. */
function drawLine({ label, style, points }: Line, x: Scale, y: Scale): string {
  const at = points.map(([px, py]) => `${x(px)},${y(py)}`);
  const dots = points.map(([px, py]) => `<circle class="${style}" cx="${x(px)}" cy="${y(py)}" r="2.5"/>`);
  const [lastX = 0, lastY = 0] = points.at(-1) ?? [];
  const [labelX, labelY] = [x(lastX), y(lastY) + (style === 'floor' ? 18 : -7)];
  const text = `<text class="label ${style}" x="${labelX}" y="${labelY}" text-anchor="end">${label}</text>`;
  return `<polyline class="${style}" points="${at.join(' ')}"/>${dots.join('')}${text}`;
}

/** From the span of the ticks to pixels, rounded to tenths. */
function scale(ticks: readonly number[], from: number, to: number, isLog: boolean): Scale {
  const place = (value: number) => (isLog ? Math.log(value) : value);
  const [low, high] = [place(ticks[0] ?? 0), place(ticks.at(-1) ?? 1)];
  return (value) => Math.round((from + ((place(value) - low) / (high - low)) * (to - from)) * 10) / 10;
}
