// The dialects by name. Their libraries, and what those bring along, are loaded with the first template that has one.
import type { FunctionLibrary } from './function.ts';

export const DIALECTS = ['agent', 'sprig'] as const;
export type DialectName = (typeof DIALECTS)[number];

export async function loadDialect(name: DialectName): Promise<FunctionLibrary> {
  if (name === 'agent') return (await import('./functions/agent.ts')).AGENT;
  return (await import('./functions/sprig.ts')).SPRIG;
}
