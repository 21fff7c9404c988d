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
