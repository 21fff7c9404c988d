// Names as the API server takes them.

/** A DNS subdomain: the name of most resources. */
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** A DNS label: the name of a namespace. */
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

export function isResourceName(name: string): boolean {
  return SUBDOMAIN.test(name);
}

export function isNamespaceName(name: string): boolean {
  return LABEL.test(name);
}

/** What follows the prefix of a label's or annotation's name, and the value of a label. */
const WORD = /^(?=.{1,63}$)[A-Za-z0-9]([-\w.]*[A-Za-z0-9])?$/;

/** The name of a label or an annotation. */
export function isQualifiedName(name: string): boolean {
  const [word = '', prefix, ...rest] = name.split('/').toReversed();
  return WORD.test(word) && (prefix === undefined || SUBDOMAIN.test(prefix)) && rest.length === 0;
}

export function isLabelValue(value: string): boolean {
  return value === '' || WORD.test(value);
}
