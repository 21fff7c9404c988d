// The methods that a store of this kind has for a class, and which of them change nothing. A closed list: whatever else
// HTTP knows would be carried out at every mount and every poll (DELETE), or has no answer to mount (HEAD, CONNECT).

/** `read` changes nothing in the store: its answer may be shared, it may be sent again, and a poll asks for it anew. */
export type Effect = 'read' | 'write';

const EFFECTS = {
  GET: 'read',
  LIST: 'read',
  SCAN: 'read',
  POST: 'write',
  PUT: 'write',
  PATCH: 'write',
} as const satisfies Readonly<Record<string, Effect>>;

export type Method = keyof typeof EFFECTS;

export const METHODS = Object.keys(EFFECTS) as readonly Method[];

export function effectOf(method: Method): Effect {
  return EFFECTS[method];
}
