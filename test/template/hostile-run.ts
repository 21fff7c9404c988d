// Renders each hostile template in this process, of which nothing else grows, and prints what each took. Run with
// --expose-gc by hostile.test.ts.

import { compile } from '../../src/template/template.ts';
import { TemplateError } from '../../src/template/template-error.ts';
import { HOSTILE, hostileData } from './hostile-templates.ts';
import { FUNCTIONS } from './language/functions.ts';
import { peak, startPeak } from './peak-memory.ts';

export interface Taken {
  readonly name: string;
  /** Of CPU, all in all. */
  readonly totalMs: number;
  /** Of CPU, the longest without a turn for the event loop. */
  readonly sliceMs: number;
  readonly grownBytes: number;
  /** What it ended with: a kind of error, or an output. */
  readonly end: string;
}

function cpu(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

async function take(name: string, text: string, data: ReturnType<typeof hostileData>): Promise<Taken> {
  const before = startPeak();
  const start = cpu();
  let last = start;
  let sliceMs = 0;
  const endSlice = () => {
    sliceMs = Math.max(sliceMs, cpu() - last);
  };
  const pause = async () => {
    endSlice();
    await new Promise((resolve) => setImmediate(resolve));
    last = cpu();
  };
  const end = await run(text, data, pause);
  endSlice();
  const grownBytes = peak() - before;
  return { name, totalMs: cpu() - start, sliceMs, grownBytes, end };
}

async function run(text: string, data: ReturnType<typeof hostileData>, pause: () => Promise<void>): Promise<string> {
  try {
    const template = compile(text, { functions: FUNCTIONS });
    await pause();
    await template.render(data, { pause });
    return 'output';
  } catch (error) {
    return error instanceof TemplateError ? error.kind : `${error}`;
  }
}

if (import.meta.main) {
  const data = hostileData();
  // What runs for the first time makes the process grow once.
  for (const [name, text] of Object.entries(HOSTILE)) await take(name, text, data);
  const taken: Taken[] = [];
  for (const [name, text] of Object.entries(HOSTILE)) taken.push(await take(name, text, data));
  console.log(JSON.stringify(taken));
}
