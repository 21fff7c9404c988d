// The methods that a store of this kind has for a class, and which of them change nothing. A closed list: whatever else
// HTTP knows would be carried out at every mount and every poll (DELETE), or has no answer to mount (HEAD, CONNECT).

export const METHODS = ['GET', 'LIST', 'SCAN', 'POST', 'PUT', 'PATCH'] as const;

const READING: ReadonlySet<string> = new Set(['GET', 'LIST', 'SCAN']);

/** It changes nothing in the store: its answer may be shared, it may be sent again, and a poll asks for it anew. */
export function isReading(method: string): boolean {
  return READING.has(method);
}
