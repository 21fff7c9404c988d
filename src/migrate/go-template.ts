// Pieces of Go templates that stand for texts as they are.

/** Text in which a template finds no action, whatever stands behind it. */
export function plainText(text: string): string {
  return text.replace(/\{\{|\{$/g, '{{ "$&" }}');
}

/** JSON's escapes are Go's too. */
export function goString(text: string): string {
  return JSON.stringify(text);
}

export function isIdentifier(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name);
}

/** A member of a map; a missing key is an error, as with `.name`. */
export function member(map: string, key: string): string {
  if (!isIdentifier(key)) return `(index (pluck ${goString(key)} ${map}) 0)`;
  return map === '.' ? `.${key}` : `${map}.${key}`;
}
