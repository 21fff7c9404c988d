// Who called, for a log line about a request that became no plan. Takes what is there and never refuses.
import { readAttributes, readClassName } from './attributes.ts';
import type { PlanRequest } from './plan.ts';

export interface Caller {
  readonly namespace: string;
  readonly pod: string;
  readonly account: string;
  readonly class: string;
}

/** Missing ones are empty. */
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
