// A file of the agent as an object of a class.
import type { ClassObject } from '../class-object.ts';
import { type ObjectValue, PLAIN } from '../store-value.ts';
import { BRACES, type FileSettings } from './file-settings.ts';
import { oneValueOf } from './one-value.ts';

export function agentObject(file: FileSettings): ClassObject {
  const { name, mode } = file;
  return { name, mode, value: sourceOf(file) };
}

function sourceOf({ template, delimiters, errorOnMissingKey }: FileSettings): ObjectValue {
  const one = oneValueOf(template, delimiters);
  if (one === undefined)
    return {
      syntax: 'agent',
      template,
      // The role stays, and with it what the pod may read.
      rights: [],
      ...(delimiters.join(' ') === BRACES.join(' ') ? {} : { delimiters }),
      ...(errorOnMissingKey ? { errorOnMissingKey } : {}),
    };
  const { path, key, args } = one;
  const write = Object.keys(args).length === 0 ? {} : ({ method: 'PUT', args } as const);
  return { ...PLAIN, path, key, ...write };
}
