// A policy as the store's own tools take it.

export function policyRule(path: string, capabilities: Iterable<string>): string {
  const list = [...capabilities].sort().map((one) => JSON.stringify(one));
  return `path ${JSON.stringify(path)} {\n  capabilities = [${list.join(', ')}]\n}\n`;
}
