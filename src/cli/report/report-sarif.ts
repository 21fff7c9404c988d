// Findings as SARIF 2.1.0, which code review shows beside the lines they are about.
import { VERSION } from '../../version.ts';
import type { Reported, Rules } from './reported.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

export function reportSarif(findings: readonly Reported[], all: Rules): string {
  const rules = Object.entries(all).map(([id, { level, help }]) => ({
    id,
    shortDescription: { text: help },
    defaultConfiguration: { level },
  }));
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'secretmount', version: VERSION, rules } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => toResult(finding, all)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function toResult({ file, line, column, level, rule, message }: Reported, rules: Rules) {
  return {
    ruleId: rule,
    ruleIndex: Object.keys(rules).indexOf(rule),
    level,
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: toUri(file) },
          region: { startLine: line, startColumn: column },
        },
      },
    ],
  };
}

/** Relative as it was given: the reader knows the checkout's root. */
function toUri(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}
