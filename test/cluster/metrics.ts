// What the running provider says of itself on /metrics, read by way of the API server.
import type { Node } from './node/node.ts';
import { PROVIDER_NAMESPACE, providerPod } from './provider.ts';

/** The chart's default. */
const HTTP_PORT = 8080;

/** The sum of a metric over all its labels; 0 where it has no line yet. */
export async function providerMetric(node: Node, name: string): Promise<number> {
  const { metadata } = await providerPod(node);
  const pod = `/api/v1/namespaces/${PROVIDER_NAMESPACE}/pods/${metadata.name}:${HTTP_PORT}`;
  const text = await node.kubectl(['get', '--raw', `${pod}/proxy/metrics`]);
  const lines = text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
