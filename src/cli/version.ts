// What runs here: the product's version and what it runs on.
import { VERSION } from '../version.ts';
import { UsageError } from './args.ts';

/** @param form `text` or `json` @throws UsageError */
export function versionText(form: string): string {
  const facts = { version: VERSION, node: process.version, platform: `${process.platform}/${process.arch}` };
  if (form === 'json') return `${JSON.stringify(facts)}\n`;
  if (form === 'text') return `secretmount ${facts.version} (Node ${facts.node}, ${facts.platform})\n`;
  throw new UsageError(`--output is ${JSON.stringify(form)}; it takes text or json`);
}
