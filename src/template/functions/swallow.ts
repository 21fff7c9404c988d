// Functions that answer with an empty value where others fail. What the budget says is never passed over.
import { FunctionError } from '../safe-text.ts';

export function orElse<T>(attempt: () => T, otherwise: T): T {
  try {
    return attempt();
  } catch (thrown) {
    if (thrown instanceof FunctionError) return otherwise;
    throw thrown;
  }
}
