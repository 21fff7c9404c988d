/** As Go's strconv.ParseBool takes it. */
const TRUE = /^(1|t|T|TRUE|true|True)$/;

export function isTrue(text: string | undefined): boolean {
  return text !== undefined && TRUE.test(text);
}
