// The dialects by name. A dialect's libraries are loaded with the first template that uses it.
import type { FunctionLibrary } from './function.ts';

export const DIALECTS = ['agent', 'sprig'] as const;
export type DialectName = (typeof DIALECTS)[number];

export async function loadDialect(name: DialectName): Promise<FunctionLibrary> {
  if (name === 'agent') return (await import('./functions/agent.ts')).AGENT;
  return (await import('./functions/sprig.ts')).SPRIG;
}
