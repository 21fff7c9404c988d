// The HTTP methods that a class may use, and which of them are reads. A closed list: others would run at every mount and
// every poll (DELETE), or return no content to mount (HEAD, CONNECT).

/** `read` changes nothing in the store, so its answer may be shared, it may be retried, and each poll sends it again. */
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
