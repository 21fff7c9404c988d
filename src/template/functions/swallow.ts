// Turns errors of functions into an empty value, as Go does there. Budget errors always pass through.
import { FunctionError } from '../safe-text.ts';

export function orElse<T>(attempt: () => T, otherwise: T): T {
  try {
    return attempt();
  } catch (thrown) {
    if (thrown instanceof FunctionError) return otherwise;
    throw thrown;
  }
}
