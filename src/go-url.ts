// Percent-encoding as Go's net/url writes it, because the providers before this one are Go programs: whatever stands
// before a store (a proxy's rules, a log) then sees the same bytes. Throws on half a character, as encodeURIComponent.

/** What encodeURIComponent leaves as it is and Go does not. */
const ESCAPED_IN_GO = /[!'()*]/g;
/** What Go leaves as it is in a path, as encodeURIComponent writes it: `$&+,:;=@`. */
const PLAIN_IN_PATH = /%(24|26|2B|2C|3A|3B|3D|40)/g;

/** Nothing to escape: nearly every segment is. */
const PLAIN = /^[\w.~-]*$/;

/** One segment of a path. */
export function escapeSegment(segment: string): string {
  if (PLAIN.test(segment)) return segment;
  return escapeAll(segment).replace(PLAIN_IN_PATH, decodeURIComponent);
}

/** A key or a value of a query. */
export function escapeQuery(text: string): string {
  return escapeAll(text).replaceAll('%20', '+');
}

function escapeAll(text: string): string {
  return encodeURIComponent(text).replace(
    ESCAPED_IN_GO,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
