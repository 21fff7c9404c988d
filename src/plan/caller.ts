// Who called, for the log line of a request that failed before it became a plan. Reads what it can and never throws.
import { readAttributes, readClassName } from './attributes.ts';
import type { PlanRequest } from './plan.ts';

export interface Caller {
  readonly namespace: string;
  readonly pod: string;
  readonly account: string;
  readonly class: string;
}

/** Missing fields are empty. */
export function readCaller(request: PlanRequest): Caller {
  try {
    const attributes = readAttributes(request);
    const get = (key: string) => attributes.get(`csi.storage.k8s.io/${key}`) ?? '';
    return {
      namespace: get('pod.namespace'),
      pod: get('pod.name'),
      account: get('serviceAccount.name'),
      class: readClassName(attributes),
    };
  } catch {
    return { namespace: '', pod: '', account: '', class: '' };
  }
}
